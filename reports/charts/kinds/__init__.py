"""The kinds of charts, each from its numbers to the whole; importing them loads Altair."""
