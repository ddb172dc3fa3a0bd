"""Every error MDL raises on purpose, as one tree.

MdlError
├── ConfigurationError    settings or usage are wrong; exit code 2
├── PermanentError        the same input fails again; exit code 1, Dagster does not retry
│   ├── CatalogError      a catalog document is at fault; carries the problems
│   └── DataError         a delivered file, row or value is at fault
└── TransientError        may pass by itself (connection, lock, full disk); Dagster retries
    ├── DatabaseAwayError PostgreSQL does not answer
    └── TookTooLongError  PostgreSQL answers, but not within the time that is allowed
"""

from collections.abc import Sequence
from typing import Protocol


class Described(Protocol):
    """Anything that prints as one problem: where, what and what to do."""

    def __str__(self) -> str: ...


class MdlError(Exception):
    """Base of the tree; `exit_code` is what the command line returns."""

    exit_code = 1


class ConfigurationError(MdlError):
    """Settings or command line usage are wrong."""

    exit_code = 2


class PermanentError(MdlError):
    """The same input will fail again."""


class CatalogError(PermanentError):
    """Catalog documents are at fault; `problems` holds every one found, not the first."""

    def __init__(self, message: str, problems: Sequence[Described] = ()) -> None:
        super().__init__("\n".join([message, *(f"  {problem}" for problem in problems)]))
        self.problems = tuple(problems)


class DataError(PermanentError):
    """A delivered file, row or value is at fault."""


class TransientError(MdlError):
    """May pass by itself; a retry is sensible."""


class DatabaseAwayError(TransientError):
    """PostgreSQL does not answer."""


class TookTooLongError(TransientError):
    """What was asked of PostgreSQL took longer than is allowed."""
