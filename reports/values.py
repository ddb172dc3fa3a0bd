"""Published values of one metric: now, or as they were published on an earlier day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, FromClause, Row, select, union_all

from reports.errors import NotOfferedError
from reports.metrics import metric_with_numbers
from reports.models import MetricEntry, MetricValue, Publication, Summary, ValuesAnswer
from reports.publications import standing_publication, start_of_day, trust_of
from schemas.tables import metric_value_revisions, metric_values

_SPARKLINE_PERIODS = 30
_COLUMNS = [column.name for column in metric_values.columns]


@dataclass(frozen=True)
class ValuesQuery:
    """What is asked for.

    grain: None means the metric's current grain.
    slices: exact slice texts, "" is the total. by: dimension names, meaning every slice of exactly these.
        Neither means the total.
    start, end: a date is a day of the reporting zone, `end` included; a datetime is an instant, `end` not.
    is_complete: True only finished periods, False only running ones.
    as_of: answer with what was published by the end of that day.
    limit: at most so many rows, the newest.
    """

    metric_id: str
    grain: str | None = None
    slices: Sequence[str] = ()
    by: Sequence[str] = ()
    start: date | datetime | None = None
    end: date | datetime | None = None
    is_complete: bool | None = None
    as_of: date | None = None
    limit: int | None = None


def values(connection: Connection, query: ValuesQuery) -> ValuesAnswer:
    """Values by slice and period. Three statements, four with `as_of`.

    Raises:
        NothingPublishedError, UnknownMetricError, NoNumbersError, NotOfferedError: see reports.errors.
    """
    publication = standing_publication(connection, query.as_of)
    metric = metric_with_numbers(connection, query.metric_id)
    grain = _offered_grain(metric, query.grain)
    zone = ZoneInfo(publication.timezone)
    source = _rows_as_of(publication) if query.as_of else metric_values
    statement = select(source).where(*_conditions(source, metric, grain, query, zone))
    if query.limit is None:
        statement = statement.order_by(source.c.slice, source.c.period_start)
    else:
        statement = statement.order_by(source.c.period_start.desc(), source.c.slice).limit(query.limit)
    rows = [_value(row, zone) for row in connection.execute(statement)]
    rows.sort(key=lambda row: (row.slice, row.period_start))
    return _answer(metric, grain, rows, publication, query)


def summary(connection: Connection, metric_id: str, as_of: date | None = None) -> Summary:
    """Latest complete and running period of the total at the metric's current grain. Three statements."""
    publication = standing_publication(connection, as_of)
    metric = metric_with_numbers(connection, metric_id)
    source = _rows_as_of(publication) if as_of else metric_values
    statement = (
        select(source)
        .where(*_of_series(source, metric.metric_id, metric.current_grain), source.c.slice == "")
        .order_by(source.c.period_start.desc())
        .limit(_SPARKLINE_PERIODS + 1)
    )
    zone = ZoneInfo(publication.timezone)
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
            is_complete=True,
            definition_version=latest.definition_version if latest else metric.definition_version,
            definition_hash=latest.definition_hash if latest else metric.definition_hash,
        ),
    )


def _answer(
    metric: MetricEntry,
    grain: str,
    rows: Sequence[MetricValue],
    publication: Publication,
    query: ValuesQuery,
) -> ValuesAnswer:
    defined = rows[-1] if rows and query.as_of else metric
    return ValuesAnswer(
        metric=metric,
        grain=grain,
        rows=tuple(rows),
        trust=trust_of(
            publication,
            is_complete=all(row.is_complete for row in rows),
            definition_version=defined.definition_version,
            definition_hash=defined.definition_hash,
        ),
    )


def _offered_grain(metric: MetricEntry, grain: str | None) -> str:
    if grain is None:
        return metric.current_grain
    if grain not in metric.grains:
        raise NotOfferedError(
            f"{metric.metric_id} is not published by {grain}; offered are {', '.join(metric.grains)}"
        )
    return grain


def _rows_as_of(publication: Publication) -> FromClause:
    """The rows that stood once `publication` was made: written by then, and not yet superseded by then."""
    number = publication.publication_id
    revisions = metric_value_revisions
    standing = select(metric_values).where(metric_values.c.publication_id <= number)
    superseded_later = select(*(revisions.c[name] for name in _COLUMNS)).where(
        revisions.c.publication_id <= number, revisions.c.superseded_by > number
    )
    return union_all(standing, superseded_later).subquery("rows_as_of")


def _of_series(source: FromClause, metric_id: str, grain: str) -> list[ColumnElement[bool]]:
    return [source.c.metric_id == metric_id, source.c.grain == grain]


def _conditions(
    source: FromClause, metric: MetricEntry, grain: str, query: ValuesQuery, zone: ZoneInfo
) -> list[ColumnElement[bool]]:
    conditions = [*_of_series(source, metric.metric_id, grain), _slice_condition(source, metric, query)]
    if query.start is not None:
        conditions.append(source.c.period_start >= _instant(query.start, zone))
    if query.end is not None:
        is_day = not isinstance(query.end, datetime)
        end = query.end + timedelta(days=1) if is_day else query.end
        conditions.append(source.c.period_start < _instant(end, zone))
    if query.is_complete is not None:
        conditions.append(source.c.is_complete == query.is_complete)
    return conditions


def _slice_condition(source: FromClause, metric: MetricEntry, query: ValuesQuery) -> ColumnElement[bool]:
    for wanted in [*query.slices, *([",".join(f"{name}=" for name in query.by)] if query.by else [])]:
        names = tuple(sorted(part.partition("=")[0] for part in wanted.split(",") if part))
        if names not in metric.slice_sets:
            raise NotOfferedError(
                f"{metric.metric_id} is not published by {', '.join(names)}; offered are "
                f"{', '.join('+'.join(offered) or 'the total' for offered in metric.slice_sets)}"
            )
    exact = [_canonical(text) for text in query.slices]
    if not query.by:
        return source.c.slice.in_(exact or [""])
    pattern = ",".join(f"{re.escape(name)}=[^,]*" for name in sorted(query.by))
    matches = source.c.slice.regexp_match(f"^{pattern}$")
    return matches | source.c.slice.in_(exact) if exact else matches


def _canonical(slice_text: str) -> str:
    return ",".join(sorted(slice_text.split(",")))


def _instant(bound: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(bound, datetime):
        return start_of_day(bound, zone)
    return bound if bound.tzinfo else bound.replace(tzinfo=zone)


def _value(row: Row[Any], zone: ZoneInfo) -> MetricValue:
    fields = row._asdict()
    fields["period_start"] = row.period_start.astimezone(zone)
    fields["period_end"] = row.period_end.astimezone(zone)
    return MetricValue(**fields)
