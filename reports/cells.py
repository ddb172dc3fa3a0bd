"""Tables of pages and reports: one list of rows, shown in every form with the same values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from core.csv_text import csv_lines


class Figure(NamedTuple):
    """A number with the unit it is of."""

    value: float | None
    unit: str | None = None


class Share(NamedTuple):
    """A share of 1."""

    value: float | None


class Change(NamedTuple):
    """A change in percent; `is_good` where it goes in the direction wanted, None where none is."""

    value: float | None
    is_good: bool | None = None


Side = Literal["good", "care", "bad"]
_SIDES: dict[str, Side] = {
    **dict.fromkeys(("ok", "on_track", "achieved", "met"), "good"),
    **dict.fromkeys(("resolved", "done", "accepted", "delivered"), "good"),
    **dict.fromkeys(("warning", "at_risk", "behind", "late", "stale", "degraded"), "care"),
    **dict.fromkeys(("acknowledged", "quarantined", "staged"), "care"),
    **dict.fromkeys(("critical", "off_track", "missed", "failed", "away"), "bad"),
    **dict.fromkeys(("open", "firing", "escalated", "rejected", "refused", "lost", "dead"), "bad"),
}
SHAPES: dict[Side | None, str] = {
    "good": "\N{BLACK CIRCLE}",
    "care": "\N{BLACK UP-POINTING TRIANGLE}",
    "bad": "\N{BLACK DIAMOND}",
    None: "\N{WHITE CIRCLE}",
}
"""What tells the sides of statuses apart where colours alone must not."""


class Status(NamedTuple):
    """One of the words for how something stands."""

    value: str | None

    @property
    def side(self) -> Side | None:
        """Whether it is good, asks for care or is bad; None where it is none of these."""
        return _SIDES.get(self.value or "")


class PeriodCell(NamedTuple):
    """A period by its start."""

    value: datetime | date | None
    grain: str


class Link(NamedTuple):
    """A text that leads somewhere; `note` is a smaller line below it."""

    value: str
    href: str
    note: str = ""


class Sparkline(NamedTuple):
    """Values of the newest periods, the latest last; None where there is none. Each format draws it as it can."""

    values: tuple[float | None, ...]


class Restricted(NamedTuple):
    """In place of a number that the reader may not see."""

    value: str = "restricted"


Cell = (
    Figure
    | Share
    | Change
    | Status
    | PeriodCell
    | Link
    | Sparkline
    | Restricted
    | str
    | int
    | float
    | bool
    | datetime
    | date
    | None
)


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings.

    name: of the file when downloaded; letters, digits and hyphens.
    caption: what the table shows, for those who cannot see what is around it.
    columns: headings by key, in order.
    rows: cells by key.
    numeric: keys of columns that are aligned right.
    sorts: keys of columns that can be sorted by, as the query's `sort` names them.
    """

    name: str
    caption: str
    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, Cell]]
    numeric: frozenset[str] = frozenset()
    sorts: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_files(self) -> list[str]:
        """Columns that a file has: all but pictures."""
        return [
            key for key in self.columns if not any(isinstance(row.get(key), Sparkline) for row in self.rows)
        ]


def to_csv(table: Table) -> str:
    """The values of a table; no cell is run as a formula."""
    keys = table.in_files
    rows = ([plain(row.get(key)) for key in keys] for row in table.rows)
    return csv_lines([table.columns[key] for key in keys], rows)


def plain(cell: Cell) -> Any:
    """The value of a cell, as files hold it."""
    return getattr(cell, "value", cell) if isinstance(cell, tuple) else cell
