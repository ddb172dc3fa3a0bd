"""What each metric of a report showed: its newest periods up to the end of the report's, of all metrics at once."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Row, Select, Text, bindparam, cast, column, func, select, true
from sqlalchemy.dialects.postgresql import JSON

from reports.charts.annotations import restated
from reports.charts.data import MetricBounds, Restatement
from reports.charts.periods import instant
from reports.documents.contents.basis import Basis
from reports.documents.contents.metric_reading import MetricReading, alike, current_of, grain_for
from reports.models import MetricValue
from reports.selection import rows_of
from schemas.documents.documents import Metric
from schemas.documents.thresholds import thresholds_of
from schemas.tables import metric_value_revisions, publications

PERIODS = 12
"""Of a sparkline and of a chart."""


def readings(basis: Basis) -> dict[str, MetricReading]:
    """Of every metric of the scope that the audience may read, by id. Two statements."""
    metrics = {each: basis.then.catalog.metrics[each] for each in basis.seen}
    grains = {each: _grains(metric, basis.period.grain) for each, metric in metrics.items()}
    asked = [(each, grain) for each, both in grains.items() for grain in sorted(both)]
    rows = _rows(basis, asked)
    own = {
        each: rows.get((each, grain_for(basis.period.grain, _offered(metrics[each]))), ()) for each in metrics
    }
    restatements = _restatements(basis, own)
    return {
        each: _reading(metric, basis, rows, restatements.get(each, ())) for each, metric in metrics.items()
    }


def _offered(metric: Metric) -> list[str]:
    return [grain.value for grain in metric.grains]


def _grains(metric: Metric, wanted: str) -> set[str]:
    """The grain that is shown, and the one that the metric's bounds are of."""
    return {grain_for(wanted, _offered(metric)), metric.current_grain.value}


def _reading(
    metric: Metric,
    basis: Basis,
    rows: Mapping[tuple[str, str], Sequence[MetricValue]],
    restatements: Sequence[Restatement],
) -> MetricReading:
    grain = grain_for(basis.period.grain, _offered(metric))
    own = tuple(rows.get((metric.metric_id, grain), ()))
    judged = rows.get((metric.metric_id, metric.current_grain.value), ())
    is_judged = grain == metric.current_grain or _are_alike(own, judged)
    found = thresholds_of(metric)
    bounds = MetricBounds(
        metric.targets_and_alerts.target_value, found.warning, found.critical, lower_is_worse=found.sign > 0
    )
    if grain != metric.current_grain:
        reached = bounds.within_reach([row.value for row in own if row.value is not None])
        is_judged = is_judged and reached == bounds
    return MetricReading(
        metric=metric,
        grain=grain,
        rows=own,
        current=current_of(own, basis.period.grain, basis.window, basis.reporting_zone),
        bounds=bounds if is_judged else MetricBounds(lower_is_worse=bounds.lower_is_worse),
        # without bounds every value is well, at whichever grain
        is_judged=is_judged or not bounds.named(),
        restatements=tuple(restatements),
    )


def _are_alike(rows: Sequence[MetricValue], judged: Sequence[MetricValue]) -> bool:
    """Whether two grains are of one size over the time that both know of, else over the newest that each does."""
    if not rows or not judged:
        return False
    since, until = rows[0].period_start, rows[-1].period_end
    within = [row.value for row in judged if row.period_end > since and row.period_start < until]
    return alike([row.value for row in rows], within or [judged[-1].value])


def _rows(basis: Basis, asked: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[MetricValue]]:
    """The newest totals that ended by the end of the window, by metric and grain, the oldest first. One statement."""
    wanted = asked_table([{"metric_id": metric_id, "grain": grain} for metric_id, grain in asked], "grain")
    source = rows_of(basis.publication, basis.publication.publication_id)
    end = basis.window[1]
    newest = (
        select(source)
        .where(
            source.c.metric_id == wanted.c.metric_id,
            source.c.grain == wanted.c.grain,
            source.c.slice == "",
            source.c.period_start < end,
            source.c.period_end <= end,
        )
        .order_by(source.c.period_start.desc())
        .limit(PERIODS)
        .lateral()
    )
    found: dict[tuple[str, str], list[MetricValue]] = {}
    for row in basis.connection.execute(select(newest).select_from(wanted.join(newest, true()))):
        found.setdefault((row.metric_id, row.grain), []).append(_value(row, basis.reporting_zone))
    # in UTC: of one zone datetimes compare by its clock, which shows an hour twice
    return {key: sorted(rows, key=lambda one: instant(one.period_start)) for key, rows in found.items()}


def _restatements(
    basis: Basis, shown: Mapping[str, Sequence[MetricValue]]
) -> dict[str, tuple[Restatement, ...]]:
    """Finished periods among those shown that were published with other values first. One statement."""
    wanted = asked_table(
        [
            {"metric_id": each, "grain": rows[0].grain, "since": rows[0].period_start.isoformat()}
            for each, rows in shown.items()
            if rows
        ],
        "grain",
        "since",
    )
    then = metric_value_revisions.c
    statement: Select[Any] = (
        select(then.metric_id, then.period_start, then.value, publications.c.published_at)
        .select_from(wanted)
        .join(
            metric_value_revisions,
            (then.metric_id == wanted.c.metric_id) & (then.grain == wanted.c.grain) & (then.slice == ""),
        )
        .join(publications, publications.c.publication_id == then.superseded_by)
        .where(
            then.period_start >= cast(wanted.c.since, DateTime(timezone=True)),
            then.superseded_by <= basis.publication.publication_id,
            then.is_complete,
        )
        .order_by(then.metric_id, then.period_start, then.publication_id)
    )
    found = {}
    for metric_id, rows in groupby(basis.connection.execute(statement), key=lambda row: row.metric_id):
        standing = {instant(row.period_start): row.value for row in shown[metric_id] if row.is_complete}
        found[metric_id] = tuple(restated(rows, standing, basis.zone))
    return found


def asked_table(rows: Sequence[Mapping[str, Any]], *names: str) -> Any:
    """Rows of texts as a table to join with: `metric_id` and the names."""
    columns = [column(name, Text()) for name in ("metric_id", *names)]
    told = bindparam("asked", json.dumps(rows), Text(), unique=True)
    return func.json_to_recordset(cast(told, JSON)).table_valued(*columns).render_derived(with_types=True)


def _value(row: Row[Any], zone: ZoneInfo) -> MetricValue:
    fields = row._asdict()
    fields["period_start"] = row.period_start.astimezone(zone)
    fields["period_end"] = row.period_end.astimezone(zone)
    return MetricValue(**fields)
