"""Published values of several metrics side by side, on one spine of slices and periods."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from reports.errors import NotOfferedError
from reports.metrics import metrics_with_numbers
from reports.models import AlignedAnswer, AlignedRow, MetricEntry
from reports.publications import standing_publication, trust_of
from reports.selection import Selection, conditions, named, rows_of
from reports.values import one_more, refuse_too_many
from schemas.identity.readers import Reader


@dataclass(frozen=True)
class AlignedQuery(Selection):
    """What is asked for of several metrics; the grain must be given."""

    metric_ids: Sequence[str]


def aligned(connection: Connection, query: AlignedQuery, reader: Reader) -> AlignedAnswer:
    """One row per slice and period that any of the metrics has. Three statements, four with `as_of`.

    Metrics that the reader may not see stand in `metrics` as restricted, and nothing of them is in the rows.

    Raises:
        NothingPublishedError, UnknownMetricError, NoNumbersError, TooManyRowsError: see reports.errors.
        NotOfferedError: the grain or a slice set is not offered by all; the message says which are.
    """
    publication = standing_publication(connection, query.as_of)
    metrics = metrics_with_numbers(connection, query.metric_ids, reader)
    seen = [metric.metric_id for metric in metrics if not metric.restricted]
    grain = _common_grain(metrics, query)
    zone = ZoneInfo(publication.timezone)
    source = rows_of(publication, query.as_of)
    statement = (
        select(source)
        .where(*conditions(source, seen, grain, query, zone))
        .order_by(source.c.slice, source.c.period_start)
        .limit(one_more(query))
    )
    found = connection.execute(statement).all()
    refuse_too_many(found, query)
    rows = _side_by_side(found, query.metric_ids, zone)
    if query.as_of:
        metrics = [_as_defined_then(metric, found) for metric in metrics]
    is_complete = all(row.is_complete for row in rows)
    sources = {source for metric in metrics for source in metric.sources}
    trust = trust_of(publication, reader, is_complete=is_complete, sources=sources, metrics=query.metric_ids)
    return AlignedAnswer(tuple(metrics), grain, tuple(rows), trust)


def _side_by_side(found: Iterable[Row[Any]], metric_ids: Sequence[str], zone: ZoneInfo) -> list[AlignedRow]:
    """Fold rows, ordered by slice and period, into one per slice and period."""
    spine: dict[tuple[str, object], AlignedRow] = {}
    for row in found:
        at = spine.setdefault(
            (row.slice, row.period_start),
            AlignedRow(
                slice=row.slice,
                period_start=row.period_start.astimezone(zone),
                period_end=row.period_end.astimezone(zone),
                is_complete=row.is_complete,
                values=dict.fromkeys(metric_ids),
            ),
        )
        at.values[row.metric_id] = row.value
    return list(spine.values())


def _common_grain(metrics: Sequence[MetricEntry], query: AlignedQuery) -> str:
    grains: Mapping[str, Sequence[str]] = {metric.metric_id: metric.grains for metric in metrics}
    _insist(grains, [query.grain], ", ".join)
    slice_sets = {metric.metric_id: metric.slice_sets for metric in metrics}
    _insist(slice_sets, query.slice_sets, named)
    return str(query.grain)


def _insist(
    offered: Mapping[str, Sequence[Any]], wanted: Sequence[Any], name: Callable[[list[Any]], str]
) -> None:
    """Raise where one of the metrics does not offer all that is wanted."""
    for each in wanted:
        lacking = [metric_id for metric_id, offers in offered.items() if each not in offers]
        if lacking:
            first, *others = offered.values()
            common = [offer for offer in first if all(offer in offers for offers in others)]
            raise NotOfferedError(
                f"{', '.join(lacking)} cannot be had by {name([each])}; "
                f"all of them are published by {name(common) or 'nothing that they share'}"
            )


def _as_defined_then(metric: MetricEntry, found: Iterable[Row[Any]]) -> MetricEntry:
    """The metric with the definition that its newest row was computed by."""
    own = [row for row in found if row.metric_id == metric.metric_id]
    if not own:
        return metric
    newest = max(own, key=lambda row: row.period_start)
    return replace(
        metric, definition_version=newest.definition_version, definition_hash=newest.definition_hash
    )
