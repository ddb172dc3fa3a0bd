"""The chart that compares a metric with itself: this range, and as a second line the one before or the year before."""

from collections.abc import Sequence
from typing import Any

from reports.charts import layers, marks, themes
from reports.charts.axes import at
from reports.charts.data import ComparedSeries, MetricBounds
from reports.charts.kinds.metric import (
    extremes,
    frame_of,
    is_seen,
    range_of,
    scale_for,
    status_of,
    subtitle_of,
    title_of,
)
from reports.charts.models import Chart, ChartLook, ChartTable
from reports.charts.periods import period_name
from reports.charts.texts import sentences
from reports.charts.units import NOTHING, Scale
from reports.models import MetricValue

_NOW = "this range"
_WORDS = {"previous_period": "the range before", "previous_year": "the year before"}
_TIP = {
    "period": "Period",
    "text": "Value",
    "earlier_period": "Compared with",
    "earlier_text": "Value then",
    "change": "Change",
}
_Pair = tuple[MetricValue, MetricValue | None]


def comparison_chart(compared: ComparedSeries, look: ChartLook) -> Chart:
    """Draw both lines over the periods of the newer one."""
    series, then = compared.series, _WORDS[compared.comparison]
    pairs = list(zip(series.rows, compared.earlier, strict=True))
    earlier = [row for row in compared.earlier if row]
    known = [row.value for row in (*series.rows, *earlier) if row.value is not None]
    bounds = MetricBounds(target=series.bounds.target).within_reach(known)
    scale = scale_for(series.metric.unit, [*known, *bounds.named().values()])
    title = f"{title_of(series)}, compared with {then}"
    description = _description(f"{title}, {range_of(series.rows)}", series.rows, earlier, scale)
    return Chart(
        title, description, _table(pairs, bounds), lambda: _drawing(compared, bounds, scale, title, look)
    )


def _drawing(
    compared: ComparedSeries, bounds: MetricBounds, scale: Scale, title: str, look: ChartLook
) -> dict[str, Any]:
    series, then = compared.series, _WORDS[compared.comparison]
    pairs = list(zip(series.rows, compared.earlier, strict=True))
    earlier = [row for row in compared.earlier if row]
    frame = frame_of([series.rows, earlier], series.grain, scale, look, bounds.named().values())
    styles = {_NOW: (themes.SERIES[0], layers.dash(0)), then: (themes.REST, layers.dash(1))}
    marked = marks.gaps(frame, series.rows)
    drawn = [
        *marks.bounds_layers(frame, bounds),
        layers.named_lines("lines", frame, styles),
        layers.open_lines("open", frame),
        layers.points("values", frame, _TIP),
        *marks.mark_layers("marks", frame, marked, orient="bottom"),
    ]
    datasets = {
        "lines": _lines(pairs, then),
        "open": layers.open_segment([(row, row.value) for row in series.rows]),
        "values": [_point(pair, scale, is_seen(series.rows, n)) for n, pair in enumerate(pairs)],
        "marks": marked,
    }
    return layers.specification(drawn, look, (title, subtitle_of(series, scale)), datasets)


def _lines(pairs: Sequence[_Pair], then: str) -> list[dict[str, Any]]:
    now = [
        {"at": at(row.period_start), "value": row.value if row.is_complete else None, "name": _NOW}
        for row, _ in pairs
    ]
    before = [
        {"at": at(row.period_start), "value": earlier.value if earlier else None, "name": then}
        for row, earlier in pairs
    ]
    return [*before, *now]


def _point(pair: _Pair, scale: Scale, seen: bool) -> dict[str, Any]:  # noqa: FBT001
    row, earlier = pair
    period, text, change = period_name(row.period_start, row.grain), scale.words(row.value), _change(*pair)
    then, then_text = _then(earlier), scale.words(earlier.value if earlier else None)
    return {
        "at": at(row.period_start),
        "value": row.value,
        "period": period,
        "text": text,
        "earlier_period": then,
        "earlier_text": then_text,
        "change": NOTHING if change is None else f"{change:+,.1f}%",
        "colour": themes.SERIES[0],
        "seen": int(seen and row.is_complete),
        "said": f"{period}: {text}; {then}: {then_text}",
    }


def _then(earlier: MetricValue | None) -> str:
    return period_name(earlier.period_start, earlier.grain) if earlier else "nothing"


def _change(row: MetricValue, earlier: MetricValue | None) -> float | None:
    """In percent of the size of the earlier value; None where there is none, and of the running period."""
    if not row.is_complete or row.value is None or earlier is None or not earlier.value:
        return None
    return 100 * (row.value / abs(earlier.value) - earlier.value / abs(earlier.value))


def _table(pairs: Sequence[_Pair], bounds: MetricBounds) -> ChartTable:
    columns = ("Period", "Value", "Status", "Compared with", "Value then", "Change in %")
    rows = (
        (
            period_name(row.period_start, row.grain),
            row.value,
            status_of(row),
            _then(earlier),
            earlier.value if earlier else None,
            _change(row, earlier),
            *bounds.named().values(),
        )
        for row, earlier in pairs
    )
    moments = tuple(row.period_start for row, _ in pairs)
    return ChartTable((*columns, *map(str.capitalize, bounds.named())), tuple(rows), moments)


def _description(
    begin: str, rows: Sequence[MetricValue], earlier: Sequence[MetricValue], scale: Scale
) -> str:
    finished = [row for row in rows if row.is_complete and row.value is not None]
    known = [row for row in earlier if row.value is not None]
    then = f"{range_of(earlier)}: {extremes(known, scale)}" if earlier else "nothing to compare with"
    return sentences((f"Two lines: {begin}", extremes(finished, scale), then))
