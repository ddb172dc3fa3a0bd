"""A workbook: its formats and its cells, the only code that writes one."""

import io
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from reports.cells import Cell
from reports.charts.texts import shortened
from reports.figures import MOST_DIGITS
from reports.workbooks.cell_forms import Kept, Style, as_kept
from reports.workbooks.number_formats import DAY, INSTANT
from reports.workbooks.texts import cell_text, text_width

# Excel promises no more than 200 number formats of one's own
_MOST_NUMBER_FORMATS = 200
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"valign": "top"},
}


class _Exact(float):
    """A number with all its digits, where xlsxwriter asks for 16 of them."""

    def __format__(self, _shape: str) -> str:
        return repr(float(self))


class Book:
    """A workbook that is being written; the same calls make the same bytes."""

    def __init__(self, title: str = "", author: str = "", created: datetime | None = None) -> None:
        self._sink = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._sink, _OPTIONS)
        self._formats: dict[frozenset[tuple[str, Any]], Any] = {}
        self._number_formats: set[str] = set()
        self.left_out_units = False
        """Whether there were more number formats than a workbook may have: further numbers stand without unit."""
        if created:
            made = created.astimezone(UTC).replace(tzinfo=None)
            about = {"title": shortened(title, 200), "author": shortened(author, 200), "created": made}
            self._book.set_properties(about)

    def add_sheet(self, name: str) -> Any:
        """A further sheet of xlsxwriter, of a legal name."""
        return self._book.add_worksheet(name)

    def add_chart(self, kind: str, subtype: str | None = None) -> Any:
        """A chart of xlsxwriter that a sheet has still to take in."""
        return self._book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})

    def style(self, properties: Style) -> Any:
        """The format of these properties; None is none."""
        if not properties:
            return None
        shown = properties.get("num_format")
        if shown and shown not in self._number_formats:
            if len(self._number_formats) >= _MOST_NUMBER_FORMATS:
                self.left_out_units = True
                return self.style({name: value for name, value in properties.items() if name != "num_format"})
            self._number_formats.add(shown)
        key = frozenset(properties.items())
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(properties))
        return self._formats[key]

    def write(self, sheet: Any, row: int, column: int, cell: Cell, **looks: Any) -> int:
        """One cell: numbers are numbers, instants are instants, and texts are neither formulas nor links.

        Returns about how many letters wide it is.
        """
        kept, style = as_kept(cell)
        if isinstance(kept, str):
            kept = cell_text(kept)
            if kept.startswith(_RUNS):
                # stays a text, too, when somebody edits it
                looks = {"quote_prefix": True, **looks}
        look = self.style({**style, **looks})
        if isinstance(kept, bool):
            sheet.write_boolean(row, column, kept, look)
        elif isinstance(kept, int | float):
            sheet.write_number(row, column, _Exact(kept), look)
        elif isinstance(kept, date):
            sheet.write_datetime(row, column, kept, look)
        elif kept:
            sheet.write_string(row, column, kept, look)
        elif look:
            sheet.write_blank(row, column, None, look)
        return _width(kept, style.get("num_format", ""))

    def content(self) -> bytes:
        """The whole; nothing can be written after it."""
        self._book.close()
        return self._sink.getvalue()


def _width(kept: Kept, shown: str) -> int:
    if kept is None or isinstance(kept, bool):
        return 0
    literal = "".join(shown.partition(";")[0].split('"')[1::2])
    if isinstance(kept, str):
        return text_width(kept) + len(literal)
    if isinstance(kept, date):
        return len(INSTANT if isinstance(kept, datetime) else DAY)
    digits = f"{kept:,.2f}" if abs(kept) < MOST_DIGITS else "0.000E+000"
    return len(digits) + len(literal) + 4 * shown.startswith("[$")
