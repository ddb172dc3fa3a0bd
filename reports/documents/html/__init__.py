"""HTML of a report for mail and browser: one file without script, style sheet or address to fetch."""
