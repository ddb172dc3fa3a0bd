"""Dagster, and nothing else that imports it: assets, checks, jobs, sensors, the instance, and runs in process."""
