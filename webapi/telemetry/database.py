"""Prometheus metrics of PostgreSQL as the API uses it: its connections, its statements, whether it is away."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class DatabaseMeters:
    """A `core.database.Watcher` that counts where it happens: the sum over all workers is right whoever is asked."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._used = Gauge(
            "mdl_database_connections",
            "Connections checked out",
            ["pool"],
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._size = Gauge(
            "mdl_database_pool_size",
            "Connections that may be checked out",
            ["pool"],
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._waited = Histogram(
            "mdl_database_wait_seconds", "Time to get a connection", buckets=_SECONDS, registry=registry
        )
        self._took = Histogram(
            "mdl_database_statement_seconds",
            "Time of a statement that succeeded",
            ["pool"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._is_away = Gauge(
            "mdl_database_away",
            "Whether calls to PostgreSQL are refused since it does not answer",
            multiprocess_mode="livemax",
            registry=registry,
        )
        self._outages = Counter("mdl_database_outages", "Times that it went away", registry=registry)

        self._slow = Counter(
            "mdl_database_slow_statements",
            "Statements slower than MDL_SLOW_QUERY_MS",
            ["pool"],
            registry=registry,
        )

        # finding a metric by its label costs more than counting
        self._used_of, self._took_of = cache(self._used.labels), cache(self._took.labels)

    def found(self, pool: str, room: int) -> None:
        """There is a pool that gives out so many connections at once."""
        self._size.labels(pool).set(room)
        self._used_of(pool).set(0)
        self._slow.labels(pool)

    def used(self, pool: str, more: int) -> None:
        """A connection was taken or given back."""
        self._used_of(pool).inc(more)

    def took(self, pool: str, seconds: float) -> None:
        """A statement succeeded."""
        self._took_of(pool).observe(seconds)

    def was_slow(self, pool: str) -> None:
        """A statement took longer than MDL_SLOW_QUERY_MS, whether it succeeded or not."""
        self._slow.labels(pool).inc()

    def waited(self, seconds: float) -> None:
        """There was a connection after that time."""
        self._waited.observe(seconds)

    def changed(self, is_away: bool) -> None:  # noqa: FBT001  as the database tells it
        """PostgreSQL went away, or is back."""
        self._is_away.set(is_away)
        if is_away:
            self._outages.inc()
