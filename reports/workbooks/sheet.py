"""A sheet that is written from the top down: lines of text and grids of cells, columns as wide as what is in them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from reports.cells import Cell, Change, Figure, Link, Share
from reports.workbooks.book import Book
from reports.workbooks.texts import text_width

MOST_ROWS = 1_048_576
_NARROW, _WIDE = 8, 60
_WIDEST_HEAD = 20
# that a workbook can hold
_LONGEST_LINK = 2_000
_HEAD = {"bold": True, "bottom": 1, "bg_color": "#EEF1F5", "text_wrap": True, "valign": "vcenter"}
_LINE_HEIGHT = 15.75


class Grid(NamedTuple):
    """Where a grid stands: `head` is the row of its headings, `last` of its last cells; columns from the first on.

    shown: how many columns are for people, before those that something is drawn of.
    """

    head: int
    last: int
    columns: int
    shown: int


class Sheet:
    """One sheet of a workbook; `row` is the next one to be written."""

    def __init__(self, book: Book, name: str) -> None:
        self.name = name
        self.raw: Any = book.add_sheet(name)
        self.row = 0
        self._book = book
        self._widths: dict[int, int] = {}

    def line(self, cell: Cell, **looks: Any) -> None:
        """One cell at the beginning of a row, which may reach over the columns beside it."""
        self._book.write(self.raw, self.row, 0, cell, **looks)
        self.row += 1

    def paragraph(self, text: str, last_column: int, **looks: Any) -> None:
        """A text over all columns up to the last, in as many lines as it takes."""
        style = self._book.style({"text_wrap": True, **looks})
        width = sum(self._widths.get(column, _NARROW) for column in range(last_column + 1))
        if last_column:
            self.raw.merge_range(self.row, 0, self.row, last_column, "", style)
        self._book.write(self.raw, self.row, 0, text, text_wrap=True, **looks)
        self.raw.set_row(self.row, _LINE_HEIGHT * max(1, -(-text_width(text) * 11 // (10 * width))))
        self.row += 1

    def pair(self, label: str, cell: Cell, **looks: Any) -> None:
        """A row of a label and what it labels."""
        self.put(0, label, bold=True)
        self.put(1, cell, align="left", **looks)
        self.row += 1

    def put(self, column: int, cell: Cell, **looks: Any) -> None:
        """One cell of the row at hand; a long text takes several lines."""
        text = cell.value if isinstance(cell, Link) else cell
        if isinstance(text, str) and (len(text) > _WIDE or "\n" in text):
            looks = {"text_wrap": True, **looks}
        width = self._book.write(self.raw, self.row, column, cell, **looks)
        self.widen(column, width)

    def link(self, column: int, address: str) -> None:
        """An address of the installation as a link; never one that people wrote."""
        if len(address) <= _LONGEST_LINK and address.startswith(("https://", "http://")):
            self.raw.write_url(self.row, column, address)
        else:
            self.put(column, address)

    def widen(self, column: int, letters: int) -> None:
        """Let a column be at least so wide, within reason."""
        self._widths[column] = max(self._widths.get(column, _NARROW), min(letters + 2, _WIDE))

    def grid(
        self, headings: Sequence[str], rows: Sequence[Sequence[Cell]], most_rows: int = MOST_ROWS
    ) -> Grid:
        """Headings and rows; rows that no sheet can hold are left out, and a line says how many."""
        head = self.row
        numeric = {
            column for row in rows for column, cell in enumerate(row) if isinstance(cell, _NUMERIC)
        }  # fmt: skip
        for column, heading in enumerate(headings):
            looks = {"align": "right"} if column in numeric else {}
            self._book.write(self.raw, head, column, heading, **_HEAD, **looks)
            self.widen(column, min(text_width(heading), _WIDEST_HEAD))
        room = most_rows - head - 1
        kept = rows if len(rows) <= room else rows[: room - 1]
        for row in kept:
            self.row += 1
            for column, cell in enumerate(row):
                self.put(column, cell)
        found = Grid(head, self.row, len(headings), len(headings))
        self.row += 1
        if len(kept) < len(rows):
            self.line(f"{len(rows) - len(kept):,} more rows do not fit in a sheet", bold=True)
        return found

    def filter(self, grid: Grid) -> None:
        """Let people filter and sort a grid; a sheet can have one such."""
        if grid.last > grid.head and grid.columns:
            self.raw.autofilter(grid.head, 0, grid.last, grid.columns - 1)
            for column in range(grid.columns):
                # room for the button
                self._widths[column] += 2

    def finish(self) -> None:
        """Set the widths; the last that is done to a sheet."""
        for column, width in self._widths.items():
            self.raw.set_column(column, column, width)


_NUMERIC = (Figure, Share, Change, int, float)
