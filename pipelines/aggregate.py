"""From lake to marts in two steps: compute what is affected, then publish it in one transaction."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlalchemy import Connection, Engine

from core.settings import Settings
from pipelines.alerting.watching.data_incidents import sources_of
from pipelines.arrow_schemas import SLICES
from pipelines.calendar.ranges import Range
from pipelines.engine.compute import Computed, compute
from pipelines.engine.scope import Scope, affected
from pipelines.kept_values import reaching_forgotten
from pipelines.lake import Lake
from pipelines.publish import (
    ComputedRows,
    PublicationRequest,
    PublicationResult,
    PublishedMetric,
    PublishedState,
    carry_seeds,
    publish,
    read_state,
)
from pipelines.publish.rules import Kind
from pipelines.unseen_events import unseen_events
from pipelines.up_to_date import ground
from pipelines.versioned_catalog import Versioned
from pipelines.waiting_values import WaitingValues, held_before, newest_publication_id
from reports.publications import HELD_BACK
from schemas.documents.documents import Catalog
from schemas.formula.hash import definition_hash

log = logging.getLogger(__name__)
# of a definition whose values are not published; equals none
_UNKNOWN = ""


def compute_affected(
    current: Versioned,
    lake: Lake,
    engine: Engine,
    settings: Settings,
    as_of: datetime,
    workdir: Path,
    *,
    forced: Range | None = None,
    full: bool = False,
) -> WaitingValues:
    """Compute every value that the lake, the catalog or the as-of time changed since the last publication.

    Args:
        current: the catalog in force.
        lake: the events, pinned at one version.
        engine: of the marts, read only here.
        settings: zone and memory limit.
        as_of: the instant that reports stand at, in UTC.
        workdir: where the values are written.
        forced: a range of instants whose periods are computed again whatever changed.
        full: compute everything again.
    """
    compilation = current.compilation
    events = {event for compiled in compilation.metrics.values() for event in compiled.events}
    extents = {event: lake.extent(event) for event in events}
    with engine.connect() as connection:
        state = None if full else read_state(connection)
        changes = lake.changes(state.lake_version if state else None)

        def reached(state: PublishedState | None) -> Scope:
            return affected(
                compilation, current.catalog, changes, extents, state, as_of, settings.zone, forced=forced
            )

        scope = reached(state)
        if state and (lost := reaching_forgotten(connection, scope.without(scope.full).ranges)):
            known = {key: value for key, value in state.definition_hashes.items() if key not in lost}
            state = replace(state, definition_hashes=known)
            scope = reached(state)
        seeds = _seeds(connection, current.catalog, scope)
        suspects, base = held_before(connection), newest_publication_id(connection)
    known = SLICES.empty_table() if state is None else state.known_slices
    computed = compute(
        lake,
        compilation,
        current.catalog,
        scope,
        known,
        seeds,
        as_of,
        settings.zone,
        workdir,
        settings.memory_limit,
        suspects,
    )
    ends = [extent[1] for extent in extents.values() if extent]
    unseen = unseen_events(compilation, current.catalog, lake.events())
    for metric_id, reason in unseen.items():
        log.warning("metric %s: %s", metric_id, reason)
    return WaitingValues(
        current,
        computed,
        as_of,
        lake.version(),
        max(ends, default=None),
        unseen,
        base_publication_id=base,
        held_before=frozenset() if full else suspects,
    )


def _seeds(connection: Connection, catalog: Catalog, scope: Scope) -> pa.Table:
    """What metrics that carry values forward carry into their first computed period."""
    wanted = {
        (metric_id, grain): ranges[0][0]
        for (metric_id, grain), ranges in scope.ranges.items()
        if ranges and metric_id not in scope.full and _carries(catalog, metric_id)
    }
    return carry_seeds(connection, wanted)


def _carries(catalog: Catalog, metric_id: str) -> bool:
    return catalog.metrics[metric_id].definition.null_policy == "carry"


def publish_waiting(
    waiting: WaitingValues, engine: Engine, settings: Settings, workdir: Path, run_id: str | None = None
) -> PublicationResult:
    """Publish computed values with everything that follows from them; nothing new makes no publication.

    What stands of the metrics that are held back is left as it is; the next run computes them from the beginning.
    """
    computed, held_back = waiting.computed, waiting.held_back
    ranges = {key: each for key, each in computed.scope.ranges.items() if key[0] not in held_back}
    with engine.connect() as connection:
        rests_on = ground(connection, waiting.events_until)
    request = PublicationRequest(
        computed=ComputedRows(computed.path, ranges, computed.scope.full.difference(held_back)),
        metrics=[
            replace(each, definition_hash=_UNKNOWN) if each.metric_id in held_back else each
            for each in published_metrics(waiting.current, settings.zone, waiting.unseen)
        ],
        catalog=waiting.current.catalog,
        zone=settings.zone,
        as_of=waiting.as_of,
        published_at=waiting.as_of,
        lake_version=waiting.lake_version,
        catalog_version=waiting.current.version,
        data_through=computed.data_through,
        coverage=computed.coverage,
        run_id=run_id,
        facts=_facts(computed) | rests_on | ({HELD_BACK: dict(held_back)} if held_back else {}),
    )
    return publish(engine, request, workdir, settings.memory_limit)


def published_metrics(current: Versioned, zone: ZoneInfo, unseen: Mapping[str, str]) -> list[PublishedMetric]:
    """Every metric of the catalog with what it is: computed, observed, or documented and why.

    `unseen` says of metrics what they wait for.
    """
    catalog = current.catalog
    compilation = current.compilation
    listed = []
    for metric_id, metric in catalog.metrics.items():
        kind: Kind = "documented" if metric_id in compilation.documented else "computed"
        compiled = compilation.metrics.get(metric_id)
        events = sorted(compiled.events) if compiled else []
        listed.append(
            PublishedMetric(
                metric=metric,
                kind="observed" if metric_id in compilation.observed else kind,
                definition_version=current.versions[metric_id],
                definition_hash=definition_hash(metric, compilation, zone.key),
                reason=compilation.documented.get(metric_id) or unseen.get(metric_id),
                events=tuple(events),
                sources=tuple(sorted({source for event in events for source in sources_of(catalog, event)})),
            )
        )
    return listed


def _facts(computed: Computed) -> dict[str, Any]:
    """What a publication remembers of its waiting."""
    return {
        "metrics": sorted({metric_id for metric_id, _ in computed.scope.ranges}),
        "full": sorted(computed.scope.full),
        "files_read": computed.files_read,
        "events_scanned": computed.events_scanned,
        "leaves": computed.leaf_count,
    }
