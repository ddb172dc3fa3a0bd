"""What an exception of a library means to who typed a command: the database, the disk, or nothing that we know.

Only what an installation may do to us is here. Anything else is a fault of MDL's own, and keeps its traceback.
"""

import errno
import os
import re
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import ConfigurationError, DatabaseAwayError, MdlError, TransientError

_MIGRATE = "type `mdl db migrate` to bring it to this version"
# SQLSTATE, or its class, of what PostgreSQL refuses -> what to do
_REFUSED = {
    "28P01": "check the password in MDL_DATABASE_URL",
    "28000": "check the user in MDL_DATABASE_URL, and the server's pg_hba.conf",
    "3D000": "create it, or name another in MDL_DATABASE_URL",
    "42501": "the user of MDL_DATABASE_URL needs rights to this database, and to create schemas in it",
    "25006": "MDL_DATABASE_URL must name a server that can be written to",
    "42P01": f"the database has not the tables of this version; {_MIGRATE}",
    "3F000": f"the database has not the tables of this version; {_MIGRATE}",
    "42703": f"the database has not the columns of this version; {_MIGRATE}",
}
# of what a client says before it has a connection, for which there is no SQLSTATE
_WORDS = {
    "password authentication failed": "28P01",
    "no password supplied": "28P01",
    "no pg_hba.conf entry": "28000",
    "role ": "28000",
    "does not exist": "3D000",
}
_DISK = {
    errno.ENOSPC: "the disk is full; free some space and run again, nothing is lost",
    errno.EDQUOT: "the disk quota is used up; free some space and run again, nothing is lost",
    errno.EROFS: "the disk cannot be written to; mount it for writing, or set MDL_HOME to another folder",
    errno.EACCES: "this user may not; give it rights there, or set MDL_HOME to another folder",
    errno.EPERM: "this user may not; give it rights there, or set MDL_HOME to another folder",
    errno.EMFILE: "too many files are open; raise the limit (`ulimit -n`)",
}

_FILE = re.compile(r'file \\?"([^"\\]+)')


def explained(error: BaseException) -> MdlError | None:
    """The error in MDL's own words, looked for in the whole chain of its causes; None where it is not known."""
    return next((one for one in map(_explained, _chain(error)) if one is not None), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        yield current
        current = current.__cause__ or current.__context__


def _explained(error: BaseException) -> MdlError | None:
    if isinstance(error, MdlError):
        return error
    if isinstance(error, DBAPIError):
        return _of_database(error)
    if isinstance(error, PoolTimeoutError):
        return DatabaseAwayError("no connection to PostgreSQL came free in time; it may be away or too busy")
    if isinstance(error, OSError) and error.errno in _DISK:
        return _of_disk(error.errno, error.filename)
    # the engines write files by themselves, and pass on what the system said as text
    number = next((number for number in _DISK if os.strerror(number) in str(error)), None)
    return None if number is None else _of_disk(number, "".join(_FILE.findall(str(error))[:1]))


def _of_disk(number: int, place: object) -> TransientError:
    return TransientError(f"{f'{place}: ' if place else ''}{_DISK[number]} ({os.strerror(number)})")


def _of_database(error: DBAPIError) -> MdlError | None:
    words = str(error.orig).strip()
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if not state and "FATAL" in words:
        state = next((one for text, one in _WORDS.items() if text in words), "")
    lines = words.splitlines() or [type(error.orig).__name__]
    # before it is connected the driver says what it tried, then what failed, then gives advice
    said = next((line for line in lines if " failed: " in line), lines[0]).strip()
    if state in _REFUSED:
        return ConfigurationError(f"PostgreSQL refuses: {said}; {_REFUSED[state]}")
    if state.startswith("53"):
        return TransientError(
            f"PostgreSQL has no room: {said}; free disk, memory or connections and run again"
        )
    if state[:2] in ("", "08") or state[:3] == "57P" or error.connection_invalidated:
        return DatabaseAwayError(
            f"PostgreSQL does not answer: {said}; see that it runs where MDL_DATABASE_URL says, then run again"
        )
    return None
