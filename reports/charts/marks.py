"""What is drawn over and behind the line of a metric: marks of single periods, bounds, and labels at the edge."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import altair as alt

from reports.charts import themes
from reports.charts.axes import at
from reports.charts.data import MetricBounds
from reports.charts.layers import Frame, Rows, encoded, on, told
from reports.charts.periods import period_name
from reports.charts.texts import shortened
from reports.models import MetricValue

KINDS: dict[str, tuple[str, str]] = {
    "warning": ("triangle-up", themes.WARNING),
    "critical": ("diamond", themes.CRITICAL),
    "still running": ("circle", themes.SERIES[0]),
    "restated": ("square", themes.SERIES[3]),
    "incident": ("triangle-down", themes.CRITICAL),
    "no value": ("cross", themes.NEUTRAL),
}
"""Kinds of marks: the word of the legend, and its shape and colour, so that none of them stands alone."""

SIZE, SMALL_SIZE = 64, 26

_HOLLOW = {"still running", "restated"}
_LABEL_HEIGHT = 13
_TIP = {"period": "Period", "kind": "Mark", "text": "Says"}
# of each bound its colour and its dashes
_BOUNDS = {
    "target": (themes.GOOD, [1, 0]),
    "warning": (themes.WARNING, [6, 3]),
    "critical": (themes.CRITICAL, [2, 2]),
}


def mark(row: MetricValue, kind: str, value: float, text: str, size: int = SIZE) -> dict[str, Any]:
    """The row of a mark at a period and a place on the axis of numbers; its size is in square pixels."""
    period = period_name(row.period_start, row.grain)
    said = f"{period}, {kind}: {text}"
    place = {"at": at(row.period_start), "value": value, "size": size}
    return place | {"kind": kind, "period": period, "text": text, "said": said}


def gaps(frame: Frame, rows: Sequence[MetricValue]) -> list[dict[str, Any]]:
    """Marks of a series that has no others: missing and running periods."""
    found = []
    for row in rows:
        if not row.is_complete and row.value is not None:
            found.append(mark(row, "still running", row.value, f"{frame.scale.words(row.value)} so far"))
        elif row.value is None:
            kind = "no value" if row.is_complete else "still running"
            found.append(mark(row, kind, frame.values.low, "no value"))
    return found


def mark_layers(
    name: str, frame: Frame, rows: Rows, orient: Literal["top", "bottom"] = "top"
) -> list[alt.Chart]:
    """Marks of the kinds that the rows have, with their legend; none where there are no rows."""
    kinds = [kind for kind in KINDS if any(row["kind"] == kind for row in rows)]
    if not kinds:
        return []
    ground = themes.ground(frame.look.theme)
    legend = alt.Legend(orient=orient, title=None, symbolStrokeWidth=1.5, offset=6)

    def by_kind(values: Sequence[str]) -> dict[str, Any]:
        return {"type": "nominal", "legend": legend, "scale": alt.Scale(domain=kinds, range=list(values))}

    shapes, colours = ([KINDS[kind][place] for kind in kinds] for place in (0, 1))
    fills = [ground if kind in _HOLLOW else KINDS[kind][1] for kind in kinds]
    drawn = encoded(
        on(name).mark_point(strokeWidth=1.5, opacity=1, filled=False),
        x=frame.x(),
        y=frame.y(),
        size=alt.Size("size", type="quantitative", scale=None),
        shape=alt.Shape("kind", **by_kind(shapes)),
        stroke=alt.Stroke("kind", **by_kind(colours)),
        fill=alt.Fill("kind", **by_kind(fills)),
        **told(_TIP),
    )
    return [drawn]


def bounds_layers(frame: Frame, bounds: MetricBounds) -> list[alt.Chart]:
    """Bands of warning and critical, rules of all bounds, and their names with numbers at the right edge."""
    layers = [_band(frame, *edges, _BOUNDS[name][0]) for name, edges in _bad_sides(frame, bounds).items()]
    named = bounds.named()
    for name, value in named.items():
        colour, dashes = _BOUNDS[name]
        rule = on("one").mark_rule(color=colour, strokeDash=dashes, strokeWidth=1.2, aria=False)
        layers.append(encoded(rule, y=frame.y_of(value)))
    labels = [(f"{name} {frame.scale.text(value)}", value) for name, value in named.items()]
    return [*layers, *edge_labels(frame, labels)]


def _bad_sides(frame: Frame, bounds: MetricBounds) -> Mapping[str, tuple[float, float]]:
    """From where to where the axis is bad, by the name of the bound."""
    edge = frame.values.low if bounds.lower_is_worse else frame.values.high
    sides = {}
    if bounds.warning is not None:
        sides["warning"] = (bounds.warning, edge if bounds.critical is None else bounds.critical)
    if bounds.critical is not None:
        sides["critical"] = (bounds.critical, edge)
    return sides


def _band(frame: Frame, start: float, end: float, colour: str) -> alt.Chart:
    band = on("one").mark_rect(color=colour, opacity=0.07, aria=False)
    return encoded(band, y=frame.y_of(start), y2=alt.Y2Datum(end))


def edge_labels(frame: Frame, labels: Sequence[tuple[str, float]]) -> list[alt.Chart]:
    """Texts right of the chart, each at its number or as near above it as it can be without covering another."""
    colour = themes.faint(frame.look.theme)
    share = _LABEL_HEIGHT / frame.look.height
    least = frame.values.high * share - frame.values.low * share
    layers, place = [], -math.inf
    for text, value in sorted(labels, key=lambda label: label[1]):
        place = max(value, place + least)
        words = on("one").mark_text(
            align="left", baseline="middle", dx=6, color=colour, text=shortened(text, 40), fontSize=11
        )
        layers.append(encoded(words, x=alt.value("width"), y=frame.y_of(place)))
    return layers
