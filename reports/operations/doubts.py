"""Why numbers should not be trusted at this moment, beyond what the publication itself says of them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from reports.operations.freshness import Footing, Freshness, footings, freshness
from schemas.tables import incidents

_MOST_NAMED = 3


@dataclass(frozen=True)
class Doubt:
    """One reason: of what it is by kind and id, and the incident that tells more where there is one."""

    text: str
    subject_kind: str
    subject_id: str
    incident_id: int | None = None


@dataclass
class DoubtBook:
    """The doubts of all metrics, as they were read for the newest version of what they depend on."""

    _kept: tuple[str, list[Doubt]] = field(default=("", []))

    def open(self, connection: Connection, version: str, now: datetime) -> list[Doubt]:
        """As `doubts` of all metrics; four statements where the version is another one than before."""
        known, found = self._kept
        if known != version:
            found = doubts(connection, now)
            self._kept = version, found
        return found


def doubts(connection: Connection, now: datetime, metrics: Collection[str] | None = None) -> list[Doubt]:
    """Reasons not to trust the numbers of `metrics`, of all where None; the gravest first. Four statements.

    Open incidents of refused files and of runs, sources whose data are late by now, whether or not that was judged
    since, and definitions that changed since their numbers were published.
    """
    standing = footings(connection, metrics)
    sources = {source for each in standing for source in each.sources}
    late = {source: one for source, one in freshness(connection, standing).items() if one.is_late(now)}
    found = list(_of_incidents(connection, sources, late))
    told = {each.subject_id for each in found if each.subject_kind == "source"}
    found += [
        Doubt(_lateness(one, now), "source", source) for source, one in late.items() if source not in told
    ]
    return [*found, *_of_definitions(standing)]


def _of_incidents(connection: Connection, sources: Collection[str], late: Collection[str]) -> Iterator[Doubt]:
    """Open ones, as they were told of; one of a stale source that has data again by now is about to end."""
    columns = incidents.c
    chosen = (
        columns.state.in_(["firing", "acknowledged"]),
        or_(
            (columns.subject_kind == "source") & columns.subject_id.in_(sources),
            columns.subject_kind == "job",
        ),
    )
    ordered = select(
        columns.incident_id, columns.subject_kind, columns.subject_id, columns.rule_id, columns.title
    )
    for row in connection.execute(ordered.where(*chosen).order_by(columns.incident_id.desc()).limit(100)):
        if row.rule_id != "stale" or row.subject_id in late:
            yield Doubt(row.title, row.subject_kind, row.subject_id, row.incident_id)


def _lateness(one: Freshness, now: datetime) -> str:
    if one.newest_at is None:
        return f"{one.source_id}: {one.event} has never come"
    promised = _length(one.tolerated or timedelta())
    return (
        f"{one.source_id}: no new {one.event} for {_length(now - one.newest_at)}; promised within {promised}"
    )


def _length(span: timedelta) -> str:
    """In its greatest unit, rounded down: late by less than that is not worth more words."""
    for seconds, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if (count := int(span.total_seconds()) // seconds) > 0:
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def _of_definitions(standing: Collection[Footing]) -> Iterator[Doubt]:
    changed = [each.metric_id for each in standing if each.is_changed]
    if not changed:
        return
    more = len(changed) - _MOST_NAMED
    named = ", ".join(changed[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    which = "the definition of" if len(changed) == 1 else "the definitions of"
    yield Doubt(f"{which} {named} changed since these numbers were published", "metric", changed[0])
