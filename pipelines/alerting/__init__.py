"""Alerting in three wings, which meet in the life of an incident: judging, watching and delivery."""
