"""A sheet that is written from the top down: lines of text and grids of cells, columns as wide as what is in them."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from reports.cells import Cell, Change, Figure, Link, Share
from reports.workbooks.book import Book
from reports.workbooks.texts import text_width

MOST_ROWS = 1_048_576
_NARROW, _WIDE = 8, 50
_WIDEST_HEAD = 20
# that a workbook can hold
_LONGEST_LINK = 2_000
_RIGHT = {"align": "right", "indent": 1}
_HEAD = {"bold": True, "bg_color": "#DFE5EC", "text_wrap": True}
_LINE_HEIGHT = 15.75
_OF_DIGIT = 0.92
# letters of a line that can be read, and of one that is not too short
_LINE, _SHORT_LINE = 110, 90


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
        self._paragraphs: list[tuple[int, str, dict[str, Any]]] = []
        self._lines: dict[int, int] = {}

    def line(self, cell: Cell, **looks: Any) -> None:
        """One cell at the beginning of a row, which may reach over the columns beside it."""
        self._book.write(self.raw, self.row, 0, cell, **looks)
        if size := looks.get("font_size"):
            self.raw.set_row(self.row, 1.5 * size)
        self.row += 1

    def paragraph(self, text: str, **looks: Any) -> None:
        """A text over as many columns as make a line that can be read, in as many lines as it takes."""
        self._paragraphs.append((self.row, text, looks))
        self.row += 1

    def pair(self, label: str, cell: Cell, **looks: Any) -> None:
        """A row of a label and what it labels; none where that is nothing."""
        if cell is None:
            return
        self.put(0, label, bold=True, align="left")
        self.put(1, cell, align="left", **looks)
        self.row += 1

    def put(self, column: int, cell: Cell, **looks: Any) -> None:
        """One cell of the row at hand; a long text takes several lines."""
        text = cell.value if isinstance(cell, Link) else cell
        if isinstance(text, str) and (text_width(text) > _WIDE - 2 or "\n" in text):
            looks = {"text_wrap": True, **looks}
            self._lines[self.row] = max(self._lines.get(self.row, 1), _lines(text, _WIDE))
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
        numeric = {at for row in rows for at, cell in enumerate(row) if isinstance(cell, _NUMERIC)}
        looks = [_RIGHT if column in numeric else {} for column in range(len(headings))]
        for column, heading in enumerate(headings):
            self._book.write(self.raw, head, column, heading, **_HEAD, **looks[column])
            self.widen(column, min(text_width(heading), _WIDEST_HEAD))
        room = most_rows - head - 1
        kept = rows if len(rows) <= room else rows[: max(room - 1, 0)]
        for row in kept:
            self.row += 1
            for column, cell in enumerate(row):
                self.put(column, cell, **looks[column])
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

    def finish(self, columns: int = 0) -> int:
        """Set the widths, and paragraphs over them; the last that is written.

        Returns how many columns are there for people: those that are asked for, or more where paragraphs need them.
        """
        for column, width in self._widths.items():
            self.raw.set_column(column, column, width)
        columns = self._finish_paragraphs(columns)
        for row, lines in self._lines.items():
            # higher, a row cannot be
            self.raw.set_row(row, min(_LINE_HEIGHT * lines, 409))
        return columns

    def _finish_paragraphs(self, columns: int) -> int:
        if not self._paragraphs:
            return columns
        last, width = 0, self._widths.get(0, _NARROW)
        while width < _LINE if last + 1 < columns else width < _SHORT_LINE:
            last += 1
            width += self._widths.get(last, _NARROW)
        for row, text, looks in self._paragraphs:
            self._spread(row, last, text, looks)
            self._lines[row] = _lines(text, width)
        return max(columns, last + 1)

    def _spread(self, row: int, last: int, text: str, looks: dict[str, Any]) -> None:
        style = {"text_wrap": True, **looks}
        if last:
            self.raw.merge_range(row, 0, row, last, "", self._book.style(style))
        self._book.write(self.raw, row, 0, text, **style)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes: letters are narrower than digits, which widths count."""
    return sum(max(1, math.ceil(_OF_DIGIT * text_width(line) / width)) for line in text.split("\n"))


_NUMERIC = (Figure, Share, Change, int, float)
