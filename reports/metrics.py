"""The metrics that are published: one by id, or all with their latest status."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, lateral, select, true

from reports.errors import NoNumbersError, RestrictedError, UnknownMetricError
from reports.models import MetricEntry
from reports.publications import standing_publication
from reports.suggestions import suggestion
from schemas.identity.readers import Reader
from schemas.tables import metric_values, published_metrics


def metric_entry(connection: Connection, metric_id: str) -> MetricEntry:
    """The published metric of that id; one statement, and a second one to suggest where there is none.

    Raises:
        UnknownMetricError: no such metric; the message names the nearest ids.
    """
    statement = select(published_metrics).where(published_metrics.c.metric_id == metric_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise _unknown(connection, metric_id)
    return _entry(row)


def metric_with_numbers(connection: Connection, metric_id: str, reader: Reader) -> MetricEntry:
    """As `metric_entry`, of a metric that values are published of, for a reader of these.

    Raises:
        RestrictedError: the reader may not see them.
        NoNumbersError: the metric is documented; the message says why.
    """
    entry = metric_entry(connection, metric_id)
    if not reader.sees(metric_id):
        raise RestrictedError(reader.why_not(metric_id))
    return _with_numbers(entry)


def metrics_with_numbers(
    connection: Connection, metric_ids: Sequence[str], reader: Reader
) -> list[MetricEntry]:
    """Several published metrics that have numbers, in the order asked for, some perhaps restricted. One statement.

    Raises:
        UnknownMetricError, NoNumbersError: one of them is unknown or documented.
    """
    statement = select(published_metrics).where(published_metrics.c.metric_id.in_(metric_ids))
    entries = {row.metric_id: _entry(row) for row in connection.execute(statement)}
    for metric_id in metric_ids:
        if metric_id not in entries:
            raise _unknown(connection, metric_id)
    return [
        replace(_with_numbers(entries[metric_id]), restricted=not reader.sees(metric_id))
        for metric_id in metric_ids
    ]


def metric_list(connection: Connection, reader: Reader) -> list[MetricEntry]:
    """Every published metric by id, with its latest complete total, where it may be seen. Two statements."""
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
        if reader.sees(row.metric_id)
        else replace(_entry(row), restricted=True)
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
        sources=tuple(row.sources),
        target_value=row.target_value,
        definition_version=row.definition_version,
        definition_hash=row.definition_hash,
    )


def _with_numbers(entry: MetricEntry) -> MetricEntry:
    if entry.kind == "documented":
        reason = entry.reason or "its formula cannot be resolved"
        raise NoNumbersError(
            f"{entry.metric_id} is documented, not computed: {reason}. It takes observed values from a source "
            f"that delivers the event metric:{entry.metric_id}"
        )
    return entry


def _unknown(connection: Connection, metric_id: str) -> UnknownMetricError:
    known = connection.scalars(select(published_metrics.c.metric_id))
    hint = suggestion(metric_id, known) or "`mdl catalog list` names them all"
    return UnknownMetricError(f"no metric {metric_id!r} is published; {hint}")
