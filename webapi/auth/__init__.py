"""Sign-in, tokens, keys and users; shared by all versions of the API."""
