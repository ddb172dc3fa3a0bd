"""The metrics that are published: one by id, or all with their latest status."""

import difflib
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, lateral, select, true

from reports.errors import NoNumbersError, UnknownMetricError
from reports.models import MetricEntry
from reports.publications import standing_publication
from schemas.tables import metric_values, published_metrics


def metric_entry(connection: Connection, metric_id: str) -> MetricEntry:
    """The published metric of that id; one statement, and a second one to suggest where there is none.

    Raises:
        UnknownMetricError: no such metric; the message names the nearest ids.
    """
    statement = select(published_metrics).where(published_metrics.c.metric_id == metric_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise UnknownMetricError(_unknown(connection, metric_id))
    return _entry(row)


def metric_with_numbers(connection: Connection, metric_id: str) -> MetricEntry:
    """As `metric_entry`, of a metric that values are published of.

    Raises:
        NoNumbersError: the metric is documented; the message says why.
    """
    entry = metric_entry(connection, metric_id)
    if entry.kind == "documented":
        reason = entry.reason or "its formula cannot be resolved"
        raise NoNumbersError(
            f"{metric_id} is documented, not computed: {reason}. It takes observed values from a source that "
            f"delivers the event metric:{metric_id}"
        )
    return entry


def metric_list(connection: Connection) -> list[MetricEntry]:
    """Every published metric by id, with its latest complete total. Two statements."""
    publication = standing_publication(connection)
    zone = ZoneInfo(publication.timezone)
    latest = lateral(
        select(metric_values.c.status, metric_values.c.value, metric_values.c.period_start)
        .where(
            metric_values.c.metric_id == published_metrics.c.metric_id,
            metric_values.c.grain == published_metrics.c.current_grain,
            metric_values.c.slice == "",
            metric_values.c.is_complete,
        )
        .order_by(metric_values.c.period_start.desc())
        .limit(1)
    ).alias("latest")
    statement = (
        select(published_metrics, latest.c.status, latest.c.value, latest.c.period_start)
        .select_from(published_metrics.join(latest, true(), isouter=True))
        .order_by(published_metrics.c.metric_id)
    )
    return [
        replace(
            _entry(row),
            status=row.status,
            value=row.value,
            period_start=row.period_start and row.period_start.astimezone(zone),
        )
        for row in connection.execute(statement)
    ]


def _entry(row: Row[Any]) -> MetricEntry:
    return MetricEntry(
        metric_id=row.metric_id,
        name=row.name,
        kind=row.kind,
        reason=row.reason,
        unit=row.unit,
        expected_direction=row.expected_direction,
        grains=tuple(row.grains),
        slice_sets=tuple(tuple(names) for names in row.slice_sets),
        current_grain=row.current_grain,
        target_value=row.target_value,
        definition_version=row.definition_version,
        definition_hash=row.definition_hash,
    )


def _unknown(connection: Connection, metric_id: str) -> str:
    known = {
        str(known_id).lower(): str(known_id)
        for known_id in connection.scalars(select(published_metrics.c.metric_id))
    }
    wanted = metric_id.lower()
    holding = [known[lowered] for lowered in sorted(known) if wanted in lowered][:3]
    near = [known[lowered] for lowered in difflib.get_close_matches(wanted, known, n=3)]
    suggestions = list(dict.fromkeys([*near, *holding]))[:4]
    hint = f"did you mean {', '.join(suggestions)}?" if suggestions else "`mdl catalog list` names them all"
    return f"no metric {metric_id!r} is published; {hint}"
