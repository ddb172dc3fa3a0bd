"""What every reader of files hands over: a DuckDB relation of rows, and where in it each wanted column is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from core.errors import DataError
from core.suggestions import near

# names of columns that a reason lists
_SHOWN = 30


@dataclass(frozen=True)
class Column:
    """How a source column is said in SQL over `delivered`, and its DuckDB type."""

    sql: str
    type: str


@dataclass(frozen=True)
class ReadableFile:
    """A readable file: SQL of its rows, where each wanted column is, and what failed while rows streamed.

    `verify` is called once all rows are read: it refuses a file whose damage the reader does not see.
    """

    relation: str
    columns: dict[str, Column]
    raw: str
    failures: list[DataError] = field(default_factory=list)
    verify: Callable[[], None] | None = None


def require(wanted: Iterable[str], present: Sequence[str], what: str = "column") -> None:
    """Refuse a file that lacks a wanted column (or key), naming what it has and what may be meant.

    Raises:
        DataError: a wanted name is not present.
    """
    missing = [name for name in dict.fromkeys(wanted) if name not in present]
    if not missing:
        return
    close = [found for name in missing for found in near(name, present, 1)]
    meant = f"; is {', '.join(map(repr, dict.fromkeys(close)))} meant?" if close else ""
    raise DataError(
        f"the file has no {what} {', '.join(map(repr, missing))}; it has {listed(present)}{meant}"
    )


def listed(names: Sequence[str]) -> str:
    """Names as a reason shows them: quoted, a bounded number of them, each of bounded length."""
    shown = ", ".join(repr(name if len(name) <= 80 else name[:79] + "…") for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return (shown or "none") + more
