"""What people browse: the list of metrics, one metric with all that is behind it, several side by side."""
