"""Horizontal bars, one per name, each with its number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from reports.charts import themes
from reports.charts.axes import NumberAxis
from reports.charts.layers import encoded, on, told
from reports.charts.models import ChartLook
from reports.charts.units import Scale

BAR_HEIGHT = 26
_PIXELS_PER_LETTER = 6.5
_LONGEST_NAME = 180


@dataclass(frozen=True)
class Bars:
    """Bars in the order of their names; `longest` is the longest text at the end of one."""

    look: ChartLook
    scale: Scale
    values: NumberAxis
    names: Sequence[str]
    longest: int

    @property
    def height(self) -> int:
        """Pixels that they take."""
        return BAR_HEIGHT * len(self.names)

    def layers(self, name: str, columns: Mapping[str, str]) -> list[alt.Chart]:
        """The bars of the rows of a data set, and a rule at zero."""
        base = encoded(on(name), x=self._x(), y=self._y())
        bars = base.mark_bar(height={"band": 0.7}, cornerRadiusEnd=2)
        text = alt.Text("label", type="nominal")
        positive = base.transform_filter("datum.value >= 0").mark_text(align="left", dx=5)
        negative = base.transform_filter("datum.value < 0").mark_text(align="right", dx=-5)
        zero = on("one").mark_rule(color=themes.faint(self.look.theme), strokeWidth=1, aria=False)
        return [
            encoded(bars, color=alt.Color("colour", type="nominal", scale=None), **told(columns)),
            encoded(positive, text=text),
            encoded(negative, text=text),
            encoded(zero, x=alt.XDatum(0, **self._of_x())),
        ]

    def _x(self) -> alt.X:
        return alt.X("value", **self._of_x())

    def _of_x(self) -> dict[str, Any]:
        expression = self.scale.expression(self.values.step)
        axis = alt.Axis(
            values=list(self.values.ticks), labelExpr=expression, domain=False, ticks=False, labelOverlap=True
        )
        scale = alt.Scale(domain=self._domain(), nice=False, zero=False)
        return {"type": "quantitative", "scale": scale, "axis": axis, "title": None}

    def _domain(self) -> list[float]:
        """The axis with room for texts on the sides that have bars."""
        low, high = self.values.low, self.values.high
        share = min(0.4, (12 + self.longest * _PIXELS_PER_LETTER) / self.look.width)
        room = high * share - low * share
        return [low - room if low < 0 else low, high + room if high > 0 else high]

    def _y(self) -> alt.Y:
        axis = alt.Axis(domain=False, ticks=False, labelLimit=_LONGEST_NAME, labelFontSize=12, labelPadding=6)
        scale = alt.Scale(domain=list(self.names))
        return alt.Y("name", type="nominal", scale=scale, sort=None, axis=axis, title=None)
