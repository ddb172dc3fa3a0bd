"""Incidents and alert rules as read models."""
