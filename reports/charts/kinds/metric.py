"""The chart of a metric: its series with bounds, incidents, restatements, the running period and missing ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from reports.charts import layers, marks, themes
from reports.charts.axes import at, number_axis, time_axis
from reports.charts.data import MetricBounds, MetricSeries, Restatement
from reports.charts.models import Chart, ChartLook, ChartTable
from reports.charts.periods import day_name, instant, period_name
from reports.charts.texts import counted, fit, sentences
from reports.charts.units import NOTHING, Scale, scale_of
from reports.models import MetricValue

_PIXELS_PER_TICK = 64
# as many points as are drawn each for itself
_MOST_SEEN = 62
_TIP = {"period": "Period", "text": "Value", "change": "Change", "status": "Status", "remarks": "Remarks"}


def metric_chart(series: MetricSeries, look: ChartLook) -> Chart:
    """Draw one series."""
    told = _Told(series)
    title, description = title_of(series), _description(series, told)
    return Chart(title, description, _table(series, told), lambda: _drawing(series, told, look))


def _drawing(series: MetricSeries, told: "_Told", look: ChartLook) -> dict[str, Any]:
    rows = [_point(row, told, is_seen(series.rows, place)) for place, row in enumerate(series.rows)]
    frame = frame_of([series.rows], series.grain, told.scale, look, told.drawn_bounds.named().values())
    marked = list(_marks(series, told, frame))
    drawn = [
        *marks.bounds_layers(frame, told.drawn_bounds),
        layers.line("values", frame, themes.SERIES[0], "finished"),
        layers.open_lines("open", frame),
        layers.points("values", frame, _TIP),
        *marks.mark_layers("marks", frame, marked),
    ]
    datasets: dict[str, layers.Rows] = {
        "values": rows,
        "open": layers.open_segment([(row, row.value) for row in series.rows]),
        "marks": marked,
    }
    heading = (title_of(series), subtitle_of(series, told.scale))
    return layers.specification(drawn, look, heading, datasets)


@dataclass(frozen=True)
class _Told:
    """How the numbers of a series are written, and what is told of its periods."""

    series: MetricSeries

    @cached_property
    def numbers(self) -> list[float]:
        return [row.value for row in self.series.rows if row.value is not None]

    @cached_property
    def drawn_bounds(self) -> MetricBounds:
        return self.series.bounds.within_reach(self.numbers)

    @cached_property
    def scale(self) -> Scale:
        return scale_for(self.series.metric.unit, [*self.numbers, *self.drawn_bounds.named().values()])

    @cached_property
    def restatements(self) -> Mapping[datetime, Restatement]:
        return {instant(one.period_start): one for one in self.series.restatements}

    def status(self, row: MetricValue) -> str:
        """The status to mark; where the bounds are not drawn, a mark would say nothing."""
        is_marked = row.status in marks.KINDS and row.is_complete and self.drawn_bounds == self.series.bounds
        return self.scale.words(row.value) if is_marked else ""

    def restated(self, row: MetricValue) -> str:
        one = self.restatements.get(instant(row.period_start))
        if one is None:
            return ""
        often = "" if one.times == 1 else f" and {counted(one.times - 1, 'time')} more"
        first = self.scale.words(one.first_value)
        return f"restated from {first}{often}, last on {day_name(one.last_published_at)}"

    def incidents(self, row: MetricValue) -> str:
        return "; ".join(
            f"incident {one.incident_id}: {fit(one.title)} ({one.severity}, {one.state})"
            for one in self.series.incidents
            if instant(row.period_start) <= instant(one.at) < instant(row.period_end)
        )

    def remarks(self, row: MetricValue) -> str:
        open_or_missing = "still running" if not row.is_complete else "no value" if row.value is None else ""
        carried = "carried forward" if row.is_carried else ""
        return "; ".join(filter(None, (open_or_missing, carried, self.restated(row), self.incidents(row))))


def frame_of(
    series: Iterable[Sequence[MetricValue]],
    grain: str,
    scale: Scale,
    look: ChartLook,
    bounds: Iterable[float] = (),
) -> layers.Frame:
    """Axes that hold all values and bounds, and all periods of the first series."""
    every = list(series)
    numbers = [row.value for rows in every for row in rows if row.value is not None]
    moments = [row.period_start for row in every[0]]
    spans = (at(moments[0]), at(moments[-1]))
    ticks = time_axis(moments, grain, max(2, look.width // _PIXELS_PER_TICK))
    return layers.Frame(look, scale, number_axis([*numbers, *bounds]), ticks, spans)


def scale_for(unit: str | None, numbers: Iterable[float]) -> Scale:
    """How the numbers are written, by the largest of them."""
    return scale_of(unit, max(map(abs, numbers), default=0.0))


def title_of(series: MetricSeries) -> str:
    """The metric and, where it is not the total, the slice."""
    return fit(f"{series.metric.name}: {series.slice}" if series.slice else series.metric.name)


def subtitle_of(series: MetricSeries, scale: Scale) -> str:
    """Unit, grain and what the numbers reach to."""
    through = series.trust.data_through
    until = f"data through {through:%-d %b %Y %H:%M}" if through else "no data yet"
    unit = scale.named or (fit(series.metric.unit) if series.metric.unit else "")
    return " · ".join(filter(None, (unit, f"by {series.grain}", until, series.trust.timezone)))


def status_of(row: MetricValue) -> str:
    """What has not ended is neither reached nor missed."""
    return row.status.replace("_", " ") if row.is_complete else "still running"


def is_seen(rows: Sequence[MetricValue], place: int) -> bool:
    """Whether a point is drawn: few are, and those that no line leads to."""
    around = (rows[near].value if 0 <= near < len(rows) else None for near in (place - 1, place + 1))
    return len(rows) <= _MOST_SEEN or all(value is None for value in around)


def _point(row: MetricValue, told: _Told, seen: bool) -> dict[str, Any]:  # noqa: FBT001
    period, status = period_name(row.period_start, row.grain), status_of(row)
    text = told.scale.words(row.value)
    return {
        "at": at(row.period_start),
        "value": row.value,
        "finished": row.value if row.is_complete else None,
        "period": period,
        "text": text,
        "change": change_of(row),
        "status": status,
        "remarks": told.remarks(row),
        "colour": themes.SERIES[0],
        "seen": int(seen and row.is_complete),
        "said": f"{period}: {text}, {status}",
    }


def change_of(row: MetricValue) -> str:
    """The change on the period before, in percent."""
    return NOTHING if row.change_pct is None else f"{row.change_pct:+,.1f}%"


def _marks(series: MetricSeries, told: _Told, frame: layers.Frame) -> Iterable[Mapping[str, Any]]:
    """What is marked: on the line where there is a value, else at the bottom; incidents at the top."""
    bottom, top = frame.values.low, frame.values.high
    is_long = len(series.rows) > _MOST_SEEN
    for row in series.rows:
        value = bottom if row.value is None else row.value
        words = told.scale.words(row.value)
        found = (
            ("no value", bottom, "no value" if row.value is None and row.is_complete else ""),
            ("still running", value, "" if row.is_complete else f"{words} so far"),
            (row.status, value, told.status(row)),
            ("restated", value, told.restated(row)),
            ("incident", top, told.incidents(row)),
        )
        # of a long series, most marks are of its status: as large as others they would be all that is seen
        yield from (
            marks.mark(
                row, kind, place, text, marks.SMALL_SIZE if is_long and kind == row.status else marks.SIZE
            )
            for kind, place, text in found
            if text
        )


def _table(series: MetricSeries, told: _Told) -> ChartTable:
    bounds = series.bounds.named()
    columns = ("Period", "Value", "Change in %", "Status", "First published as", *map(str.capitalize, bounds))
    return ChartTable(
        (*columns, "Remarks"),
        tuple(
            (
                period_name(row.period_start, row.grain),
                row.value,
                row.change_pct,
                status_of(row),
                one.first_value if (one := told.restatements.get(instant(row.period_start))) else None,
                *bounds.values(),
                told.remarks(row),
            )
            for row in series.rows
        ),
        tuple(row.period_start for row in series.rows),
    )


def _description(series: MetricSeries, told: _Told) -> str:
    rows, scale = series.rows, told.scale
    known = [row for row in rows if row.value is not None and row.is_complete]
    missing = sum(row.value is None and row.is_complete for row in rows)
    running = next((row for row in rows if not row.is_complete), None)
    bounds = ", ".join(f"{name} {scale.words(value)}" for name, value in series.bounds.named().items())
    is_far = "" if told.drawn_bounds == series.bounds else ", too far from these values to be drawn"
    return sentences(
        (
            f"Line of {title_of(series)} by {series.grain}, {range_of(rows)}",
            extremes(known, scale),
            bounds + is_far,
            f"{counted(missing, 'period')} without a value" if missing else "",
            f"{period_name(running.period_start, running.grain)} is still running, so far "
            f"{scale.words(running.value)}"
            if running
            else "",
            counted(len(series.incidents), "incident") if series.incidents else "",
            f"{counted(len(series.restatements), 'period')} restated" if series.restatements else "",
        )
    )


def range_of(rows: Sequence[MetricValue]) -> str:
    """From the first period to the last."""
    first, last = (period_name(row.period_start, row.grain) for row in (rows[0], rows[-1]))
    return first if len(rows) == 1 else f"{first} to {last}"


def extremes(known: Sequence[MetricValue], scale: Scale) -> str:
    """Newest, lowest and highest of finished values."""
    if not known:
        return "No finished period has a value"
    newest, low, high = (
        known[-1],
        min(known, key=lambda row: row.value or 0.0),
        max(known, key=lambda row: row.value or 0.0),
    )
    words = [
        f"{name} {scale.words(row.value)} ({period_name(row.period_start, row.grain)})"
        for name, row in (("newest", newest), ("lowest", low), ("highest", high))
    ]
    change = "" if newest.change_pct is None else f", {change_of(newest)} on the period before"
    return f"{words[0]}{change}; {', '.join(words[1:])}"
