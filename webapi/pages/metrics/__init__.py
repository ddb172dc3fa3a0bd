"""Pages of metrics: the list, one of them with its chart and definition, several side by side, and saved views."""
