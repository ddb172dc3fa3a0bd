"""Whether the data of a report are complete: what is still missing, in words."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, select

from pipelines.alerting.watching.data_incidents import Ground, read_ground
from pipelines.calendar.periods import Calendar
from pipelines.reporting.due import SHORT
from pipelines.reporting.scope import metrics_of
from reports.documents.model import Period
from reports.models import AsOf, Publication
from reports.operations.freshness import tolerated_ages
from reports.operations.quality import rejected_files
from reports.publications import HELD_BACK, standing_publication
from reports.selection import rows_of
from schemas.documents.documents import Catalog, Grain, Report
from schemas.documents.durations import tolerated_age
from schemas.tables import metric_slices, published_metrics

_MOST_NAMED = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Readiness:
    """What a report would be made from, and what its data lack. No day is given for the newest publication."""

    publication: Publication
    missing: tuple[str, ...]

    @property
    def reason(self) -> str | None:
        """What is missing, in words."""
        return "; ".join(self.missing) or None


def readiness(
    connection: Connection, catalog: Catalog, report: Report, period: Period, as_of: AsOf | None = None
) -> Readiness:
    """Whether the publication holds all of the period. Seven statements at most.

    Complete is a period that is over, of whose metrics each has a value that is complete and not held back, whose
    sources came up to its end, with no refused or lost file that may hold rows of it.

    Args:
        connection: whose statements should see one publication.
        catalog: as it is stored.
        report: of which scope.
        period: that is to be reported.
        as_of: a day of the past: then what sources have by now says nothing.

    Raises:
        NothingPublishedError: there is no publication, or was none on that day.
    """
    publication = standing_publication(connection, as_of)
    wanted = metrics_of(catalog, report)
    missing = [*_unfinished(publication, period), *_held_back(publication, wanted)]
    if as_of is None:
        ground = read_ground(connection, catalog)
        numbered = wanted & set(ground.events) - ground.documented
        missing += _unpublished(wanted - set(ground.events))
        missing += _late(catalog, ground, numbered, period)
        missing += _refused(
            connection, {each for name in numbered for each in ground.of_metric(name)}, period
        )
    missing += _without_values(connection, publication, wanted, period, as_of)
    return Readiness(publication, tuple(missing))


def _unfinished(publication: Publication, period: Period) -> Iterator[str]:
    if publication.as_of < period.end:
        zone = period.end.tzinfo
        yield (
            f"the newest publication stands at {_told(publication.as_of.astimezone(zone), period)}, "
            f"the period ends {_told(period.end, period)}"
        )


def _held_back(publication: Publication, wanted: Collection[str]) -> Iterator[str]:
    """Without the reasons: they may quote numbers."""
    if names := sorted(set(publication.scope.get(HELD_BACK, {})) & set(wanted)):
        yield f"held back by their checks: {_named(names)}"


def _unpublished(names: Collection[str]) -> Iterator[str]:
    if names:
        yield f"not published yet: {_named(sorted(names))}"


def _late(catalog: Catalog, ground: Ground, numbered: Collection[str], period: Period) -> Iterator[str]:
    """Sources whose newest data are too old, at the period's end, to hold all of it.

    They must come up to the last day; where less is tolerated, closer. Where events are rare, which is to say that more
    than two days are tolerated (what comes daily may be two days old), up to that.
    """
    calendar, end = Calendar(_zone(period)), period.end.astimezone(UTC)
    last_day = max(calendar.step(Grain.DAY, end, -1), period.start.astimezone(UTC))
    events = {name: ground.events[name] for name in numbered}
    promised = tolerated_ages(events, {name: tolerated_age(catalog.metrics[name].data) for name in numbered})
    for event in sorted({each for names in events.values() for each in names}):
        tolerated = promised.get(event, _DAY)
        needed = end - tolerated if tolerated > 2 * _DAY else max(last_day, end - tolerated)
        newest = ground.newest.get(event)
        if newest is None or newest < needed:
            who = ", ".join(ground.sources.get(event, ())) or event
            through = (
                f"data through {_told(newest.astimezone(_zone(period)), period)}"
                if newest
                else "nothing has come"
            )
            yield f"{who}: {through}, needed {_told(needed.astimezone(_zone(period)), period)} or later"


def _refused(connection: Connection, sources: Collection[str], period: Period) -> Iterator[str]:
    """Files that nobody has decided on yet; what was refused before the period began cannot hold rows of it."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(rejected_files()):
        if row.source_id in sources and (row.finished_at is None or row.finished_at >= period.start):
            found.setdefault(row.source_id, []).append(row.path)
    for source_id, paths in sorted(found.items()):
        yield f"{source_id}: refused or lost, and not set aside: {_named(paths)}"


def _without_values(
    connection: Connection,
    publication: Publication,
    wanted: Collection[str],
    period: Period,
    as_of: AsOf | None,
) -> Iterator[str]:
    """Metrics of that grain without a complete value; of the past only those whose value was not complete.

    A value that is null is one: nothing occurred. All null is no report.
    """
    start = _start_in(ZoneInfo(publication.timezone), period)
    rows = rows_of(publication, as_of).c
    of_period = and_(
        rows.metric_id.in_(list(wanted)),
        rows.grain == period.grain,
        rows.slice == "",
        rows.period_start == start,
    )
    found = {
        row.metric_id: row
        for row in connection.execute(select(rows.metric_id, rows.is_complete, rows.value).where(of_period))
    }
    expected = set(found) if as_of is not None else _expected(connection, wanted, period, start)
    lacking = sorted(name for name in expected if name not in found or not found[name].is_complete)
    if lacking:
        yield f"no complete value of {_named(lacking)}"
    elif all(row.value is None for row in found.values()) and (found or not _others(connection, wanted)):
        yield f"the {period.grain} is empty: none of its metrics has a value"


def _expected(connection: Connection, wanted: Collection[str], period: Period, start: datetime) -> set[str]:
    """Those that are published at the grain, and had begun by then."""
    slices, metrics = metric_slices.c, published_metrics.c
    statement = (
        select(metrics.metric_id)
        .join(metric_slices, slices.metric_id == metrics.metric_id)
        .where(metrics.kind != "documented", metrics.metric_id.in_(list(wanted)))
        .where(slices.grain == period.grain, slices.slice == "", slices.first_period_start <= start)
    )
    return set(connection.execute(statement).scalars())


def _others(connection: Connection, wanted: Collection[str]) -> bool:
    """Whether any metric has numbers, if only at other grains: the report shows these."""
    statement = select(metric_slices.c.metric_id).where(metric_slices.c.metric_id.in_(list(wanted))).limit(1)
    return connection.execute(statement).first() is not None


def _start_in(zone: ZoneInfo, period: Period) -> datetime:
    """Where the period of the same days begins in the reporting zone, by which values are published."""
    if period.grain in SHORT:
        return period.start
    local = period.start.replace(tzinfo=zone)
    return Calendar(zone).start_of(Grain(period.grain), local.astimezone(UTC))


def _zone(period: Period) -> ZoneInfo:
    zone = period.end.tzinfo
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")


def _told(instant: datetime, period: Period) -> str:
    """With its year where that is not the one in which the period ends."""
    year = "" if instant.year == period.end.year else f", {instant.year},"
    return f"{instant:%b} {instant.day}{year} {instant:%H:%M}"


def _named(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
