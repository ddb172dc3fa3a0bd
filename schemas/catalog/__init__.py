"""Catalog documents: their shapes, reading, checking, versions and storage."""
