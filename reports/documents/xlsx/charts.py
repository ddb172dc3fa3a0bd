"""Native charts of a workbook, of the cells of one grid."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reports.charts.axes import NumberAxis, number_axis
from reports.charts.models import ChartTable
from reports.charts.themes import REST, SERIES
from reports.workbooks.book import Book
from reports.workbooks.number_formats import of_period
from reports.workbooks.sheet import Grid

_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "Value": {"color": SERIES[0], "width": 2.25},
    "Value then": {"color": REST, "width": 1.5, "dash_type": "dash"},
    "Target": {"color": SERIES[2], "width": 1.25, "dash_type": "dash"},
    "Warning": {"color": SERIES[1], "width": 1.25, "dash_type": "square_dot"},
    "Critical": {"color": "#B3201B", "width": 1.25, "dash_type": "round_dot"},
}
# of the lines of a key result
_DASHES = {"expected": "dash", "projected": "square_dot"}
_FONTS: Mapping[str, Any] = {"name_font": {"bold": False, "size": 10}, "num_font": {"size": 9}}
_FAINT_LINE = {"visible": True, "line": {"color": "#DDE1E6"}}
# more points than that are no points but a line
_MOST_MARKED = 62
_MOST_TICKS = 7
_TICKS = {
    "week": ("days", 7),
    "month": ("months", 1),
    "quarter": ("months", 3),
    "year": ("years", 1),
}
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  of workbooks, which know no zones


@dataclass(frozen=True)
class Plot:
    """What a chart is drawn of: `table` as it stands in the grid, after a column of moments where it has such."""

    book: Book
    sheet: str
    grid: Grid
    table: ChartTable
    grain: str
    unit: str

    def bars(self, value: str) -> Any:
        """A column for each row, of the number under that heading."""
        drawn = self.book.add_chart("column")
        names, values = self._column("Slice"), self._column(value)
        drawn.add_series({"categories": names, "values": values, "fill": {"color": SERIES[0]}, "gap": 60})
        drawn.set_x_axis({"name": "Slice", "label_position": "low", **_FONTS})
        drawn.set_legend({"none": True})
        self._finish(drawn, [value], with_zero=True)
        return drawn

    def lines(self) -> Any:
        """A line for each column of values."""
        drawn = self.book.add_chart("line")
        is_marked = len(self.table.rows) <= _MOST_MARKED
        shown = [name for name in self.table.columns if name in _LOOKS]
        for name in shown:
            marker = "circle" if is_marked and name == "Value" else "none"
            drawn.add_series(
                {
                    "name": [self.sheet, self.grid.head, self._place(name)],
                    "categories": self._range(0, self.grid.head + 1, self.grid.last),
                    "values": self._column(name),
                    "line": _LOOKS[name],
                    "marker": {"type": marker, "size": 4},
                }
            )
        drawn.set_x_axis(self._time_axis() | self._ticks())
        drawn.set_legend({"position": "bottom"})
        self._finish(drawn, shown)
        return drawn

    def ways(self) -> Any:
        """A line for each name in the first column, whose rows follow one another, each at its own moments."""
        drawn = self.book.add_chart("scatter", "straight")
        first = self.grid.head + 1
        is_marked = len(self.table.rows) <= _MOST_MARKED
        for number, (name, rows) in enumerate(itertools.groupby(self.table.rows, key=lambda row: row[0])):
            last = first + len(list(rows)) - 1
            colour = SERIES[number % len(SERIES)]
            marker = "circle" if is_marked or first == last else "none"
            drawn.add_series(
                {
                    "name": [self.sheet, first, 1],
                    "categories": self._range(0, first, last),
                    "values": self._range(self._place("Value"), first, last),
                    "line": {"color": colour, "width": 2, "dash_type": _DASHES.get(str(name), "solid")},
                    "marker": {
                        "type": marker,
                        "size": 4,
                        "fill": {"color": colour},
                        "border": {"none": True},
                    },
                }
            )
            first = last + 1
        drawn.set_x_axis(self._time_axis() | self._span())
        drawn.set_legend({"position": "bottom"})
        self._finish(drawn, ["Value"])
        return drawn

    def _finish(self, drawn: Any, shown: Sequence[str], *, with_zero: bool = False) -> None:
        """The title, which is that of a cell and so never read as an address, and the axis of values."""
        font = {"size": 12, "bold": True}
        drawn.set_title({"name": [self.sheet, self.grid.head - 1, 0], "name_font": font, "overlay": False})
        places = [self.table.columns.index(name) for name in shown]
        cells = (row[place] for row in self.table.rows for place in places)
        axis = number_axis((cell for cell in cells if isinstance(cell, int | float)), with_zero=with_zero)
        name = f"Value ({self.unit})" if self.unit else "Value"
        look = {"name": name, "num_format": _digits(axis), "major_gridlines": _FAINT_LINE, **_FONTS}
        if axis.step and math.isfinite(axis.high - axis.low):
            look |= {"min": axis.low, "max": axis.high, "major_unit": axis.step}
        drawn.set_y_axis(look)
        drawn.show_blanks_as("gap")

    def _time_axis(self) -> dict[str, Any]:
        shown = "d mmm yyyy" if self.grain in ("day", "week") else of_period(self.grain)
        return {"name": f"By {self.grain}", "num_format": shown, "label_position": "low", **_FONTS}

    def _ticks(self) -> dict[str, Any]:
        """A few of the periods; hours are no dates, and stand as texts."""
        step = math.ceil(len(self.table.rows) / _MOST_TICKS)
        if self.grain in ("minute", "hour"):
            return {"text_axis": True, "interval_unit": step, "interval_tick": step}
        unit, size = _TICKS.get(self.grain, ("days", 1))
        return {"date_axis": True, "major_unit": step * size, "major_unit_type": unit}

    def _span(self) -> dict[str, Any]:
        days = [
            (moment.replace(tzinfo=None) - _DAY_ZERO).total_seconds() / 86_400
            for moment in self.table.moments
        ]
        first, last = math.floor(min(days)), math.ceil(max(days))
        if self.grain in ("minute", "hour"):
            return {"min": min(days), "max": max(days)} if min(days) < max(days) else {}
        return {
            "min": first,
            "max": max(last, first + 1),
            "major_unit": math.ceil((last - first or 1) / _MOST_TICKS),
        }

    def _place(self, name: str) -> int:
        return self.table.columns.index(name) + bool(self.table.moments)

    def _column(self, name: str) -> list[Any]:
        return self._range(self._place(name), self.grid.head + 1, self.grid.last)

    def _range(self, column: int, first: int, last: int) -> list[Any]:
        return [self.sheet, first, column, last, column]


def _digits(axis: NumberAxis) -> str:
    """As many as tell the ticks apart."""
    if not 1e-6 < axis.step < 1e12:
        return "0.0E+00"
    exact = (each for each in range(9) if math.isclose(axis.step, round(axis.step, each), rel_tol=1e-3))
    places = next(exact, 2)
    return "#,##0" + ("." + "0" * places if places else "")
