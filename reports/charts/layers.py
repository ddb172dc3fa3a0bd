"""What charts over time are put together from: axes, lines, points, and the whole specification, as Altair builds them.

Everything of the catalog is a value of the data or a literal text. Names of fields are ours, so that no name is ever
read as a path or an expression. Importing this module imports Altair, half a second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from reports.charts import themes
from reports.charts.axes import NumberAxis, TimeAxis, at
from reports.charts.models import ChartLook
from reports.charts.texts import lines
from reports.charts.units import Scale
from reports.models import MetricValue

Rows = Sequence[Mapping[str, Any]]

_FURTHER_DASHES = ((6, 2), (2, 2), (8, 2, 2, 2))
# where all periods are one, half a day to either side
_HALF_A_DAY = 43_200_000


@dataclass(frozen=True)
class Frame:
    """What all layers of a chart share: its look, how numbers are written, and the two axes."""

    look: ChartLook
    scale: Scale
    values: NumberAxis
    times: TimeAxis
    span: tuple[int, int]

    def x(self) -> alt.X:
        """The axis of time."""
        first, last = self.span
        around = 0 if first < last else _HALF_A_DAY
        scale = alt.Scale(type="utc", domain=[first - around, last + around], padding=14)
        axis = alt.Axis(
            values=list(self.times.ticks), labelExpr=self.times.expression, grid=False, labelOverlap=True
        )
        return alt.X("at", type="temporal", scale=scale, axis=axis, title=None)

    def y(self, field: str = "value") -> alt.Y:
        """The axis of numbers."""
        return alt.Y(field, type="quantitative", scale=self._scale(), axis=self._axis(), title=None)

    def y_of(self, number: float) -> alt.YDatum:
        """A place on the axis of numbers."""
        return alt.YDatum(number, type="quantitative", scale=self._scale(), axis=self._axis(), title=None)

    def _scale(self) -> alt.Scale:
        return alt.Scale(domain=[self.values.low, self.values.high], nice=False, zero=False)

    def _axis(self) -> alt.Axis:
        expression = self.scale.expression(self.values.step)
        return alt.Axis(
            values=list(self.values.ticks), labelExpr=expression, domain=False, ticks=False, grid=True
        )


def on(name: str) -> alt.Chart:
    """A chart of one of the data sets of the specification; `one` has a single, empty row."""
    return alt.Chart(alt.NamedData(name=name))


def encoded(chart: alt.Chart, **channels: Any) -> alt.Chart:
    """The chart with these channels; Altair's own method does not say what it gives back."""
    made: alt.Chart = chart.encode(**channels)
    return made


def line(name: str, frame: Frame, colour: str, field: str) -> alt.Chart:
    """A line through the rows that have a value; it breaks where one has none."""
    drawn = on(name).mark_line(strokeWidth=2, color=colour, strokeJoin="round", aria=False)
    return encoded(drawn, x=frame.x(), y=frame.y(field))


def named_lines(name: str, frame: Frame, styles: Mapping[str, tuple[str, Sequence[int]]]) -> alt.Chart:
    """A line per name that rows have, with the legend of all: colour and dashes by name."""
    names = list(styles)
    symbol: dict[str, Any] = {"symbolType": "stroke", "symbolSize": 300, "symbolOpacity": 1}
    legend = alt.Legend(orient="top", title=None, offset=6, columns=4, **symbol)
    colours = alt.Scale(domain=names, range=[colour for colour, _ in styles.values()])
    dashes = alt.Scale(domain=names, range=[list(dashes) for _, dashes in styles.values()])
    return encoded(
        on(name).mark_line(strokeWidth=2, strokeJoin="round", aria=False),
        x=frame.x(),
        y=frame.y(),
        color=alt.Color("name", type="nominal", scale=colours, legend=legend),
        strokeDash=alt.StrokeDash("name", type="nominal", scale=dashes, legend=legend),
    )


def dash(number: int) -> Sequence[int]:
    """The dashes of the line of a number, so that lines differ by more than colour."""
    return (1, 0) if number == 0 else _FURTHER_DASHES[(number - 1) % len(_FURTHER_DASHES)]


def open_segment(
    values: Sequence[tuple[MetricValue, float | None]], name: str = "", colour: str = themes.SERIES[0]
) -> list[dict[str, Any]]:
    """Rows from the newest finished value to the running period; none where no period is running."""
    running = next((place for place, (row, _) in enumerate(values) if not row.is_complete), len(values))
    return [
        {"at": at(row.period_start), "value": value, "name": name, "colour": colour}
        for row, value in values[max(0, running - 1) :]
        if running < len(values)
    ]


def open_lines(name: str, frame: Frame) -> alt.Chart:
    """Dashed lines to the running period, one per name, of the rows' own colour."""
    return encoded(
        on(name).mark_line(strokeWidth=2, strokeDash=[3, 4], aria=False),
        x=frame.x(),
        y=frame.y(),
        detail=alt.Detail("name", type="nominal"),
        color=alt.Color("colour", type="nominal", scale=None),
    )


def points(name: str, frame: Frame, columns: Mapping[str, str]) -> alt.Chart:
    """A point per row with a value, of its colour, seen where it says so; with its numbers for mouse and screen reader.

    `columns` are fields with the words that the tip has for them.
    """
    return encoded(
        on(name).mark_point(filled=True, size=34),
        x=frame.x(),
        y=frame.y(),
        color=alt.Color("colour", type="nominal", scale=None),
        opacity=alt.Opacity("seen", type="quantitative", scale=None),
        **told(columns),
    )


def told(columns: Mapping[str, str]) -> dict[str, Any]:
    """Channels of what a mark says: lines of a tip, numbers written already, and `said` for screen readers."""
    tips = [alt.Tooltip(field, type="nominal", title=title) for field, title in columns.items()]
    return {"tooltip": tips, "description": alt.Description("said", type="nominal")}


def specification(
    layers: Sequence[alt.Chart | alt.LayerChart],
    look: ChartLook,
    heading: tuple[str, str],
    datasets: Mapping[str, Rows],
    height: int | None = None,
) -> dict[str, Any]:
    """The whole; whether it is legal, tests judge by the schema of Vega-Lite: that takes a third as long again."""
    title, subtitle = heading
    # the second line is set smaller
    words = alt.Title(
        lines(title, look.width), subtitle=lines(subtitle, look.width * 5 // 4), limit=look.width + 60
    )
    chart = alt.layer(*layers).properties(width=look.width, height=height or look.height, title=words)
    made: dict[str, Any] = chart.configure(**themes.config(look.theme)).to_dict(validate=False)
    made["datasets"] = {name: list(rows) for name, rows in datasets.items()} | {"one": [{}]}
    return made
