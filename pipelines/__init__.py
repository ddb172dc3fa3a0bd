"""The write side: Dagster definitions, ingest, validation, engine, publication."""
