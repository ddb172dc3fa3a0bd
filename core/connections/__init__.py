"""What becomes of calls to PostgreSQL: tried again, answered by the snapshot on disk, told where they are slow."""
