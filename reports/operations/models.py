"""What readers are told of deliveries and of how much there is: plain, frozen values."""

from dataclasses import dataclass
from datetime import datetime

from reports.models import Trust


@dataclass(frozen=True)
class Expectation:
    """How often one expectation of a source held over its newest validated deliveries."""

    source_id: str
    suite: str
    expectation: str
    column_name: str | None
    element_count: int
    unexpected_count: int
    failed_files: int
    validated_at: datetime


@dataclass(frozen=True)
class SourceQuality:
    """What a source delivered and what of it was refused; counts are of its current files."""

    source_id: str
    files_accepted: int
    files_rejected: int
    files_waiting: int
    rows_delivered: int
    rows_accepted: int
    rows_quarantined: int
    rows_superseded: int
    last_accepted_at: datetime | None
    expectations: tuple[Expectation, ...]
    files_lost: int = 0


@dataclass(frozen=True)
class DataQuality:
    """Quality of every source; `state` is ok, warning (rows refused) or critical (files rejected)."""

    state: str
    sources: tuple[SourceQuality, ...]


@dataclass(frozen=True)
class Stats:
    """How much there is, and how it stands; statuses are those of latest complete totals, tiers the catalog's."""

    metrics: int
    metrics_by_kind: dict[str, int]
    metrics_by_status: dict[str, int]
    metrics_by_tier: dict[str, int]
    domains: int
    objectives: int
    objectives_by_status: dict[str, int]
    reports: int
    publications: int
    trust: Trust
