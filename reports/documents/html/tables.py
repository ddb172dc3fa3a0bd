"""Tables in mail: never wider than the mail, and on a phone a block for each row."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from reports.cells import Cell, Sparkline, Status, Table
from reports.charts.texts import fit
from reports.documents.html.cells import MailMarkup
from reports.documents.words import shown
from reports.figures import NOTHING

_FRAME = ' cellpadding="5" cellspacing="0" border="0"'
# of the mail, of a letter, and of the blanks around a cell, in pixels
_MOST, _LETTER, _AROUND = 760, 7.8, 10
# as wide as a chart: a number far from its row is read in the wrong one
_NARROW = 520
# letters of a word from which on it is broken wherever its column ends: as many as leave room for all columns
_LONG = tuple(range(18, 7, -1))
_BROKEN = ' style="overflow-wrap:anywhere"'
# that a sparkline shows in one line
_PERIODS = 13


class _Column(NamedTuple):
    """A column: its heading, its cells and what they show; numbers stand at the end of it.

    Numbers, statuses and sparklines stay in one line where there is room, else numbers break at blanks alone.
    """

    head: str
    cells: list[Cell]
    texts: list[str]
    is_numeric: bool
    is_short: bool
    is_drawn: bool

    def least_width(self, long: int) -> float:
        """Pixels, if only what is longer is broken."""
        held = [len(text) for text in self.texts if self.is_held(text, long)]
        words = [longest_word(text) for text in (self.head, *self.texts)]
        return max([*held, *(each for each in words if each <= long)], default=1) * _LETTER + _AROUND

    def is_held(self, text: str, long: int) -> bool:
        """Whether it stands in one line."""
        return self.is_short and len(text) <= (_PERIODS if self.is_drawn else long)


def longest_word(text: str) -> int:
    """Letters of the longest part that is not broken."""
    return max(map(len, re.split("[ \N{NO-BREAK SPACE}-]", text)))


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
    width = _width(columns)
    return Markup("\n".join([f'<table class="data" width="{width}"{_FRAME}>', *parts, "</table>"]))  # noqa: S704  of escaped parts


def _columns(table: Table, rows: int, write: MailMarkup) -> list[_Column]:
    found = []
    for key, heading in table.columns.items():
        cells = [row.get(key) for row in table.rows[:rows]]
        texts = [shown(cell, write.figures) for cell in cells]
        is_numeric, is_drawn = key in table.numeric, any(isinstance(each, Sparkline) for each in cells)
        is_short = is_numeric or is_drawn or any(isinstance(each, Status) for each in cells)
        found.append(_Column(fit(heading) or NOTHING, cells, texts, is_numeric, is_short, is_drawn))
    return found


def _width(columns: Sequence[_Column]) -> str:
    """All of the mail, but for tables of a few short columns."""
    letters = (max(map(len, (each.head, *each.texts))) for each in columns)
    return str(_NARROW) if sum(each * _LETTER + _AROUND for each in letters) <= _NARROW else "100%"


def _caption(table: Table, title: str, start: str) -> str:
    """Not shown where it says what the heading above says."""
    text = fit(table.caption)
    kind = "" if text and text != title else ' class="said"'
    return f'<caption{kind} dir="auto" style="text-align:{start}">{escape(text or title)}</caption>'


def _head(column: _Column, write: MailMarkup, long: int) -> str:
    side = write.end if column.is_numeric else write.start
    broken = _BROKEN if longest_word(column.head) > long else ""
    return f'<th scope="col" align="{side}"{broken} dir="auto">{escape(column.head)}</th>'


def _cells(column: _Column, number: int, write: MailMarkup, long: int) -> Sequence[str]:
    """The cells of a column; those of the first are the headings of their rows."""
    before = f"{column.head}: " if number else ""
    label = f"<i hidden>{escape(before)}</i>" if number else ""
    tag = "td" if number else 'th scope="row"'
    side = f' align="{write.end}"' if column.is_numeric else ""
    found = []
    for cell, text in zip(column.cells, column.texts, strict=True):
        is_held, markup = column.is_held(text, long), write.cell(cell, text, before)
        if column.is_short and not is_held:
            # rather a unit in a line of its own than broken
            markup = markup.replace("\N{NO-BREAK SPACE}", " ")
        breaks = " nowrap" if is_held else _BROKEN if longest_word(text) > long else ""
        found.append(f"<{tag}{side}{breaks}>{label}{markup}</{tag[:2]}>")
    return found
