"""Illustrations of a report as native charts, each beside the numbers that it is drawn of."""

import itertools
from collections.abc import Mapping
from typing import Any

from reports.cells import Cell, Change, Figure, PeriodCell
from reports.charts.data import Breakdown, ChangeBySlice, ComparedSeries, MetricSeries, Pace
from reports.charts.drawing import Drawable, draw
from reports.charts.models import ChartTable
from reports.charts.texts import fit, shortened
from reports.charts.themes import REST, SERIES
from reports.documents.model import Illustration
from reports.workbooks.book import Book
from reports.workbooks.number_formats import of_period
from reports.workbooks.sheet import Grid, Sheet

SIZE = {"width": 640, "height": 320}
COLUMNS = 9
"""How many columns a chart reaches over, at most."""
_ROWS = 18
_LOOKS = {
    "Value": {"color": SERIES[0], "width": 2.25},
    "Value then": {"color": REST, "width": 1.5, "dash_type": "dash"},
    "Target": {"color": SERIES[2], "width": 1.25, "dash_type": "dash"},
    "Warning": {"color": SERIES[1], "width": 1.25, "dash_type": "square_dot"},
    "Critical": {"color": "#B3201B", "width": 1.25, "dash_type": "round_dot"},
}


def write_illustration(book: Book, sheet: Sheet, illustration: Illustration) -> Grid:
    """The title, the numbers with the chart to their right, and what the chart shows in words."""
    numbers = illustration.numbers
    chart = draw(numbers)
    top = sheet.row
    sheet.line(chart.title, bold=True)
    grid = sheet.grid(_headings(chart.table), _rows(numbers, chart.table))
    drawn = _chart(book, sheet.name, grid, numbers, chart.table)
    drawn.set_title({"name": [sheet.name, top, 0], "name_font": {"size": 12, "bold": True}, "overlay": False})
    drawn.set_size(SIZE)
    drawn.show_blanks_as("gap")
    options = {"description": shortened(chart.description, 1_000), "object_position": 3}
    sheet.raw.insert_chart(grid.head, grid.columns + 1, drawn, options)
    sheet.row = max(sheet.row, grid.head + _ROWS)
    return grid


def _unit(numbers: Drawable) -> str | None:
    return numbers.key_result.unit if isinstance(numbers, Pace) else _metric(numbers).unit


def _metric(numbers: MetricSeries | ComparedSeries | Breakdown | ChangeBySlice) -> Any:
    return numbers.series.metric if isinstance(numbers, ComparedSeries) else numbers.metric


def _grain(numbers: Drawable) -> str:
    match numbers:
        case Pace():
            return "day"
        case ComparedSeries():
            return numbers.series.grain
        case _:
            return numbers.grain


def _headings(table: ChartTable) -> list[str]:
    return [*(["Begins"] if table.moments else []), *table.columns]


def _rows(numbers: Drawable, table: ChartTable) -> list[list[Cell]]:
    """The table of the chart, after the moments of its rows; numbers are in the unit of the whole."""
    unit, grain = _unit(numbers), _grain(numbers)
    rows: list[list[Cell]] = [
        [_cell(name, cell, unit) for name, cell in zip(table.columns, row, strict=True)] for row in table.rows
    ]
    moments = [PeriodCell(moment, grain) for moment in table.moments]
    return [[moment, *row] for moment, row in zip(moments, rows, strict=True)] if moments else rows


def _cell(name: str, cell: str | float | None, unit: str | None) -> Cell:
    if isinstance(cell, str):
        return cell
    return Change(cell) if name == "Change in %" else Figure(cell, unit)


def _chart(book: Book, sheet: str, grid: Grid, numbers: Drawable, table: ChartTable) -> Any:
    is_one_period = isinstance(numbers, Breakdown) and len(set(table.moments)) == 1
    if isinstance(numbers, ChangeBySlice) or is_one_period:
        drawn = _bars(book, sheet, grid, table)
    elif isinstance(numbers, MetricSeries | ComparedSeries):
        drawn = _lines(book, sheet, grid, table, _grain(numbers))
    else:
        drawn = _ways(book, sheet, grid, table, _grain(numbers))
    unit = fit(_unit(numbers) or "")
    value = "Contribution" if isinstance(numbers, ChangeBySlice) else "Value"
    axis = {"name": f"{value} ({unit})" if unit else value, "num_format": "#,##0.##", **_FONT}
    drawn.set_y_axis({**axis, "major_gridlines": {"visible": True, "line": {"color": "#DDE1E6"}}})
    return drawn


_FONT: Mapping[str, Any] = {"name_font": {"bold": False}, "num_font": {"size": 9}}


def _bars(book: Book, sheet: str, grid: Grid, table: ChartTable) -> Any:
    """A column for each row."""
    drawn = book.add_chart("column")
    names, values = (_column(sheet, grid, table, name) for name in ("Slice", table.columns[_of_value(table)]))
    drawn.add_series({"categories": names, "values": values, "fill": {"color": SERIES[0]}, "gap": 60})
    drawn.set_x_axis({"name": "Slice", "label_position": "low", **_FONT})
    drawn.set_legend({"none": True})
    return drawn


def _of_value(table: ChartTable) -> int:
    return table.columns.index("Contribution" if "Contribution" in table.columns else "Value")


def _lines(book: Book, sheet: str, grid: Grid, table: ChartTable, grain: str) -> Any:
    """A line for each column of values."""
    drawn = book.add_chart("line")
    moments = [sheet, grid.head + 1, 0, grid.last, 0]
    for name in (each for each in table.columns if each in _LOOKS):
        marker = (
            {"type": "circle", "size": 4} if name == "Value" and len(table.rows) <= 62 else {"type": "none"}
        )
        drawn.add_series(
            {
                "name": [sheet, grid.head, _place(table, name)],
                "categories": moments,
                "values": _column(sheet, grid, table, name),
                "line": _LOOKS[name],
                "marker": marker,
            }
        )
    is_dates = grain not in ("minute", "hour")
    drawn.set_x_axis(
        {
            "name": f"By {grain}",
            "date_axis": is_dates,
            "text_axis": not is_dates,
            "num_format": of_period(grain),
            "label_position": "low",
            **_FONT,
        }
    )
    drawn.set_legend({"position": "bottom"})
    return drawn


def _ways(book: Book, sheet: str, grid: Grid, table: ChartTable, grain: str) -> Any:
    """A line for each name in the first column, whose rows follow one another, each at its own moments."""
    drawn = book.add_chart("scatter", "straight")
    value = _place(table, "Value")
    first = grid.head + 1
    for number, (_, group) in enumerate(itertools.groupby(table.rows, key=lambda row: row[0])):
        last = first + len(list(group)) - 1
        drawn.add_series(
            {
                "name": [sheet, first, 1],
                "categories": [sheet, first, 0, last, 0],
                "values": [sheet, first, value, last, value],
                "line": {"color": SERIES[number % len(SERIES)], "width": 2},
                "marker": {"type": "circle" if first == last else "none", "size": 6},
            }
        )
        first = last + 1
    drawn.set_x_axis(
        {"name": f"By {grain}", "num_format": of_period(grain), "label_position": "low", **_FONT}
    )
    drawn.set_legend({"position": "bottom"})
    return drawn


def _place(table: ChartTable, name: str) -> int:
    return table.columns.index(name) + bool(table.moments)


def _column(sheet: str, grid: Grid, table: ChartTable, name: str) -> list[Any]:
    place = _place(table, name)
    return [sheet, grid.head + 1, place, grid.last, place]
