"""The snapshot on disk: a small PostgreSQL that follows the real one, for reads while that is away."""
