"""Alerting: rules judged after each publication, incidents with a life, and messages that reach people."""
