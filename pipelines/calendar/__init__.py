"""Time in the reporting zone: ranges of instants, periods, and steps through the calendar; one algebra for all."""
