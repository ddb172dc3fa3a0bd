"""How fresh sources are, against what the metrics that stand on them promise."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import product

from sqlalchemy import Connection, and_, column, func, select, true
from sqlalchemy.dialects.postgresql import JSONB

from schemas.documents.documents import DataFacts
from schemas.documents.durations import tolerated_age
from schemas.tables import catalog_documents, event_coverage, published_metrics

# unpacked once: each `->` alone would unpack the whole document again
_SAID = (
    func.jsonb_to_record(catalog_documents.c.content)
    .table_valued(column("data", JSONB()), name="said")
    .render_derived(with_types=True)
    .lateral()
)
_SOURCES = select(
    catalog_documents.c.document_id, catalog_documents.c.content["event"].astext.label("event")
).where(catalog_documents.c.kind == "source", catalog_documents.c.is_deleted.is_(False))


@dataclass(frozen=True)
class Footing:
    """What a published metric stands on; `tolerated` is how old its newest data may be, None where nothing is promised.

    is_changed: its definition means or does something else by now than when its numbers were published.
    """

    metric_id: str
    sources: tuple[str, ...]
    events: tuple[str, ...]
    tolerated: timedelta | None
    is_changed: bool


@dataclass(frozen=True)
class Freshness:
    """Of the event of a source that is the latest, measured by its promise; what promises nothing is never late.

    newest_at: None where the event never occurred. due_at: from when on it is late, None where nothing is promised.
    """

    source_id: str
    event: str
    newest_at: datetime | None
    tolerated: timedelta | None
    metrics: int

    @property
    def due_at(self) -> datetime | None:
        """From when on it is late."""
        return self.newest_at + self.tolerated if self.newest_at and self.tolerated else None

    def is_late(self, now: datetime) -> bool:
        """Whether less has come by `now` than is promised."""
        if self.tolerated is None:
            return False
        return self.newest_at is None or now - self.newest_at > self.tolerated


def footings(connection: Connection, chosen: Collection[str] | None = None) -> list[Footing]:
    """Published metrics that have numbers, by id, as the catalog says by now: those chosen, else all. One statement."""
    metrics, documents = published_metrics.c, catalog_documents.c
    of_metric = and_(
        documents.kind == "metric",
        documents.document_id == metrics.metric_id,
        documents.is_deleted.is_(False),
    )
    statement = (
        select(
            metrics.metric_id,
            metrics.sources,
            metrics.events,
            metrics.definition_version,
            documents.version,
            _SAID.c.data["data_freshness"].astext.label("stated"),
            _SAID.c.data["update_frequency"].astext.label("every"),
        )
        .select_from(published_metrics.outerjoin(catalog_documents, of_metric).outerjoin(_SAID, true()))
        .where(metrics.kind != "documented")
        .order_by(metrics.metric_id)
    )
    if chosen is not None:
        statement = statement.where(metrics.metric_id.in_(chosen))
    return [
        Footing(
            row.metric_id,
            tuple(row.sources),
            tuple(row.events),
            _tolerated(row.stated, row.every),
            row.version is not None and _told(row.version) != _told(row.definition_version),
        )
        for row in connection.execute(statement)
    ]


@lru_cache(maxsize=1_024)
def _tolerated(stated: str | None, every: str | None) -> timedelta | None:
    return tolerated_age(DataFacts(data_freshness=stated, update_frequency=every))


def freshness(connection: Connection, found: Collection[Footing]) -> dict[str, Freshness]:
    """Each source that metrics stand on, by id. Two statements."""
    newest = {row.event: row.newest_at for row in connection.execute(select(event_coverage))}
    sources = {row.document_id: row.event for row in connection.execute(_SOURCES)}
    named = set(sources.values())
    ages = tolerated_ages(
        {each.metric_id: each.events for each in found}, {each.metric_id: each.tolerated for each in found}
    )
    standing: dict[tuple[str, str], int] = {}
    for metric in found:
        for source, event in product(metric.sources, metric.events):
            # one that names no event delivers what no other names
            if sources.get(source) == event or (sources.get(source) is None and event not in named):
                standing[source, event] = standing.get((source, event), 0) + 1
    by_source: dict[str, list[Freshness]] = {}
    for (source, event), metrics in sorted(standing.items()):
        one = Freshness(source, event, newest.get(event), ages.get(event), metrics)
        by_source.setdefault(source, []).append(one)
    return {source: min(events, key=_urgency) for source, events in by_source.items()}


def tolerated_ages(
    events: Mapping[str, Iterable[str]], ages: Mapping[str, timedelta | None]
) -> dict[str, timedelta]:
    """The least age that any metric reading an event tolerates, by event; `events` and `ages` are by metric. Pure."""
    found: dict[str, timedelta] = {}
    for metric_id, read in events.items():
        age = ages.get(metric_id)
        if age is not None:
            found |= {event: min(age, found.get(event, age)) for event in read}
    return found


def _urgency(one: Freshness) -> tuple[bool, float]:
    """What never came first, then what is due first, last what promises nothing."""
    if one.tolerated is None:
        return (True, 0.0)
    return (False, one.due_at.timestamp() if one.due_at else float("-inf"))


def _told(version: str) -> list[str]:
    """Without the patch: what only describes makes no other number."""
    return version.split(".")[:2]
