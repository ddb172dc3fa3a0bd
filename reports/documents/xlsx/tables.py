"""Tables of a report on a sheet: what one of our cells holds beside its value gets a column of its own."""

from collections.abc import Iterable
from dataclasses import dataclass

from xlsxwriter.utility import xl_range

from reports.cells import Cell, Link, PeriodCell, Sparkline, Table
from reports.charts.themes import SERIES
from reports.figures import Figures
from reports.workbooks.sheet import Grid, Sheet

# of these a date says all
SHORT = frozenset(("minute", "hour", "day"))
_WIDTH_OF_SPARKLINE = 18


@dataclass(frozen=True)
class _Column:
    """A column of a sheet, from its heading down."""

    heading: str
    cells: list[Cell]


def write_table(sheet: Sheet, table: Table, figures: Figures) -> Grid:
    """The caption, and below it headings and rows.

    Right of a link its note, which is an id; right of a period that is longer than a day its words; right of the whole
    table the values that sparklines are drawn of, within what is sorted and filtered, so that each stays with its row.
    """
    sheet.line(table.caption, bold=True)
    shown: list[_Column] = []
    values: list[_Column] = []
    drawn: dict[int, tuple[int, int]] = {}
    for key, heading in table.columns.items():
        cells = [row.get(key) for row in table.rows]
        shown.append(_Column(heading, cells))
        if any(isinstance(cell, Sparkline) for cell in cells):
            found = list(_values(heading, cells))
            drawn[len(shown) - 1] = (len(values), len(found))
            values += found
        shown += _beside(heading, cells, figures)
    columns = [*shown, *values]
    rows = list(zip(*(column.cells for column in columns), strict=True))
    grid = sheet.grid([column.heading for column in columns], rows)
    for column, (first, count) in drawn.items():
        _draw(sheet, grid, column, len(shown) + first, count)
    return grid._replace(shown=len(shown))


def _beside(heading: str, cells: list[Cell], figures: Figures) -> Iterable[_Column]:
    if any(isinstance(cell, Link) and cell.note for cell in cells):
        yield _Column(f"{heading} ID", [cell.note if isinstance(cell, Link) else None for cell in cells])
    if any(isinstance(cell, PeriodCell) and cell.grain not in SHORT for cell in cells):
        yield _Column(
            f"{heading} in words",
            [
                figures.period(*cell) if isinstance(cell, PeriodCell) and cell.value else None
                for cell in cells
            ],
        )


def _values(heading: str, cells: list[Cell]) -> Iterable[_Column]:
    """Columns of the values of sparklines; the latest are in the last one, however many there are before."""
    lines = [cell.values if isinstance(cell, Sparkline) else () for cell in cells]
    count = max(map(len, lines))
    padded = [(*[None] * (count - len(line)), *line) for line in lines]
    for place in range(count):
        yield _Column(f"{heading}: {place + 1} of {count}", [line[place] for line in padded])


def _draw(sheet: Sheet, grid: Grid, column: int, first: int, count: int) -> None:
    if not count:
        return
    sheet.widen(column, _WIDTH_OF_SPARKLINE)
    for row in range(grid.head + 1, grid.last + 1):
        look = {
            "weight": 1.5,
            "last_point": True,
            "series_color": SERIES[0],
            "last_color": SERIES[1],
            "show_hidden": True,
        }
        where = xl_range(row, first, row, first + count - 1)
        sheet.raw.add_sparkline(row, column, {"range": where, **look})
