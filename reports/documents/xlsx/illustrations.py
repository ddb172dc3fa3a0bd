"""Illustrations of a report on a sheet: the numbers, and right of them the native chart that is drawn of these."""

from collections.abc import Sequence

from reports.cells import Cell, Change, Figure, PeriodCell
from reports.charts.data import Breakdown, ChangeBySlice, ComparedSeries, MetricSeries, Pace
from reports.charts.drawing import Drawable, draw
from reports.charts.models import ChartTable
from reports.charts.texts import fit, shortened
from reports.documents.model import Illustration
from reports.documents.xlsx.charts import Plot
from reports.documents.xlsx.tables import SHORT
from reports.workbooks.book import Book
from reports.workbooks.sheet import Grid, Sheet

COLUMNS = 12
"""How many columns there may be from the numbers to the right edge of the chart."""
_SIZE = {"width": 640, "height": 320}
_ROWS = 18


def write_illustration(
    book: Book, sheet: Sheet, illustration: Illustration, beside: Sequence[Grid] = ()
) -> Grid:
    """The title, the numbers, and the chart, which says in words what it shows to those who cannot see it.

    beside: grids above, right of which the chart begins, so that it is seen at once; else it begins at its numbers.
    """
    numbers = illustration.numbers
    chart = draw(numbers)
    table, unit, grain = _told(numbers, chart.table), _unit(numbers), _grain(numbers)
    sheet.line(chart.title, bold=True)
    headings = [*(["Begins"] if table.moments else []), *table.columns]
    grid = sheet.grid(headings, _rows(table, unit, grain))
    plot = Plot(book, sheet.name, grid, table, grain, fit(unit or ""))
    if isinstance(numbers, ChangeBySlice) or (
        isinstance(numbers, Breakdown) and len(set(table.moments)) == 1
    ):
        drawn = plot.bars("Contribution" if isinstance(numbers, ChangeBySlice) else "Value")
    elif isinstance(numbers, MetricSeries | ComparedSeries):
        drawn = plot.lines()
    else:
        drawn = plot.ways()
    drawn.set_size(_SIZE)
    options = {"description": shortened(chart.description, 1_000), "object_position": 3}
    grids = (*beside, grid)
    top = grids[0].head
    sheet.raw.insert_chart(top, max(each.columns for each in grids) + 1, drawn, options)
    sheet.row = max(sheet.row, top + _ROWS)
    return grid


def _unit(numbers: Drawable) -> str | None:
    match numbers:
        case Pace():
            return numbers.key_result.unit
        case ComparedSeries():
            return numbers.series.metric.unit
        case _:
            return numbers.metric.unit


def _grain(numbers: Drawable) -> str:
    match numbers:
        case Pace():
            return "day"
        case ComparedSeries():
            return numbers.series.grain
        case _:
            return numbers.grain


def _told(numbers: Drawable, table: ChartTable) -> ChartTable:
    """The table without columns that are empty, and without words that only repeat the moment of the row."""
    repeated = {"Period", "Day"} if table.moments and _grain(numbers) in SHORT else set()
    kept = [
        place
        for place, name in enumerate(table.columns)
        if name == "Value"
        or (name not in repeated and any(row[place] not in (None, "") for row in table.rows))
    ]
    columns = tuple(table.columns[place] for place in kept)
    return ChartTable(
        columns, tuple(tuple(row[place] for place in kept) for row in table.rows), table.moments
    )


def _rows(table: ChartTable, unit: str | None, grain: str) -> list[list[Cell]]:
    """The rows, each after its moment; numbers are in the unit of the whole."""
    rows: list[list[Cell]] = [
        [_cell(name, cell, unit) for name, cell in zip(table.columns, row, strict=True)] for row in table.rows
    ]
    if not table.moments:
        return rows
    return [[PeriodCell(at, grain), *row] for at, row in zip(table.moments, rows, strict=True)]


def _cell(name: str, cell: str | float | None, unit: str | None) -> Cell:
    if isinstance(cell, str):
        return cell
    return Change(cell) if name == "Change in %" else Figure(cell, unit)
