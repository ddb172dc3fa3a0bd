"""The cache, as far as an administrator may touch it."""
