"""Clients of the reporting API, and what makes them of docs/openapi.json when they are built."""
