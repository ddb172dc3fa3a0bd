"""What the API tells its operators: logs, metrics and traces."""
