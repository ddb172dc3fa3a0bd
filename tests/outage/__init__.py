"""PostgreSQL away under load, with a restart of the API meanwhile: what readers and writers meet."""
