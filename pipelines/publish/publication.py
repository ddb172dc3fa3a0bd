"""The publication: one transaction that takes the marts from the old numbers to the new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, insert
from sqlalchemy.exc import OperationalError

from core.errors import TransientError
from pipelines.publish.difference import Changes, ComputedRows, Difference
from pipelines.publish.metrics import replace_rows, write_published_metrics
from pipelines.publish.okr.scores import write_scores
from pipelines.publish.okr.series import Day
from pipelines.publish.rules import PublishedMetric, StatusRules, build_rules
from pipelines.publish.state import last_publication
from pipelines.publish.transfer import exchange
from reports.operations.quality import delivered, quality_state
from reports.publications import HELD_BACK
from schemas.documents.documents import Catalog
from schemas.documents.problems import Problem
from schemas.locks import Lock, hold
from schemas.tables import event_coverage, publications


@dataclass(frozen=True)
class PublicationRequest:
    """Everything a publication states.

    computed: the computed rows and what they stand for.
    metrics: every metric of the catalog; what is published of any other metric or grain is removed.
    data_through: newest event that counted; coverage: the same of each event.
    facts: what was read and computed, kept as JSON in ops.publications.scope.
    """

    computed: ComputedRows
    metrics: Sequence[PublishedMetric]
    catalog: Catalog
    zone: ZoneInfo
    as_of: datetime
    published_at: datetime
    lake_version: int | None = None
    catalog_version: int | None = None
    data_through: datetime | None = None
    coverage: Mapping[str, datetime] = field(default_factory=dict)
    run_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PublicationResult:
    """What came of a request; where nothing had changed, `is_new` is False and the number the old one."""

    publication_id: int
    is_new: bool
    changes: Changes
    scores_changed: int
    problems: tuple[Problem, ...] = ()


class _NothingNewError(Exception):
    """Ends the transaction of a publication that would change nothing."""

    def __init__(self, publication: PublicationResult) -> None:
        super().__init__()
        self.publication = publication


def publish(
    engine: Engine, request: PublicationRequest, workdir: Path, memory_limit: str = "1GB"
) -> PublicationResult:
    """Publish computed values with statuses, OKR progress and scorecards, all or nothing.

    Rows that did not change are not touched; changed and removed ones go to marts.metric_value_revisions. The
    same request again makes no publication: one is made only if a value, slice, metric or score changed, or
    what they rest on (lake and catalog version, zone, data_through, quality of the deliveries). Scores are per
    as-of day and pace counts whole days, so that the first run of a day publishes and the next does not.

    Raises:
        TransientError: PostgreSQL went away or chose this transaction as the victim of a deadlock.
        CatalogError: the weights of an objective's key results sum to zero.
    """
    rules = build_rules(request.metrics)
    try:
        with engine.begin() as connection:
            return _publish(connection, request, rules, workdir, memory_limit)
    except _NothingNewError as outcome:
        return outcome.publication
    except OperationalError as error:
        raise TransientError(f"PostgreSQL ended the publication: {error.orig}") from error


def _publish(
    connection: Connection, request: PublicationRequest, rules: StatusRules, workdir: Path, memory_limit: str
) -> PublicationResult:
    hold(connection, Lock.PUBLICATION)
    before = last_publication(connection)
    deliveries = delivered(connection)
    with exchange(connection, workdir, memory_limit) as tables:
        difference = Difference(tables, rules.by_key, request.zone)
        changes = difference.compute(request.computed)
        publication_id = _insert_publication(connection, request, changes, deliveries)
        difference.write(changes, publication_id)
    metrics_changed = write_published_metrics(connection, request.metrics, publication_id)
    coverage = [{"event": event, "newest_at": newest} for event, newest in request.coverage.items()]
    coverage_changed = replace_rows(connection, event_coverage, coverage, publication_id)
    scores_changed = write_scores(
        connection, request.catalog, Day(request.as_of, request.zone), publication_id
    )
    is_new = bool(
        before is None
        or changes.values_changed
        or changes.slices
        or metrics_changed
        or coverage_changed
        or scores_changed
        or _stands_on(before) != _stands_on(request)
        or before.deliveries != deliveries
        or before.scope.get(HELD_BACK, {}) != request.facts.get(HELD_BACK, {})
    )
    if not is_new and before is not None:
        outcome = PublicationResult(before.publication_id, is_new, changes, scores_changed, rules.problems)
        raise _NothingNewError(outcome)
    return PublicationResult(publication_id, is_new, changes, scores_changed, rules.problems)


def _stands_on(publication: Any) -> tuple[object, ...]:
    """What a publication or a request rests on; readers are told, so a change is published."""
    zone = publication.zone.key if isinstance(publication, PublicationRequest) else publication.timezone
    return zone, publication.lake_version, publication.catalog_version, publication.data_through


def _insert_publication(
    connection: Connection,
    request: PublicationRequest,
    changes: Changes,
    deliveries: Mapping[str, Mapping[str, int]],
) -> int:
    statement = insert(publications).values(
        published_at=request.published_at,
        created_at=datetime.now(UTC),
        as_of=request.as_of,
        data_through=request.data_through,
        timezone=request.zone.key,
        lake_version=request.lake_version,
        catalog_version=request.catalog_version,
        quality=quality_state(deliveries),
        deliveries=deliveries,
        run_id=request.run_id,
        values_changed=changes.values_changed,
        values_computed=changes.computed,
        scope=dict(request.facts),
    )
    row = connection.execute(statement.returning(publications.c.publication_id)).one()
    return int(row.publication_id)
