"""Alerting: rules are judged on what is published, and become incidents; nothing here sends a message."""
