"""Version 1 of the API: a folder per resource."""
