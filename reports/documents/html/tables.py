"""Tables in mail: never wider than the mail, and on a phone a block for each row."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from reports.cells import Cell, Table
from reports.charts.texts import fit
from reports.documents.html.cells import MailMarkup
from reports.documents.words import shown
from reports.figures import NOTHING

_FRAME = ' width="100%" cellpadding="6" cellspacing="0" border="0"'
_LEFT, _RIGHT = ' align="left"', ' align="right"'
# of the mail, of a bold letter, and of the blanks around a cell, in pixels
_MOST, _LETTER, _AROUND = 720, 8.5, 12


def table_markup(table: Table, rows: int, title: str, write: MailMarkup) -> Markup:
    """The first rows, all columns; a cell has its heading once more, which only phones show."""
    heads = [fit(heading) or NOTHING for heading in table.columns.values()]
    body = [[row.get(key) for key in table.columns] for row in table.rows[:rows]]
    texts = [heads, *([shown(cell, write.figures) for cell in row] for row in body)]
    numeric = [key in table.numeric for key in table.columns]
    is_tight = _least_width(texts, numeric) > _MOST
    sides = [_RIGHT if each else _LEFT for each in numeric]
    held = [f"{_RIGHT} nowrap" if each and not is_tight else side for each, side in zip(numeric, sides, strict=True)]
    labels = ["", *(f'<span class="label">{escape(head)}: </span>' for head in heads[1:])]
    lines = "\n".join(_row(row, labels, held, write) for row in body)
    parts = (_caption(table, title), _head(heads, sides), f"<tbody>\n{lines}\n</tbody>")
    opening = f'<table class="data{" tight" if is_tight else ""}"{_FRAME}>'
    return Markup(f"{opening}\n{''.join(parts)}</table>")  # noqa: S704  of escaped parts


def _caption(table: Table, title: str) -> str:
    """Not shown where it says what the heading above says."""
    text = fit(table.caption)
    kind = "" if text and text != title else ' class="said"'
    return f'<caption{kind} dir="auto">{escape(text or title)}</caption>\n'


def _head(heads: list[str], sides: list[str]) -> str:
    cells = (f'<th scope="col"{side} dir="auto">{escape(head)}</th>' for head, side in zip(heads, sides, strict=True))
    return f"<thead><tr>{''.join(cells)}</tr></thead>\n"


def _row(row: list[Cell], labels: list[str], sides: list[str], write: MailMarkup) -> str:
    first, *rest = (
        f'{side} valign="top">{label}{write.cell(cell)}'
        for cell, label, side in zip(row, labels, sides, strict=True)
    )
    return f'<tr><th scope="row"{first}</th>{"".join(f"<td{each}</td>" for each in rest)}</tr>'


def _least_width(texts: Iterable[list[str]], numeric: list[bool]) -> float:
    """Pixels of all columns if no word and no number is broken."""
    columns = zip(*texts, strict=True)
    letters = (
        max(len(cell) if is_number else _longest_word(cell) for cell in column)
        for column, is_number in zip(columns, numeric, strict=True)
    )
    return sum(number * _LETTER + _AROUND for number in letters)


def _longest_word(text: str) -> int:
    return max(map(len, text.split(" ")))
