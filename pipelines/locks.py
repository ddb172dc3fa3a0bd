"""One writer at a time: the advisory lock that every run holds from begin to end."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from schemas.locks import Lock, give_back, session, try_take

_POLL_SECONDS = 0.5


@contextmanager
def writing(engine: Engine, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the writer's lock, waiting for the run that has it; `on_wait` is called once where there is one.

    The lock lives in a database session of its own: PostgreSQL frees it when the process ends, however it ends.
    """
    with session(engine) as connection:
        if not try_take(connection, Lock.WRITER):
            on_wait()
            while not try_take(connection, Lock.WRITER):
                time.sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            give_back(connection, Lock.WRITER)


def is_nobody_writing(engine: Engine) -> bool:
    """Whether no run holds the lock at this instant."""
    with session(engine) as connection:
        is_free = try_take(connection, Lock.WRITER)
        if is_free:
            give_back(connection, Lock.WRITER)
        return is_free
