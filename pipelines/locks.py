"""One writer at a time: the advisory lock that every run holds from begin to end."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from schemas.locks import Lock

_POLL_SECONDS = 0.5


@contextmanager
def writing(engine: Engine, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the writer's lock, waiting for the run that has it; `on_wait` is called once where there is one.

    The lock lives in a database session of its own: PostgreSQL frees it when the process ends, however it ends.
    """
    with _session(engine) as connection:
        if not _acquire(connection):
            on_wait()
            while not _acquire(connection):
                time.sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            _release(connection)


def is_nobody_writing(engine: Engine) -> bool:
    """Whether no run holds the lock at this instant."""
    with _session(engine) as connection:
        is_free = _acquire(connection)
        if is_free:
            _release(connection)
        return is_free


@contextmanager
def _session(engine: Engine) -> Iterator[Connection]:
    # autocommit: a transaction left open for a whole run would keep PostgreSQL from cleaning up
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def _acquire(connection: Connection) -> bool:
    statement = text("select pg_try_advisory_lock(:key)")
    return bool(connection.execute(statement, {"key": Lock.WRITER.value}).scalar_one())


def _release(connection: Connection) -> None:
    connection.execute(text("select pg_advisory_unlock(:key)"), {"key": Lock.WRITER.value})
