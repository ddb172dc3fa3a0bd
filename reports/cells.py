"""Tables of pages and reports: one list of rows, shown in every form with the same values."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

import xlsxwriter

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


class Status(NamedTuple):
    """One of the words for how something stands."""

    value: str | None


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


_FIRST_YEAR = 1900
"""Of the calendar of workbooks, which count from it."""


def to_csv(table: Table) -> str:
    """The values of a table; no cell is run as a formula."""
    keys = table.in_files
    rows = ([plain(row.get(key)) for key in keys] for row in table.rows)
    return csv_lines([table.columns[key] for key in keys], rows)


def to_xlsx(tables: Iterable[Table]) -> bytes:
    """A workbook with a sheet for each table: numbers are numbers, instants are instants, texts are never formulas."""
    sink = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(sink, options) as book:
        formats = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        head = book.add_format({"bold": True, "bottom": 1})
        for table in tables:
            _write_sheet(book.add_worksheet(table.name[:31]), table, head, formats)
    return sink.getvalue()


def plain(cell: Cell) -> Any:
    """The value of a cell, as files hold it."""
    return getattr(cell, "value", cell) if isinstance(cell, tuple) else cell


def _write_sheet(sheet: Any, table: Table, head: Any, formats: Mapping[type[date], Any]) -> None:
    keys = table.in_files
    for column, key in enumerate(keys):
        sheet.write_string(0, column, table.columns[key], head)
    for number, row in enumerate(table.rows, 1):
        for column, key in enumerate(keys):
            _write_cell(sheet, number, column, plain(row.get(key)), formats)
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(keys) - 1)
    sheet.autofit()


def _write_cell(sheet: Any, row: int, column: int, value: Any, formats: Mapping[type[date], Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and value.year < _FIRST_YEAR:
        sheet.write_string(row, column, value.isoformat())
    elif isinstance(value, datetime):
        # a workbook knows no zones: the clock on the wall of the reporting zone
        sheet.write_datetime(row, column, value.replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats[date])
    else:
        sheet.write_string(row, column, str(value))
