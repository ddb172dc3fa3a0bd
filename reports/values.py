"""Published values of one metric: now, or as they were published on an earlier day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, select

from reports.errors import NotOfferedError, TooManyRowsError
from reports.metrics import metric_with_numbers
from reports.models import AsOf, MetricEntry, MetricValue, Publication, Summary, ValuesAnswer
from reports.publications import standing_publication, trust_of
from reports.selection import Selection, conditions, named, rows_of
from schemas.identity.readers import Reader

_SPARKLINE_PERIODS = 30


@dataclass(frozen=True)
class ValuesQuery(Selection):
    """What is asked for of one metric; with `limit` at most so many rows, the newest.

    With `up_to_known` what comes after the newest value is left out: where data rest, that may be years of nothing.
    """

    metric_id: str
    limit: int | None = None
    up_to_known: bool = False


def values(connection: Connection, query: ValuesQuery, reader: Reader) -> ValuesAnswer:
    """Values by slice and period. Three statements, four with `as_of`.

    Raises:
        NothingPublishedError, UnknownMetricError, RestrictedError, NoNumbersError, NotOfferedError,
            TooManyRowsError: see reports.errors.
    """
    publication = standing_publication(connection, query.as_of)
    metric = metric_with_numbers(connection, query.metric_id, reader)
    grain = _offered_grain(metric, query)
    zone = ZoneInfo(publication.timezone)
    source = rows_of(publication, query.as_of)
    wanted = conditions(source, [metric.metric_id], grain, query, zone)
    statement = select(source).where(*wanted)
    if query.up_to_known:
        known = select(func.max(source.c.period_start)).where(*wanted, source.c.value.is_not(None))
        newest = func.coalesce(known.scalar_subquery(), source.c.period_start)
        statement = statement.where(source.c.period_start <= newest)
    if query.limit is None:
        statement = statement.order_by(source.c.slice, source.c.period_start).limit(one_more(query))
    else:
        statement = statement.order_by(source.c.period_start.desc(), source.c.slice).limit(query.limit)
    found = list(connection.execute(statement))
    refuse_too_many(found, query)
    # while they are in UTC: datetimes of another zone compare by its clock on the wall, which shows an hour twice
    found.sort(key=lambda row: (row.slice, row.period_start))
    rows = [_value(row, zone) for row in found]
    return _answer(metric, grain, rows, publication, query, reader)


def one_more(selection: Selection) -> int | None:
    """How many rows to read, so as to see that there are too many."""
    return None if selection.at_most is None else selection.at_most + 1


def refuse_too_many(rows: Sequence[object], selection: Selection) -> None:
    """Insist on an answer of bearable length.

    Raises:
        TooManyRowsError: there are more rows than the selection allows.
    """
    if selection.at_most is not None and len(rows) > selection.at_most:
        raise TooManyRowsError(
            f"the answer has more than {selection.at_most:,} rows; ask for a shorter time, a coarser grain or "
            "fewer slices"
        )


def summary(connection: Connection, metric_id: str, reader: Reader, as_of: AsOf | None = None) -> Summary:
    """Latest complete and running period of the total at the metric's current grain. Three statements.

    Raises:
        NothingPublishedError, UnknownMetricError, RestrictedError, NoNumbersError: see reports.errors.
    """
    publication = standing_publication(connection, as_of)
    metric = metric_with_numbers(connection, metric_id, reader)
    source = rows_of(publication, as_of)
    zone = ZoneInfo(publication.timezone)
    of_total = conditions(source, [metric.metric_id], metric.current_grain, Selection(), zone)
    statement = (
        select(source).where(*of_total).order_by(source.c.period_start.desc()).limit(_SPARKLINE_PERIODS + 1)
    )
    newest_first = [_value(row, zone) for row in connection.execute(statement)]
    complete = [row for row in newest_first if row.is_complete][:_SPARKLINE_PERIODS]
    latest = complete[0] if complete else None
    return Summary(
        metric=metric,
        grain=metric.current_grain,
        latest=latest,
        running=next((row for row in newest_first if not row.is_complete), None),
        sparkline=tuple(row.value for row in reversed(complete)),
        trust=trust_of(
            publication,
            reader,
            is_complete=True,
            definition_version=latest.definition_version if latest else metric.definition_version,
            definition_hash=latest.definition_hash if latest else metric.definition_hash,
            sources=metric.sources,
            metrics=[metric.metric_id],
        ),
    )


def _answer(
    metric: MetricEntry,
    grain: str,
    rows: Sequence[MetricValue],
    publication: Publication,
    query: ValuesQuery,
    reader: Reader,
) -> ValuesAnswer:
    defined = rows[-1] if rows and query.as_of else metric
    return ValuesAnswer(
        metric=metric,
        grain=grain,
        rows=tuple(rows),
        trust=trust_of(
            publication,
            reader,
            is_complete=all(row.is_complete for row in rows),
            definition_version=defined.definition_version,
            definition_hash=defined.definition_hash,
            sources=metric.sources,
            metrics=[metric.metric_id],
        ),
    )


def _offered_grain(metric: MetricEntry, query: ValuesQuery) -> str:
    """The grain to read, once it is clear that the metric is published at it and in the slices asked for."""
    grain = query.grain or metric.current_grain
    if grain not in metric.grains:
        raise NotOfferedError(
            f"{metric.metric_id} is not published by {grain}; offered are {', '.join(metric.grains)}"
        )
    for names in query.slice_sets:
        if names not in metric.slice_sets:
            raise NotOfferedError(
                f"{metric.metric_id} is not published by {', '.join(names)}; offered are "
                f"{named(metric.slice_sets)}"
            )
    return grain


def _value(row: Row[Any], zone: ZoneInfo) -> MetricValue:
    fields = row._asdict()
    fields["period_start"] = row.period_start.astimezone(zone)
    fields["period_end"] = row.period_end.astimezone(zone)
    return MetricValue(**fields)
