"""Clients of the reporting API, and what writes them."""
