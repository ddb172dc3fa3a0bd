"""What a piece of work may cost in time, told to the loops below it without passing it through every call."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.errors import PermanentError

_ENDS_AT: ContextVar[float] = ContextVar("ends_at", default=math.inf)


class TooMuchWorkError(PermanentError):
    """What was asked for costs more than it may; asking again will not help, asking for less will."""


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Let what the block does take so many seconds at most, as far as its loops ask."""
    token = _ENDS_AT.set(time.perf_counter() + seconds)
    try:
        yield
    finally:
        _ENDS_AT.reset(token)


def insist_on_time() -> None:
    """Go on only while there is time; a tenth of a microsecond, for every turn of a loop that may have many.

    Raises:
        TooMuchWorkError: the time is over.
    """
    if time.perf_counter() > _ENDS_AT.get():
        raise TooMuchWorkError("it takes longer than a request may")
