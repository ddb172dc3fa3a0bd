"""The SQLAlchemy engine: one place that knows the URL, the pool and the session defaults."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError as SqlDataError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from core.errors import DatabaseAwayError, DataError
from core.postgres import start_embedded
from core.settings import Settings
from core.tracing import span

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")
_AWAY = "PostgreSQL does not answer; try again in a moment"
_REST_SECONDS = 0.5


def database_url(settings: Settings) -> str:
    """URL of the marts for SQLAlchemy with psycopg; starts the embedded server where no URL is set."""
    if settings.database_url is None:
        return start_embedded(settings.home)
    url = make_url(settings.database_url.get_secret_value())
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def connect(settings: Settings) -> Engine:
    """Engine on the marts: UTC sessions, connections checked before use, pool of at most 20."""
    return _engine(database_url(settings))


def _engine(url: str, options: str = "") -> Engine:
    return create_engine(
        url,
        pool_size=5,
        max_overflow=15,
        pool_pre_ping=True,
        pool_timeout=5,
        connect_args={
            "options": f"-c timezone=UTC{options}",
            "application_name": "mdl",
            "connect_timeout": 5,
        },
    )


class Breaker:
    """After PostgreSQL did not answer, fails at once for half a second; then one call tries, the others still fail.

    Without it every request would wait for its own timeouts, and those that need no database would wait behind them.
    """

    def __init__(self) -> None:
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def call(self, once: Callable[[], _Answer]) -> _Answer:
        """Call, trying again what may pass.

        Raises:
            DatabaseAwayError: PostgreSQL does not answer, or did not a moment ago.
            DataError: a value is not legal.
        """
        with self._lock:
            if time.monotonic() < self._closed_until:
                raise DatabaseAwayError(_AWAY)
            if self._closed_until:
                self._closed_until = time.monotonic() + _REST_SECONDS
        try:
            answer = _patiently(once)
        except SqlDataError as error:
            raise DataError(f"a value is not legal: {error.orig}") from error
        except (OperationalError, PoolTimeoutError) as error:
            if _is_lost(error):
                self._closed_until = time.monotonic() + _REST_SECONDS
            raise DatabaseAwayError(_AWAY) from error
        self._closed_until = 0.0
        return answer


@dataclass(frozen=True)
class Database:
    """PostgreSQL as a server uses it: reads from the replica where there is one, writes to the primary.

    Both run a function on a connection and give back its answer. What passes by itself (a lost connection, a deadlock)
    is tried again, the whole function anew, three times within about a second; while it is away, calls fail at once.

    Raises:
        DatabaseAwayError: PostgreSQL did not answer, or the statement took longer than is allowed.
        DataError: a value is one that PostgreSQL cannot hold, such as text with a NUL.
    """

    primary: Engine
    replica: Engine
    _of_primary: Breaker = field(default_factory=Breaker)
    _of_replica: Breaker = field(default_factory=Breaker)

    @classmethod
    def open(cls, settings: Settings) -> "Database":
        """Connect lazily; statements end after 10 seconds."""
        options = " -c statement_timeout=10s"
        primary = _engine(database_url(settings), options)
        if settings.database_read_url is None:
            return cls(primary, primary)
        read = make_url(settings.database_read_url.get_secret_value()).set(drivername="postgresql+psycopg")
        return cls(primary, _engine(read.render_as_string(hide_password=False), options))

    def read(
        self,
        function: Callable[Concatenate[Connection, _Given], _Answer],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> _Answer:
        """Call `function(connection, …)`; all its statements see the same moment."""
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

        def once() -> _Answer:
            with (
                span("database.read", function=function.__name__),
                self.replica.connect().execution_options(**options) as connection,
            ):
                return function(connection, *args, **kwargs)

        return self._of_replica.call(once)

    def write(
        self,
        function: Callable[Concatenate[Connection, _Given], _Answer],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> _Answer:
        """Call `function(connection, …)` in one transaction on the primary."""

        def once() -> _Answer:
            with span("database.write", function=function.__name__), self.primary.begin() as connection:
                return function(connection, *args, **kwargs)

        return self._of_primary.call(once)

    def checked_out(self) -> dict[str, int]:
        """Connections in use per pool."""
        pools = {"primary": self.primary.pool, "replica": self.replica.pool}
        return {name: pool.checkedout() for name, pool in pools.items() if isinstance(pool, QueuePool)}

    def close(self) -> None:
        """Give back all connections."""
        self.primary.dispose()
        self.replica.dispose()


def _patiently(once: Callable[[], _Answer]) -> _Answer:
    attempts = Retrying(
        retry=retry_if_exception(_may_pass),
        stop=stop_after_attempt(3),
        wait=wait_exponential_jitter(multiplier=0.1, max=0.5, jitter=0.1),
        reraise=True,
    )
    return attempts(once)


def _may_pass(error: BaseException) -> bool:
    """Whether the same statements may succeed a moment later; 40001 and 40P01 are serialization and deadlocks."""
    return _is_lost(error) or (isinstance(error, DBAPIError) and _state(error) in ("40001", "40P01"))


def _is_lost(error: BaseException) -> bool:
    """Whether there is no connection: class 08 and 57P are lost ones and restarts, no state is one that never was."""
    if not isinstance(error, OperationalError):
        return isinstance(error, DBAPIError) and error.connection_invalidated
    state = _state(error)
    return error.connection_invalidated or state[:2] in ("", "08") or state[:3] == "57P"


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")
