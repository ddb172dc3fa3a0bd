"""Tables in mail: never wider than the mail, and on a phone a block for each row."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from reports.cells import Cell, Table
from reports.charts.texts import fit
from reports.documents.html.cells import MailMarkup
from reports.documents.words import shown
from reports.figures import NOTHING

_FRAME = ' width="100%" cellpadding="6" cellspacing="0" border="0"'
# of the mail, of a bold letter, and of the blanks around a cell, in pixels
_MOST, _LETTER, _AROUND = 720, 8.5, 12
# letters of a word from which on it is broken wherever its column ends: as many as leave room for all columns
_LONG = (18, 14, 12, 10, 8)
_BROKEN = ' style="overflow-wrap:anywhere"'


class _Column(NamedTuple):
    """A column: its heading, its cells and what they show; numbers stand at the end of it."""

    head: str
    cells: list[Cell]
    texts: list[str]
    is_numeric: bool

    def least_width(self, long: int) -> float:
        """Pixels, if only what is longer is broken."""
        letters = (self.unbroken(text) for text in (self.head, *self.texts))
        return max((each for each in letters if each <= long), default=1) * _LETTER + _AROUND

    def unbroken(self, text: str) -> int:
        """Letters that should stand in one line."""
        return len(text) if self.is_numeric else max(map(len, re.split("[ -]", text)))


def table_markup(table: Table, rows: int, title: str, write: MailMarkup) -> Markup:
    """The first rows, all columns; a cell has its heading once more, which only phones show."""
    columns = _columns(table, rows, write)
    long = next((each for each in _LONG if sum(column.least_width(each) for column in columns) <= _MOST), 0)
    head = "".join(_head(each, write, long) for each in columns)
    cells = [_cells(each, number, write, long) for number, each in enumerate(columns)]
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    parts = (
        _caption(table, title, write.start),
        f"<thead><tr>{head}</tr></thead>",
        f'<tbody valign="top">\n{body}\n</tbody>',
    )
    return Markup("\n".join([f'<table class="data"{_FRAME}>', *parts, "</table>"]))  # noqa: S704  of escaped parts


def _columns(table: Table, rows: int, write: MailMarkup) -> list[_Column]:
    found = []
    for key, heading in table.columns.items():
        cells = [row.get(key) for row in table.rows[:rows]]
        texts = [shown(cell, write.figures) for cell in cells]
        found.append(_Column(fit(heading) or NOTHING, cells, texts, key in table.numeric))
    return found


def _caption(table: Table, title: str, start: str) -> str:
    """Not shown where it says what the heading above says."""
    text = fit(table.caption)
    kind = "" if text and text != title else ' class="said"'
    return f'<caption{kind} dir="auto" style="text-align:{start}">{escape(text or title)}</caption>'


def _head(column: _Column, write: MailMarkup, long: int) -> str:
    side = write.end if column.is_numeric else write.start
    broken = _BROKEN if column.unbroken(column.head) > long else ""
    return f'<th scope="col" align="{side}"{broken} dir="auto">{escape(column.head)}</th>'


def _cells(column: _Column, number: int, write: MailMarkup, long: int) -> Sequence[str]:
    """The cells of a column; those of the first are the headings of their rows."""
    before = f"{column.head}: " if number else ""
    label = f"<i hidden>{escape(before)}</i>" if number else ""
    tag = "td" if number else 'th scope="row"'
    side = f' align="{write.end}"' if column.is_numeric else ""
    held = " nowrap" if column.is_numeric else ""
    opening, closing = f"<{tag}{side}", f"</{tag[:2]}>"
    return [
        f"{opening}{_BROKEN if column.unbroken(text) > long else held}>{label}{write.cell(cell, text, before)}{closing}"
        for cell, text in zip(column.cells, column.texts, strict=True)
    ]
