"""The write side: ingest, validation, lake, engine, publication and alerting; Dagster runs them in `orchestration`."""
