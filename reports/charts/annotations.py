"""What is told beside the values of a metric: where it should stand, its incidents, and what was published before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, or_, select

from reports.charts.data import IncidentMark, MetricBounds, Restatement
from reports.charts.periods import instant
from reports.models import AsOf, MetricEntry, MetricValue, Trust
from reports.publications import start_of_day
from schemas.documents.load import load_documents
from schemas.documents.thresholds import thresholds_of
from schemas.rounding import same
from schemas.tables import catalog_history, incidents, metric_value_revisions, publications

_MOST_INCIDENTS = 200


def bounds_of(connection: Connection, metric: MetricEntry, trust: Trust) -> MetricBounds:
    """Target and thresholds of the metric's document as it was when the publication was made. One statement.

    Only the published target where the history has no such document, or one of another version of MDL.
    """
    made_at = select(publications.c.created_at).where(publications.c.publication_id == trust.publication_id)
    content = connection.scalar(
        select(catalog_history.c.content)
        .where(
            catalog_history.c.kind == "metric",
            catalog_history.c.document_id == metric.metric_id,
            catalog_history.c.changed_at <= made_at.scalar_subquery(),
        )
        .order_by(catalog_history.c.revision.desc())
        .limit(1)
    )
    documents = load_documents(content, "the stored catalog").catalog.metrics if content else {}
    document = documents.get(metric.metric_id)
    if document is None:
        return MetricBounds(target=metric.target_value)
    found = thresholds_of(document)
    target = document.targets_and_alerts.target_value
    return MetricBounds(target, found.warning, found.critical, lower_is_worse=found.sign > 0)


def incidents_of(
    connection: Connection, rows: Sequence[MetricValue], as_of: AsOf | None, trust: Trust, zone: ZoneInfo
) -> tuple[IncidentMark, ...]:
    """Incidents that anybody was told of and that began in the periods of these rows, the newest 200. One statement.

    With `as_of` those that had been opened by the end of that day, or when that publication was made.
    """
    columns, began = incidents.c, func.coalesce(incidents.c.first_period_start, incidents.c.opened_at)
    statement = (
        select(columns.incident_id, columns.title, columns.severity, columns.state, began.label("at"))
        .where(
            columns.subject_kind == "metric",
            columns.subject_id == rows[0].metric_id,
            columns.slice == rows[0].slice,
            began >= rows[0].period_start,
            began < rows[-1].period_end,
            or_(columns.state.in_(["firing", "acknowledged"]), columns.fired_at.is_not(None)),
        )
        .order_by(began.desc(), columns.incident_id)
        .limit(_MOST_INCIDENTS)
    )
    if isinstance(as_of, int):
        statement = statement.where(columns.opened_at <= trust.published_at)
    elif as_of is not None:
        statement = statement.where(columns.opened_at < start_of_day(as_of + timedelta(days=1), zone))
    found = connection.execute(statement).mappings()
    return tuple(IncidentMark(**{**row, "at": row["at"].astimezone(zone)}) for row in found)


def restatements_of(
    connection: Connection, rows: Sequence[MetricValue], trust: Trust
) -> tuple[Restatement, ...]:
    """Which of the rows, finished periods, were published with other values before. One statement."""
    revisions = metric_value_revisions.c
    statement = (
        select(revisions.period_start, revisions.value, publications.c.published_at)
        .join(publications, publications.c.publication_id == revisions.superseded_by)
        .where(
            revisions.metric_id == rows[0].metric_id,
            revisions.grain == rows[0].grain,
            revisions.slice == rows[0].slice,
            revisions.period_start >= rows[0].period_start,
            revisions.period_start <= rows[-1].period_start,
            revisions.superseded_by <= trust.publication_id,
            revisions.is_complete,
        )
        .order_by(revisions.period_start, revisions.publication_id)
    )
    zone = ZoneInfo(trust.timezone)
    standing = {instant(row.period_start): row.value for row in rows if row.is_complete}
    return tuple(restated(connection.execute(statement), standing, zone))


def restated(
    earlier: Iterable[Row[Any]], standing: Mapping[datetime, float | None], zone: ZoneInfo
) -> Iterable[Restatement]:
    """What became of periods of one series; `standing` by start in UTC, `earlier` by period and publication."""
    for start, group in groupby(earlier, key=lambda row: row.period_start):
        period_start = instant(start)
        if period_start not in standing:
            continue
        before = list(group)
        after = [*(row.value for row in before[1:]), standing[period_start]]
        changed = [row for row, value in zip(before, after, strict=True) if not _is_same(row.value, value)]
        if changed:
            last = changed[-1].published_at.astimezone(zone)
            yield Restatement(period_start, before[0].value, len(changed), last)


def _is_same(left: float | None, right: float | None) -> bool:
    return left == right if left is None or right is None else same(left, right)
