"""The chart of a key result: the pace that is expected, what was measured, and where the trend leads."""

from datetime import datetime, time, timedelta
from typing import Any, Literal

import altair as alt

from reports.charts import layers, marks, themes
from reports.charts.axes import at, number_axis, time_axis
from reports.charts.data import Pace
from reports.charts.kinds.metric import scale_for
from reports.charts.models import Chart, ChartLook, ChartTable
from reports.charts.periods import day_name
from reports.charts.texts import fit, sentences
from reports.charts.units import Scale
from reports.numbers import percent

_PIXELS_PER_TICK = 64
_EXPECTED, _MEASURED, _PROJECTED = "expected", "measured", "projected"
_TIP = {"period": "Day", "name": "Line", "text": "Value"}
_STYLES = {
    _EXPECTED: (themes.REST, [6, 3]),
    _MEASURED: (themes.SERIES[0], [1, 0]),
    _PROJECTED: (themes.SERIES[1], [2, 3]),
}
_Row = tuple[str, datetime, float]


def pace_chart(pace: Pace, look: ChartLook) -> Chart:
    """Draw the three lines over the timeframe."""
    found = _rows(pace)
    target, span = pace.key_result.target_value, pace.projected_range
    numbers = [value for _, _, value in found]
    numbers += [*(span or ()), *([] if target is None else [target])]
    scale = scale_for(pace.key_result.unit, numbers)
    every = [*found, *_ranges(pace)]
    title = fit(pace.key_result.name)
    return Chart(
        title,
        _description(pace, scale),
        ChartTable(
            ("Line", "Day", "Value"),
            tuple((name, day_name(day), value) for name, day, value in every),
            tuple(day for _, day, _ in every),
        ),
        lambda: _drawing(pace, found, numbers, scale, look),
    )


def _first(pace: Pace) -> datetime:
    return datetime.combine(pace.start, time(), tzinfo=pace.as_of.tzinfo)


def _last(pace: Pace) -> datetime:
    """The moment that the timeframe ends at: midnight after its last day."""
    return datetime.combine(pace.end + timedelta(days=1), time(), tzinfo=pace.as_of.tzinfo)


def _rows(pace: Pace) -> list[_Row]:
    """What each line goes through; a target to maintain is expected from the first day on."""
    standing, first, last = pace.key_result, _first(pace), _last(pace)
    begin = standing.target_value if standing.direction == "maintain" else standing.baseline_value
    rows: list[_Row] = []
    if begin is not None and standing.target_value is not None:
        rows += [(_EXPECTED, first, begin), (_EXPECTED, last, standing.target_value)]
    rows += [(_MEASURED, point.at, point.value) for point in pace.points if first <= point.at <= last]
    if standing.projected_value is not None and pace.points:
        newest = pace.points[-1]
        rows += [(_PROJECTED, newest.at, newest.value), (_PROJECTED, last, standing.projected_value)]
    return rows


def _ranges(pace: Pace) -> list[_Row]:
    names = ("projected at least", "projected at most")
    return [
        (name, _last(pace), value) for name, value in zip(names, pace.projected_range or (), strict=False)
    ]


def _drawing(
    pace: Pace, found: list[_Row], numbers: list[float], scale: Scale, look: ChartLook
) -> dict[str, Any]:
    first, last = _first(pace), _last(pace)
    ticks = time_axis([first, last], "day", max(2, look.width // _PIXELS_PER_TICK))
    frame = layers.Frame(look, scale, number_axis(numbers), ticks, (at(first), at(last)))
    present = {name for name, _, _ in found}
    styles = {name: style for name, style in _STYLES.items() if name in present}
    rows = [_row(one, scale) for one in found]
    fan: list[dict[str, Any]] = []
    labels: list[tuple[str, float]] = []
    if pace.key_result.target_value is not None:
        labels.append((f"target {scale.text(pace.key_result.target_value)}", pace.key_result.target_value))
    if pace.projected_range and pace.points:
        low, high = pace.projected_range
        newest = pace.points[-1]
        fan = [
            {"at": at(newest.at), "low": newest.value, "high": newest.value},
            {"at": at(last), "low": low, "high": high},
        ]
    if pace.key_result.projected_value is not None:
        labels.append(
            (f"projected {scale.text(pace.key_result.projected_value)}", pace.key_result.projected_value)
        )
    drawn = [
        *([_fan(frame)] if fan else []),
        layers.named_lines("lines", frame, styles),
        layers.points("values", frame, _TIP),
        *_today(pace, frame),
        *marks.edge_labels(frame, labels),
    ]
    datasets = {"lines": rows, "values": rows, "fan": fan, "today": [{"at": at(pace.as_of)}]}
    heading = (fit(pace.key_result.name), _subtitle(pace, scale))
    return layers.specification(drawn, look, heading, datasets)


def _row(one: _Row, scale: Scale) -> dict[str, Any]:
    name, day, value = one
    period, text = day_name(day), scale.words(value)
    said = f"{name}, {period}: {text}"
    row = {"at": at(day), "value": value, "name": name, "period": period, "text": text, "said": said}
    return row | {"colour": _STYLES[name][0], "seen": int(name == _MEASURED)}


def _fan(frame: layers.Frame) -> alt.Chart:
    """The range that the trend may lead to, opening from the newest value."""
    area = layers.on("fan").mark_area(color=_STYLES[_PROJECTED][0], opacity=0.16, aria=False)
    return layers.encoded(area, x=frame.x(), y=frame.y("low"), y2=alt.Y2("high"))


def _today(pace: Pace, frame: layers.Frame) -> list[alt.Chart]:
    """A rule at the day that the score is of; nothing where it lies outside the timeframe."""
    first, last = frame.span
    if not first <= at(pace.as_of) <= last:
        return []
    is_early = at(pace.as_of) < (first + last) / 2
    align: Literal["left", "right"] = "left" if is_early else "right"
    base, colour = layers.on("today"), themes.faint(frame.look.theme)
    rule = base.mark_rule(color=colour, strokeDash=[1, 3], aria=False)
    words = f"as of {day_name(pace.as_of)}"
    text = base.mark_text(align=align, baseline="bottom", dx=4 if is_early else -4, text=words, color=colour)
    return [layers.encoded(rule, x=frame.x()), layers.encoded(text, x=frame.x(), y=alt.value("height"))]


def _subtitle(pace: Pace, scale: Scale) -> str:
    standing = pace.key_result
    return " · ".join(
        filter(
            None, (standing.status.replace("_", " "), _progress(pace), scale.named, fit(pace.objective_name))
        )
    )


def _progress(pace: Pace) -> str:
    standing = pace.key_result
    return f"progress {percent(standing.progress)}, expected {percent(standing.expected_progress)}"


def _description(pace: Pace, scale: Scale) -> str:
    standing = pace.key_result
    span = pace.projected_range
    within = f", between {scale.words(span[0])} and {scale.words(span[1])}" if span else ""
    return sentences(
        (
            f"{fit(standing.name)}, {day_name(_first(pace))} to {pace.end:%-d %b %Y}",
            f"{standing.status.replace('_', ' ')}: {_progress(pace)}",
            f"from {scale.words(standing.baseline_value)} to {scale.words(standing.target_value)}",
            f"now {scale.words(standing.current_value)}",
            f"projected {scale.words(standing.projected_value)}{within}"
            if standing.projected_value is not None
            else "no projection",
        )
    )
