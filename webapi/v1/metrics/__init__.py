"""Metrics: their definitions and numbers."""
