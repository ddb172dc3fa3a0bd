"""Readers of file formats: from a delivered file, packed or not, to a DuckDB relation of its rows."""
