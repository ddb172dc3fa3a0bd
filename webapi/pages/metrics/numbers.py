"""The numbers of a metric's chart as tables: periods, slices, what they are compared with, and what is marked."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from reports.browsing.metric_profile import Numbers
from reports.cells import Cell, Change, Figure, Link, PeriodCell, Status, Table
from reports.charts.data import Breakdown, ComparedSeries, MetricSeries
from reports.models import MetricValue, Trust
from webapi.pages.metrics.changes import is_good

_NUMERIC = frozenset({"value", "change", "earlier", "rows"})


def numbers_table(numbers: Numbers) -> Table:
    """Every value of the chart, the newest period first."""
    if isinstance(numbers, Breakdown):
        return _of_slices(numbers)
    series = series_of(numbers)
    earlier = numbers.earlier if isinstance(numbers, ComparedSeries) else ()
    compared = {"earlier_period": "Compared with", "earlier": "Value then"} if earlier else {}
    columns = {
        "period": "Period",
        "value": "Value",
        "status": "Status",
        "change": "Change",
        **compared,
        "rows": "Rows counted",
    }
    pairs = list(zip_longest(series.rows, earlier))
    rows = [
        {**_of_value(row, series), **(_of_earlier(before, series) if before else {})}
        for row, before in reversed(pairs)
    ]
    return Table("values", f"Values of {series.metric.name} by {series.grain}", columns, rows, _NUMERIC)


def marks_table(numbers: Numbers) -> Table | None:
    """What is marked on the chart: incidents, and finished periods that were published with other values first."""
    if isinstance(numbers, Breakdown):
        return None
    series = series_of(numbers)
    unit, grain = series.metric.unit, series.grain
    rows: list[Mapping[str, Cell]] = [
        {
            "period": one.at,
            "what": Link(one.title, f"/incidents/{one.incident_id}"),
            "state": Status(one.state),
        }
        for one in series.incidents
    ]
    rows += [
        {
            "period": PeriodCell(one.period_start, grain),
            "what": f"restated {one.times} time{'' if one.times == 1 else 's'}, last {one.last_published_at:%Y-%m-%d}",
            "first": Figure(one.first_value, unit),
        }
        for one in series.restatements
    ]
    columns = {"period": "When", "what": "What", "state": "State", "first": "First published as"}
    return Table("marks", "Marked on the chart", columns, rows, frozenset({"first"})) if rows else None


def series_of(numbers: MetricSeries | ComparedSeries) -> MetricSeries:
    """The series that the chart is about."""
    return numbers.series if isinstance(numbers, ComparedSeries) else numbers


def rows_of(numbers: Numbers) -> Sequence[MetricValue]:
    """Values of the chart, oldest first; of a breakdown those of all slices that it names, slice by slice."""
    if isinstance(numbers, Breakdown):
        return [row for rows in numbers.slices.values() for row in rows]
    return series_of(numbers).rows


def trust_behind(numbers: Numbers) -> Trust:
    """What the values of the chart rest on."""
    return numbers.trust if isinstance(numbers, Breakdown) else series_of(numbers).trust


def versions_of(numbers: Numbers) -> list[str]:
    """The definitions that the values were computed by, in order of time."""
    ordered = sorted(rows_of(numbers), key=lambda row: row.period_start)
    return list(dict.fromkeys(row.definition_version for row in ordered))


def _of_slices(breakdown: Breakdown) -> Table:
    unit, grain = breakdown.metric.unit, breakdown.grain
    rows: list[Mapping[str, Cell]] = [
        {
            "period": PeriodCell(row.period_start, grain),
            "slice": name.partition("=")[2],
            "value": Figure(row.value, unit),
            "status": _status(row),
            "change": Change(row.change_pct, is_good(row.change_pct, breakdown.metric.expected_direction)),
        }
        for name, values in breakdown.slices.items()
        for row in reversed(values)
    ]
    rows += [
        {
            "period": PeriodCell(start, grain),
            "slice": f"the rest ({breakdown.others})",
            "value": Figure(value, unit),
        }
        for start, value in sorted((breakdown.rest or {}).items(), reverse=True)
    ]
    columns = {
        "slice": breakdown.dimension,
        "period": "Period",
        "value": "Value",
        "status": "Status",
        "change": "Change",
    }
    caption = f"{breakdown.metric.name} by {breakdown.dimension} and {grain}"
    return Table("values", caption, columns, rows, _NUMERIC)


def _of_value(row: MetricValue, series: MetricSeries) -> dict[str, Cell]:
    metric = series.metric
    return {
        "period": PeriodCell(row.period_start, series.grain),
        "value": Figure(row.value, metric.unit),
        "status": _status(row),
        "change": Change(row.change_pct, is_good(row.change_pct, metric.expected_direction)),
        "rows": Figure(row.sample_count),
    }


def _of_earlier(row: MetricValue, series: MetricSeries) -> dict[str, Cell]:
    return {
        "earlier_period": PeriodCell(row.period_start, series.grain),
        "earlier": Figure(row.value, series.metric.unit),
    }


def _status(row: MetricValue) -> Cell:
    """What has not ended is neither reached nor missed."""
    return Status(row.status) if row.is_complete else "still running"
