"""Several metrics looked at together: what they have in common, and their numbers side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, or_, select

from reports.aligned import AlignedQuery, aligned
from reports.errors import NoNumbersError, NotOfferedError, TooManyRowsError, UnknownMetricError
from reports.metrics import metrics_with_numbers
from reports.models import AlignedAnswer, MetricEntry
from reports.publications import standing_publication
from reports.selection import Selection
from schemas.documents.documents import Grain
from schemas.identity.readers import Reader
from schemas.tables import published_metrics

MAX_METRICS = 8
MAX_ROWS = 20_000
_MOST_FOUND = 20
_UP_TO = list(Grain).index(Grain.MONTH)
# days that are looked at where nobody says since when
_DAYS: Mapping[str, int] = {"minute": 1, "hour": 7, "day": 90, "week": 365, "month": 760}
_DAYS_OF_COARSER = 3_660


@dataclass(frozen=True)
class ExplorationQuery(Selection):
    """Which metrics; days instead of a range are those up to now, `find` searches for others to add."""

    metric_ids: Sequence[str]
    days: int | None = None
    find: str = ""


@dataclass(frozen=True)
class Exploration:
    """What there is of the metrics; `grains` and `dimensions` are those that all of them offer.

    start, end: days that are looked at. refused: why there is no answer though metrics are named.
    found: names by id of metrics that the search found.
    """

    metrics: tuple[MetricEntry, ...] = ()
    grains: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    start: date | datetime | None = None
    end: date | datetime | None = None
    answer: AlignedAnswer | None = None
    refused: str | None = None
    found: Mapping[str, str] | None = None


def explore(connection: Connection, query: ExplorationQuery, reader: Reader) -> Exploration:
    """The metrics side by side. At most seven statements.

    Raises:
        NothingPublishedError: see reports.errors.
    """
    found = _found(connection, query) if query.find else None
    if not query.metric_ids:
        return Exploration(found=found)
    try:
        metrics = metrics_with_numbers(connection, query.metric_ids, reader)
    except (UnknownMetricError, NoNumbersError) as error:
        return Exploration(refused=str(error), found=found)
    first, *others = metrics
    grains = tuple(each for each in first.grains if all(each in other.grains for other in others))
    sets = [each for each in first.slice_sets if all(each in other.slice_sets for other in others)]
    dimensions = tuple(names[0] for names in sets if len(names) == 1)
    if not grains:
        said = "these metrics are published at no common grain; take one away"
        return Exploration(tuple(metrics), refused=said, found=found)
    wanted = _within(connection, replace(query, grain=query.grain or _usual(grains)))
    asked = AlignedQuery(
        metric_ids=query.metric_ids,
        grain=wanted.grain,
        by=query.by,
        start=wanted.start,
        end=wanted.end,
        at_most=MAX_ROWS,
    )
    answer, refused = None, None
    try:
        answer = aligned(connection, asked, reader)
    except (NotOfferedError, TooManyRowsError) as error:
        refused = str(error)
    return Exploration(tuple(metrics), grains, dimensions, wanted.start, wanted.end, answer, refused, found)


def _usual(grains: Sequence[str]) -> str:
    """The coarsest up to month, as with one metric; else the finest."""
    upto_month = [each for each in grains if list(Grain).index(Grain(each)) <= _UP_TO]
    return upto_month[-1] if upto_month else grains[0]


def _within(connection: Connection, query: ExplorationQuery) -> ExplorationQuery:
    if query.days is None and (query.start or query.end):
        return query
    today = standing_publication(connection).as_of.date()
    days = query.days or _DAYS.get(query.grain or "", _DAYS_OF_COARSER)
    return replace(query, start=today - timedelta(days=days), end=today)


def _found(connection: Connection, query: ExplorationQuery) -> dict[str, str]:
    columns = published_metrics.c
    texts = (columns.metric_id, columns.name)
    statement = (
        select(columns.metric_id, columns.name)
        .where(
            or_(*(text.icontains(query.find, autoescape=True) for text in texts)),
            columns.kind != "documented",
            columns.metric_id.not_in(query.metric_ids),
        )
        .order_by(columns.name, columns.metric_id)
        .limit(_MOST_FOUND)
    )
    return {row.metric_id: row.name for row in connection.execute(statement)}
