"""Alert rules, their conditions, and the books of incidents: what evaluation, API and command line share."""
