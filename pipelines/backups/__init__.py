"""Backups: database and lake at one version, where they are kept, and that they can be restored."""
