"""Reads what the chart of a metric is made of: its series, what it is compared with, or its slices."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from reports.charts.annotations import bounds_of, incidents_of, restatements_of
from reports.charts.data import Breakdown, ComparedSeries, Comparison, MetricSeries
from reports.charts.periods import year_before
from reports.charts.slices import read_breakdown
from reports.errors import NotOfferedError
from reports.models import AsOf, MetricValue, ValuesAnswer
from reports.values import ValuesQuery, values
from schemas.identity.readers import Reader

MAX_POINTS = 2_000
"""Most values of a chart; drawing them takes a quarter of a second."""
# how many of the newest periods are drawn where nobody says from when on
_NEWEST = {"minute": 120, "hour": 168, "day": 92, "week": 53, "month": 25, "quarter": 20, "year": 20}


@dataclass(frozen=True, kw_only=True)
class ChartQuery:
    """Which chart of a metric; grain, start, end and as_of as in reports.selection.

    comparison and breakdown exclude one another. top: how many slices of a breakdown are drawn each for itself.
    """

    metric_id: str
    grain: str | None = None
    slice: str = ""
    start: date | datetime | None = None
    end: date | datetime | None = None
    as_of: AsOf | None = None
    comparison: Comparison = "none"
    breakdown: str | None = None
    top: int = 5


def read_chart(
    connection: Connection, query: ChartQuery, reader: Reader
) -> MetricSeries | ComparedSeries | Breakdown:
    """What the chart is made of. At most nine statements.

    Raises:
        NothingPublishedError, UnknownMetricError, RestrictedError, NoNumbersError: see reports.errors.
        NotOfferedError: a grain or a dimension that is not published, or no period to draw.
        TooManyRowsError: more than MAX_POINTS values.
    """
    answer = _rows_of(connection, query, reader)
    if query.breakdown is not None:
        return read_breakdown(connection, answer, query.breakdown, query.top, query.as_of, MAX_POINTS, reader)
    zone = ZoneInfo(answer.trust.timezone)
    series = MetricSeries(
        metric=answer.metric,
        grain=answer.grain,
        slice=answer.rows[0].slice,
        rows=answer.rows,
        trust=answer.trust,
        bounds=bounds_of(connection, answer.metric, answer.trust),
        incidents=incidents_of(connection, answer.rows, query.as_of, answer.trust, zone),
        restatements=restatements_of(connection, answer.rows, answer.trust),
    )
    if query.comparison == "none":
        return series
    of_year = query.comparison == "previous_year"
    earlier = (_year_before if of_year else _range_before)(connection, query, series, reader)
    return ComparedSeries(series, query.comparison, earlier)


def _rows_of(connection: Connection, query: ChartQuery, reader: Reader) -> ValuesAnswer:
    """The periods to draw, up to the newest that is known where nobody says until when."""
    wanted = ValuesQuery(
        metric_id=query.metric_id,
        grain=query.grain,
        slices=[query.slice],
        start=query.start,
        end=query.end,
        as_of=query.as_of,
        limit=MAX_POINTS + 1 if query.start is not None else max(_NEWEST.values()),
        at_most=MAX_POINTS,
        up_to_known=query.start is None and query.end is None,
    )
    answer = values(connection, wanted, reader)
    if not answer.rows:
        raise NotOfferedError(f"{query.metric_id} has no period there, so there is nothing to draw")
    newest = len(answer.rows) if query.start is not None else _NEWEST[answer.grain]
    return replace(answer, rows=answer.rows[-newest:])


def _range_before(
    connection: Connection, query: ChartQuery, series: MetricSeries, reader: Reader
) -> tuple[MetricValue | None, ...]:
    """As many periods as the series has, right before it."""
    wanted = _earlier(query, series, None, series.rows[0].period_start)
    found = values(connection, replace(wanted, limit=len(series.rows)), reader).rows
    return (*[None] * (len(series.rows) - len(found)), *found)


def _year_before(
    connection: Connection, query: ChartQuery, series: MetricSeries, reader: Reader
) -> tuple[MetricValue | None, ...]:
    """Of each period the one that began a year before by the clock on the wall."""
    places = [year_before(row.period_start, series.grain) for row in series.rows]
    known = [place for place in places if place is not None]
    if not known:
        return (None,) * len(places)
    wanted = _earlier(query, series, min(known), max(known) + timedelta(microseconds=1))
    found = {row.period_start.replace(tzinfo=None): row for row in values(connection, wanted, reader).rows}
    return tuple(found.get(place) if place else None for place in places)


def _earlier(query: ChartQuery, series: MetricSeries, start: datetime | None, end: datetime) -> ValuesQuery:
    return ValuesQuery(
        metric_id=query.metric_id,
        grain=series.grain,
        slices=[query.slice],
        start=start,
        end=end,
        as_of=query.as_of,
        at_most=MAX_POINTS,
    )
