"""What becomes of a call to PostgreSQL that fails: tried again, told in our own errors, and not tried for a while."""

import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DataError as SqlDataError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from core.errors import DatabaseAwayError, DataError, TookTooLongError

Answer = TypeVar("Answer")
SecondsLeft = Callable[[], float]
_AWAY = "PostgreSQL does not answer; try again in a moment"
TOO_LONG = "the request took longer than is allowed; ask for less, or try again later"
_REST_SECONDS = 0.5
_CANCELED = "57014"  # by the statement timeout


class Breaker:
    """After PostgreSQL did not answer, fails at once for half a second; then one call tries, the others still fail.

    Without it every request would wait for its own timeouts, and those that need no database would wait behind them.
    """

    def __init__(self) -> None:
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def call(self, once: Callable[[], Answer], seconds_left: SecondsLeft) -> Answer:
        """Call, trying again what may pass.

        Raises:
            DatabaseAwayError: PostgreSQL does not answer, or did not a moment ago.
            TookTooLongError: a statement, a lock, or all together took longer than is allowed.
            DataError: a value is not legal.
        """
        with self._lock:
            if time.monotonic() < self._closed_until:
                raise DatabaseAwayError(_AWAY)
            if self._closed_until:
                # until this call has its answer, however long it waits for it
                self._closed_until = math.inf
        is_lost = False
        try:
            return in_our_errors(lambda: _patiently(once, seconds_left))
        except DatabaseAwayError as error:
            is_lost = error.__cause__ is not None and _is_lost(error.__cause__)
            raise
        finally:
            self._closed_until = time.monotonic() + _REST_SECONDS if is_lost else 0.0


def in_our_errors(once: Callable[[], Answer]) -> Answer:
    """Call, and tell what PostgreSQL or its driver says in our own errors."""
    try:
        return once()
    except SqlDataError as error:
        raise DataError(f"a value is not legal: {error.orig}") from error
    except (OperationalError, PoolTimeoutError) as error:
        if isinstance(error, DBAPIError) and _state(error) == _CANCELED:
            raise TookTooLongError(TOO_LONG) from error
        raise DatabaseAwayError(_AWAY) from error


def _patiently(once: Callable[[], Answer], seconds_left: SecondsLeft) -> Answer:
    attempts = Retrying(
        retry=retry_if_exception(lambda error: _may_pass(error) and seconds_left() > 0),
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
