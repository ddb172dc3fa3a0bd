"""Several metrics side by side."""
