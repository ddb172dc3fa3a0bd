"""The metrics of a report: where each stood in the period with the way there, and a part with its chart for some."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from reports.cells import Cell, Change, Figure, PeriodCell, Restricted, Sparkline, Status, Table
from reports.charts.data import IncidentMark, MetricSeries
from reports.documents.contents import words
from reports.documents.contents.basis import Basis
from reports.documents.contents.metric_reading import MetricReading, direction_of
from reports.documents.contents.names import link_to, name_for
from reports.documents.model import Illustration, Section, Sentence
from reports.models import MetricEntry, MetricValue, Trust
from reports.publications import RESTRICTED, trust_of
from schemas.documents.documents import Metric

MOST_PARTS = 30
_COLUMNS = {
    "metric": "Metric",
    "status": "Status",
    "period": "Other period",
    "value": "Value",
    "before": "Before",
    "change": "Change",
    "target": "Target",
    "recent": "Recently",
}
_OF_PERIODS = {"period": "Period", "value": "Value", "change": "Change", "status": "Status"}
_GRAVITY = {"critical": 0, "warning": 1, "no_data": 2, "ok": 3}
_NOT_JUDGED, _RESTRICTED = 4, 5


def metric_section(
    basis: Basis, readings: Mapping[str, MetricReading], marks: Mapping[str, Sequence[IncidentMark]]
) -> Section | None:
    """A row for each metric of the scope, the gravest first; parts for those named, else for the 30 most important."""
    if not basis.scope.metrics:
        return None
    ordered = sorted(basis.scope.metrics, key=lambda each: (_gravity_of(readings.get(each)), each))
    rows = [_row(basis, each, readings.get(each)) for each in ordered]
    numeric = frozenset({"value", "before", "change", "target"})
    table = Table("metrics", "Metrics", _columns_of(rows), rows, numeric)
    shown = shown_parts(basis, readings)
    unjudged = sum(not one.is_judged for one in readings.values())
    told = [
        words.unjudged(unjudged, basis.period.grain),
        words.drawn(len(shown), sum(bool(one.rows) for one in readings.values())),
    ]
    parts = [_part(basis, one, marks.get(one.metric.metric_id, ())) for one in shown]
    return Section("metrics", "Metrics", [one for one in told if one], [table], parts=parts)


def _columns_of(rows: Sequence[Mapping[str, Cell]]) -> dict[str, str]:
    """Without that of other periods where every row is of the report's own, which its cover names."""
    is_said = all(row.get("period") is None for row in rows)
    return {key: name for key, name in _COLUMNS.items() if not (key == "period" and is_said)}


def shown_parts(basis: Basis, readings: Mapping[str, MetricReading]) -> list[MetricReading]:
    """Those that the scope names in its order, or the most important: by tier, by status, by how they moved."""
    drawable = {each: one for each, one in readings.items() if one.rows}
    if basis.scope.named:
        return [drawable[each] for each in basis.scope.named if each in drawable]
    ranked = sorted(drawable.values(), key=importance_of)[:MOST_PARTS]
    chosen = {one.metric.metric_id for one in ranked}
    return [one for each, one in drawable.items() if each in chosen]


def period_cell(start: datetime, grain: str) -> PeriodCell:
    """A period as cells have it: days and longer by their first day, which no zone moves."""
    first: datetime | date = start if grain in ("minute", "hour") else start.date()
    return PeriodCell(first, grain)


def importance_of(one: MetricReading) -> tuple[float, int, float, str]:
    """What metrics are ordered by, the most important first: tier, status, how unusually it moved."""
    return (one.tier, _gravity_of(one), -one.unusual, one.metric.metric_id)


def _gravity_of(one: MetricReading | None) -> int:
    return _RESTRICTED if one is None else _GRAVITY.get(one.status or "", _NOT_JUDGED)


def _row(basis: Basis, metric_id: str, one: MetricReading | None) -> dict[str, Cell]:
    name = link_to("metrics", metric_id, basis.name_of(metric_id))
    if one is None:
        return {"metric": name, "status": Status(RESTRICTED), "value": Restricted()}
    unit, now = one.metric.definition.unit, one.current
    return {
        "metric": name,
        "status": Status(one.status),
        "period": _other_period(basis, period_cell(now.period_start, one.grain)) if now else None,
        "value": Figure(now.value if now else None, unit),
        "before": Figure(now.previous_value if one.before and now else None, unit),
        "change": Change(one.change_pct, one.is_good),
        "target": Figure(one.bounds.target, unit),
        "recent": Sparkline(tuple(row.value for row in one.rows)),
    }


def _other_period(basis: Basis, period: PeriodCell) -> PeriodCell | None:
    """A period that is not the report's own, such as the last day of a week for a metric of days."""
    return None if period == period_cell(basis.period.start, basis.period.grain) else period


def _part(basis: Basis, one: MetricReading, marks: Sequence[IncidentMark]) -> Section:
    name = name_for("metric", one.metric.metric_id)
    rows = [_period_row(one, row) for row in reversed(one.rows)]
    table = Table(name, one.metric.name, _OF_PERIODS, rows, frozenset({"value", "change"}))
    drawn = Illustration(name, _series(basis, one, marks))
    return Section(name, one.metric.name, _described(one.metric), [table], [drawn])


def _described(metric: Metric) -> list[Sentence]:
    return [Sentence((metric.description.strip(),))] if metric.description else []


def _period_row(one: MetricReading, row: MetricValue) -> dict[str, Cell]:
    return {
        "period": period_cell(row.period_start, one.grain),
        "value": Figure(row.value, one.metric.definition.unit),
        "change": Change(row.change_pct, direction_of(one.metric, row.change_pct))
        if row.is_complete
        else Change(None),
        "status": Status(row.status if one.is_judged or row.value is None else None),
    }


def _series(basis: Basis, one: MetricReading, marks: Sequence[IncidentMark]) -> MetricSeries:
    """The chart of the periods in the table, without statuses where that has none."""
    first, last = one.rows[0].period_start, one.rows[-1].period_end
    return MetricSeries(
        metric=_entry(one),
        grain=one.grain,
        slice="",
        rows=one.rows if one.is_judged else tuple(map(_unjudged, one.rows)),
        trust=_trust(basis, one),
        bounds=one.bounds,
        incidents=tuple(mark for mark in marks if first <= mark.at < last),
        restatements=one.restatements,
    )


def _unjudged(row: MetricValue) -> MetricValue:
    return row if row.value is None else replace(row, status="")


def _trust(basis: Basis, one: MetricReading) -> Trust:
    return trust_of(
        basis.publication,
        basis.reader,
        is_complete=all(row.is_complete for row in one.rows),
        definition_version=one.rows[-1].definition_version,
        definition_hash=one.rows[-1].definition_hash,
        metrics=[one.metric.metric_id],
    )


def _entry(one: MetricReading) -> MetricEntry:
    """The metric as it was when the publication was made, which may be another one by now."""
    metric, newest = one.metric, one.rows[-1]
    wanted = metric.definition.expected_direction
    return MetricEntry(
        metric_id=metric.metric_id,
        name=metric.name,
        kind="computed",
        reason=None,
        unit=metric.definition.unit,
        expected_direction=wanted.value if wanted else None,
        grains=tuple(grain.value for grain in metric.grains),
        slice_sets=tuple(metric.slice_sets),
        current_grain=metric.current_grain.value,
        target_value=metric.targets_and_alerts.target_value,
        definition_version=newest.definition_version,
        definition_hash=newest.definition_hash,
    )
