"""Incidents of sources whose data were refused or stopped, and which metrics stand on such data."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from pipelines.alerting.stored_incidents import open_incidents
from pipelines.alerting.watching.findings import Finding
from pipelines.alerting.watching.operations import observe
from reports.operations.freshness import tolerated_ages
from reports.operations.quality import rejected_files
from schemas.alerting.rule import Rule
from schemas.documents.documents import Catalog, Source
from schemas.documents.durations import tolerated_age
from schemas.tables import event_coverage, published_metrics

_MOST_NAMED = 5
_MOST_FILES = 10


@dataclass(frozen=True)
class Ground:
    """What the published metrics stand on.

    events: per metric, those that it is computed from. newest: per event, its last occurrence.
    sources: per event, ids of those that may deliver it. versions: per metric, of the definition it was computed by.
    documented: metrics that have no numbers any more.
    """

    events: Mapping[str, Sequence[str]]
    newest: Mapping[str, datetime]
    sources: Mapping[str, Sequence[str]]
    versions: Mapping[str, str]
    documented: frozenset[str]

    def minutes_since_data(self, metric_id: str, as_of: datetime) -> float | None:
        """Age of the newest data of the event that has waited longest; None where one has no data at all."""
        ends = [self.newest.get(event) for event in self.events.get(metric_id, ())]
        known = [end for end in ends if end is not None]
        return (as_of - min(known)).total_seconds() / 60 if known and len(known) == len(ends) else None

    def newest_of(self, source_id: str) -> datetime | None:
        """Newest occurrence of what a source may deliver."""
        ends = [end for event, end in self.newest.items() if source_id in self.sources.get(event, ())]
        return max(ends, default=None)

    def of_metric(self, metric_id: str) -> set[str]:
        """Sources that a metric stands on."""
        return {source for event in self.events.get(metric_id, ()) for source in self.sources[event]}


def read_ground(connection: Connection, catalog: Catalog) -> Ground:
    """What the newest publication stands on. Two statements."""
    names = ("metric_id", "events", "definition_version", "kind")
    metrics = connection.execute(select(*(published_metrics.c[name] for name in names))).all()
    events = {row.metric_id: tuple(row.events) for row in metrics}
    versions = {row.metric_id: row.definition_version for row in metrics}
    newest = {row.event: row.newest_at for row in connection.execute(select(event_coverage))}
    read = {event for names in events.values() for event in names}
    sources = {event: sources_of(catalog, event) for event in read}
    documented = frozenset(row.metric_id for row in metrics if row.kind == "documented")
    return Ground(events, newest, sources, versions, documented)


def sources_of(catalog: Catalog, event: str) -> tuple[str, ...]:
    """Sources that name the event; where none does, those whose rows name their events themselves."""
    named = [source.source_id for source in catalog.sources.values() if source.event == event]
    open_ended = [source.source_id for source in catalog.sources.values() if source.event_column]
    return tuple(named or open_ended)


def observe_sources(
    connection: Connection,
    catalog: Catalog,
    ground: Ground,
    rules: Sequence[Rule],
    as_of: datetime,
    now: datetime,
    publication_id: int,
) -> set[str]:
    """Open and end data incidents; returns the sources whose incidents changed."""
    changed: set[str] = set()
    for rule_id, findings in (
        ("rejected", _rejected(connection, catalog, ground)),
        ("stale", _stale(catalog, ground, as_of)),
    ):
        found = {
            source.source_id: Finding(
                rule_id,
                title,
                "critical" if rule_id == "rejected" else "warning",
                {**evidence, "holds_back": _held_back(source.source_id, ground, rules if holds else ())},
                tuple(source.notify_channels),
            )
            for source, title, evidence, holds in findings
        }
        seen = observe(connection, "source", found, now, rule_ids=[rule_id], publication_id=publication_id)
        changed |= seen.opened | seen.resolved
    return changed


def inhibitions(connection: Connection, ground: Ground) -> dict[str, str]:
    """Why metrics are not judged, by metric_id: the data incident of a source that they stand on. One statement."""
    standing = {
        key.subject_id: f"held back by incident {row.incident_id} of source {key.subject_id}: {row.title}"
        for key, row in sorted(open_incidents(connection, ["source"]).items(), reverse=True)
        if row.evidence.get("holds_back", {}).get("rules")
    }
    if not standing:
        return {}
    found = {}
    for metric_id in ground.events:
        broken = sorted(ground.of_metric(metric_id) & set(standing))
        if broken:
            found[metric_id] = standing[broken[0]]
    return found


def outdated(ground: Ground, versions: Mapping[str, str]) -> dict[str, str]:
    """Why metrics are not judged whose numbers mean something else than their definition does by now, by metric_id.

    versions: of the definitions in the catalog, by metric_id. A major version says that the past is not comparable.
    """
    return {
        metric_id: f"the definition {version} is not published yet; the numbers are those of {published}"
        for metric_id, published in ground.versions.items()
        if (version := versions.get(metric_id, published)).partition(".")[0] != published.partition(".")[0]
    }


def _held_back(source_id: str, ground: Ground, rules: Iterable[Rule]) -> dict[str, Any]:
    held = [
        rule.subject_id
        for rule in rules
        if rule.subject_kind == "metric" and source_id in ground.of_metric(rule.subject_id)
    ]
    return {"rules": len(held), "metrics": sorted(set(held))[:_MOST_NAMED]}


_Told = tuple[Source, str, dict[str, Any], bool]
"""Source, title, evidence, and whether it holds back the rules that stand on the source."""


def _rejected(connection: Connection, catalog: Catalog, ground: Ground) -> Iterator[_Told]:
    """Sources with refused files. They hold back until later data came: no file holds what happened after it came.

    A bad file may lie there for ever, and no rule must be silenced for ever.
    """
    files: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(rejected_files()):
        files.setdefault(row.source_id, []).append(row)
    for source_id, refused in files.items():
        source = catalog.sources.get(source_id)
        if source is not None:
            title = f"{source_id}: {_counted(len(refused), 'file')} refused whole"
            named = [{"path": row.path, "reason": row.reason} for row in refused[:_MOST_FILES]]
            newest = ground.newest_of(source_id)
            holds = any(newest is None or (row.finished_at or newest) >= newest for row in refused)
            yield source, title, {"files_rejected": len(refused), "files": named}, holds


def _stale(catalog: Catalog, ground: Ground, as_of: datetime) -> Iterator[_Told]:
    tolerated = _tolerated(catalog, ground)
    late: dict[str, list[dict[str, Any]]] = {}
    for event, age in sorted(tolerated.items()):
        newest = ground.newest.get(event)
        if newest is not None and as_of - newest <= age:
            continue
        seen = {
            "event": event,
            "newest_at": newest.isoformat() if newest else None,
            "tolerated_minutes": age / timedelta(minutes=1),
        }
        for source_id in ground.sources[event]:
            late.setdefault(source_id, []).append(seen)
    for source_id, events in late.items():
        names = ", ".join(each["event"] for each in events[:_MOST_NAMED])
        yield catalog.sources[source_id], f"{source_id}: no new data of {names}", {"events": events}, True


def _tolerated(catalog: Catalog, ground: Ground) -> dict[str, timedelta]:
    """The least age that any metric reading an event tolerates, by event."""
    metrics = {name: metric for name, metric in catalog.metrics.items() if name in ground.events}
    return tolerated_ages(
        ground.events, {name: tolerated_age(metric.data) for name, metric in metrics.items()}
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
