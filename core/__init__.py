"""Ground floor: settings, errors, clock, database engine, embedded PostgreSQL. Knows nothing of metrics."""
