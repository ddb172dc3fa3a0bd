"""Tables as plain text: in columns where they fit, else a block for each row."""

from reports.cells import Table
from reports.charts.texts import fit
from reports.documents.plain_text.columns import MOST_COLUMNS, padded, width, wrapped
from reports.documents.words import shown
from reports.figures import NOTHING, Figures

_BETWEEN, _BESIDE, _INDENT = "  ", " | ", "    "


def table_lines(table: Table, rows: int, figures: Figures) -> list[str]:
    """The first rows, all columns."""
    keys = list(table.columns)
    heads = [fit(table.columns[key]) or NOTHING for key in keys]
    body = [[shown(row.get(key), figures) for key in keys] for row in table.rows[:rows]]
    widths = [max(map(width, column)) for column in zip(heads, *body, strict=True)]
    if sum(widths) + len(_BETWEEN) * (len(widths) - 1) > MOST_COLUMNS:
        return [line for cells in body for line in _block(heads, cells)]
    rights = [key in table.numeric for key in keys]
    rule = ["-" * columns for columns in widths]
    return [_in_columns(cells, widths, rights) for cells in (heads, rule, *body)]


def _in_columns(cells: list[str], widths: list[int], rights: list[bool]) -> str:
    filled = (
        padded(text, columns, is_right=right)
        for text, columns, right in zip(cells, widths, rights, strict=True)
    )
    return _BETWEEN.join(filled).rstrip()


def _block(heads: list[str], cells: list[str]) -> list[str]:
    """The first cell on a line of its own, the others behind their headings below, as many on a line as fit."""
    lines: list[str] = []
    for head, text in zip(heads[1:], cells[1:], strict=True):
        said = f"{head}: {text}"
        joined = f"{lines[-1]}{_BESIDE}{said}" if lines else said
        if lines and width(joined) <= MOST_COLUMNS - len(_INDENT):
            lines[-1] = joined
        else:
            lines.append(said)
    below = (part for line in lines for part in wrapped(line, indent=_INDENT))
    return [*wrapped(cells[0], indent="  ", first="* "), *below]
