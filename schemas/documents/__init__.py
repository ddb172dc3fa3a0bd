"""Catalog documents: their shapes, spellings, reading, checking one by one, and writing back. Knows no formula."""
