"""Settings that an administrator reads and changes while MDL runs."""
