"""What becomes of a call to PostgreSQL that fails: tried again, told in our own errors, and not tried for a while."""

import logging
import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import DataError as SqlDataError
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from tenacity import (
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential_jitter,
)

from core.clock import wall_now
from core.errors import DatabaseAwayError, DataError, MdlError, TookTooLongError

Answer = TypeVar("Answer")
SecondsLeft = Callable[[], float]
_LOG = logging.getLogger(__name__)
_AWAY = "PostgreSQL does not answer; try again in a moment"
TOO_LONG = "the request took longer than is allowed; ask for less, or try again later"
_REST_SECONDS = 0.5
_PATIENCE_SECONDS = 2
_CANCELED = "57014"  # by the statement timeout


@dataclass(frozen=True)
class Outage:
    """Why something does not answer: since when, in the words of who noticed, and in one of few words."""

    since: datetime
    reason: str
    kind: str


# what drivers and servers say -> one word for it, as a label of metrics has it
_KINDS = {
    "refused": "refused",
    "timeout": "timeout",
    "timed out": "timeout",
    "authentication": "credentials",
    "password": "credentials",
    "too many": "full",
    "remaining connection slots": "full",
    "no such file": "gone",
    "closed": "closed",
    "terminating connection": "closed",
    "shutting down": "restarting",
    "starting up": "restarting",
}


def outage(error: BaseException) -> Outage:
    """Begin one with what an error says."""
    # of SQLAlchemy's, without the statement and its values
    said = str(error.args[0] if error.args else error).strip() or type(error).__name__
    kind = next((kind for words, kind in _KINDS.items() if words in said.lower()), "other")
    return Outage(wall_now(), said, kind)


class Breaker:
    """After PostgreSQL did not answer, fails at once for half a second; then one call tries, the others still fail.

    Without it every request would wait for its own timeouts, and those that need no database would wait behind them.
    With `ask`, which raises while PostgreSQL is away, no call tries: a thread asks until there is an answer.
    """

    def __init__(self) -> None:
        self.ask: Callable[[], object] | None = None
        self._closed_until = 0.0
        self.outage: Outage | None = None
        self._lock = threading.Lock()
        self._is_closed = threading.Event()
        self._asking: threading.Thread | None = None
        self.on_change: Callable[[bool], None] = lambda _is_lost: None

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
        lost_by: BaseException | None = None
        try:
            return in_our_errors(lambda: _patiently(once, seconds_left))
        except DatabaseAwayError as error:
            cause = error.__cause__
            # a full pool says nothing of PostgreSQL, least of all that it is back
            lost_by = cause if cause and (self.outage or _is_lost(cause)) else None
            raise
        finally:
            self._note(lost_by)

    def close(self) -> None:
        """Ask no more; a connection that is being asked over is given back first."""
        self._is_closed.set()
        if self._asking is not None:
            self._asking.join(_PATIENCE_SECONDS)

    def _note(self, lost_by: BaseException | None) -> None:
        """What the last call learned; the first to learn that PostgreSQL went away, or is back, tells."""
        with self._lock:
            rest = math.inf if self.ask else time.monotonic() + _REST_SECONDS
            self._closed_until = rest if lost_by else 0.0
            is_news = bool(lost_by) is (self.outage is None)
            if is_news:
                self._tell(lost_by)
        if is_news and lost_by and self.ask:
            asked = (self.ask, self.outage)
            self._asking = threading.Thread(target=self._ask_until_back, args=asked, daemon=True)
            self._asking.start()

    def _ask_until_back(self, ask: Callable[[], object], during: Outage | None) -> None:
        while self.outage is during and not self._is_closed.wait(_REST_SECONDS):
            # whatever it says: without this thread nobody would ask again
            with suppress(MdlError, SQLAlchemyError):
                in_our_errors(ask)
                self._note(None)

    def _tell(self, lost_by: BaseException | None) -> None:
        """Leave in the log why PostgreSQL went away and when it was back: once each, not with every request."""
        before, self.outage = self.outage, outage(lost_by) if lost_by else None
        if self.outage is not None:
            _LOG.error("PostgreSQL does not answer: %s", self.outage.reason)
        elif before is not None:
            _LOG.warning(
                "PostgreSQL answers again, after %.1f s", (wall_now() - before.since).total_seconds()
            )
        self.on_change(lost_by is not None)


def in_our_errors(once: Callable[[], Answer]) -> Answer:
    """Call, and tell what PostgreSQL or its driver says in our own errors."""
    try:
        return once()
    except SqlDataError as error:
        raise DataError(f"a value is not legal: {error.orig}") from error
    except (OperationalError, PoolTimeoutError) as error:
        if isinstance(error, DBAPIError) and state_of(error) == _CANCELED:
            raise TookTooLongError(TOO_LONG) from error
        raise DatabaseAwayError(_AWAY) from error


def _patiently(once: Callable[[], Answer], seconds_left: SecondsLeft) -> Answer:
    attempts = Retrying(
        retry=retry_if_exception(lambda error: _may_pass(error) and seconds_left() > 0),
        # not for as long as a connection is waited for where nothing answers at all
        stop=stop_after_attempt(3) | stop_after_delay(2),
        wait=wait_exponential_jitter(multiplier=0.1, max=0.5, jitter=0.1),
        reraise=True,
    )
    return attempts(once)


def _may_pass(error: BaseException) -> bool:
    """Whether the same statements may succeed a moment later; 40001 and 40P01 are serialization and deadlocks."""
    return _is_lost(error) or (isinstance(error, DBAPIError) and state_of(error) in ("40001", "40P01"))


def _is_lost(error: BaseException) -> bool:
    """Whether there is no connection: class 08 and 57P are lost ones and restarts, no state is one that never was."""
    if not isinstance(error, OperationalError):
        return isinstance(error, DBAPIError) and error.connection_invalidated
    state = state_of(error)
    return error.connection_invalidated or state[:2] in ("", "08") or state[:3] == "57P"


def state_of(error: DBAPIError) -> str:
    """SQLSTATE of an error; empty where there is none."""
    return str(getattr(error.orig, "sqlstate", None) or "")
