"""The border of one file or source: what goes wrong within it stops neither the others nor the run."""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

import duckdb
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import DatabaseAwayError, DataError, MdlError, TransientError

log = logging.getLogger(__name__)
log.propagate = False  # traces are for those who mend MDL, not for the terminal

_LONGEST = 1_000
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_FULL = "there is no space left for MDL_HOME or for temporary files: free some, and run again; nothing was refused"
_READ_ONLY = (
    "MDL_HOME cannot be written to, it is read-only: mount it writable, and run again; nothing was refused"
)
TOO_LARGE = (
    "it takes more memory than MDL_MEMORY_LIMIT allows: raise the limit, or deliver it in smaller files or with "
    "fewer columns"
)
"""What follows it in the books is the limit, see `told_of_memory`."""
_AWAY = "PostgreSQL does not answer; run again when it does, nothing was refused"


def keep_traces(home: Path) -> None:
    """Have traces of what nobody foresaw written to MDL_HOME/logs/unforeseen.log, 1 MB of them."""
    file = home / "logs" / "unforeseen.log"
    for handler in list(log.handlers):
        if getattr(handler, "baseFilename", None) == str(file.absolute()):
            return
        log.removeHandler(handler)
        handler.close()
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(file, maxBytes=1_000_000, backupCount=1, delay=True, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(handler)


def told_of_memory(reason: str, limit: str) -> str:
    """A reason for the books, with the limit where it is of memory: under another limit the file is tried again."""
    return f"{reason} (it was {limit})" if reason == TOO_LARGE else reason


def is_worth_another_try(reason: str | None, limit: str) -> bool:
    """Whether a file was refused for a limit of memory that is another now."""
    return (
        reason is not None
        and reason.startswith(f"{TOO_LARGE} (")
        and reason != told_of_memory(TOO_LARGE, limit)
    )


def plain(reason: object) -> str:
    """A reason as one line of bounded length that any database and terminal takes."""
    text = str(reason).encode("utf-8", "backslashreplace").decode()
    text = " ".join(text.replace("\0", "\\x00").split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def stopping_all(error: BaseException) -> BaseException | None:
    """What ends the run, if an error within one file is not that file's: our database, the disk, the user."""
    if isinstance(error, PoolTimeoutError) or _is_lost(error):
        return DatabaseAwayError(_AWAY)
    if isinstance(error, SQLAlchemyError | DatabaseAwayError) or not isinstance(error, Exception):
        return error
    if isinstance(error, duckdb.InterruptException) or str(error) == "Query interrupted":
        return KeyboardInterrupt()  # how DuckDB passes Ctrl-C on
    return _without_room(error)


def _is_lost(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return error.connection_invalidated or state[:2] in ("", "08", "53") or state[:3] == "57P"


def _without_room(error: BaseException) -> TransientError | None:
    """A full or read-only disk, whatever library found it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SQLAlchemyError):
            return None  # the disk of somebody else's database
        number, words = getattr(cause, "errno", None), str(cause)
        if number in _NO_ROOM or "No space left on device" in words or "Disk quota exceeded" in words:
            return TransientError(_FULL)
        if number == errno.EROFS or "Read-only file system" in words:
            return TransientError(_READ_ONLY)
        cause = cause.__cause__ or cause.__context__
    return None


@contextmanager
def blamed(name: str) -> Iterator[None]:
    """Whatever is unforeseen while one file or source is read is that one's fault.

    Raises:
        DataError: anything that nobody foresaw, in its own words, or what was raised as such.
        TransientError: it may pass; or it stops the run, see `stopping_all`.
    """
    try:
        yield
    except BaseException as error:
        stopping = stopping_all(error)
        if stopping is error or (stopping is None and isinstance(error, MdlError)):
            raise
        if stopping is not None:
            raise stopping from error
        log.exception("%s: nobody foresaw this", name)
        raise DataError(_told(error)) from error


def _told(error: BaseException) -> str:
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return TOO_LARGE
    return plain(f"it cannot be read, {type(error).__name__}: {error}")
