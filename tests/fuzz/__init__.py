"""Generated requests against the whole API."""
