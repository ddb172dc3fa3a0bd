"""Incidents as pages: the list, one with what explains it, and the forms of those who look after it."""
