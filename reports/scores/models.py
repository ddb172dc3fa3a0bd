"""What the scorecard answers: plain, frozen values of key results, objectives and domains on one day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.models import Trust


@dataclass(frozen=True)
class KeyResultStanding:
    """One key result on the as-of day; progress 1 is the target reached.

    restricted: the reader may not see its numbers, which are None or empty; the status says so too.
    """

    kr_id: str
    name: str
    unit: str | None
    direction: str | None
    metric_id: str | None
    baseline_value: float | None
    current_value: float | None
    target_value: float | None
    raw_progress: float | None
    progress: float | None
    expected_progress: float | None
    projected_value: float | None
    projected_progress: float | None
    weight: float
    status: str
    provenance: str
    evidence: dict[str, Any]
    restricted: bool = False


@dataclass(frozen=True)
class ObjectiveStanding:
    """One objective on the as-of day with its key results in the document's order.

    restricted: one of the key results is, which its progress would tell of.
    """

    objective_id: str
    name: str
    owner_team: str | None
    start_date: date | None
    end_date: date | None
    domain_id: str | None
    progress: float | None
    expected_progress: float | None
    projected_progress: float | None
    coverage: float
    status: str
    provenance: str
    key_results: tuple[KeyResultStanding, ...]
    restricted: bool = False


@dataclass(frozen=True)
class DomainStanding:
    """One domain on the as-of day; health 0-100 over the metrics that have data, the same for all readers.

    The progress of its objectives is None where one of them is restricted.
    """

    domain_id: str
    name: str
    health: float | None
    coverage: float
    metrics_ok: int
    metrics_warning: int
    metrics_critical: int
    metrics_no_data: int
    metrics_count: int
    objective_progress: float | None
    provenance: str
    evidence: dict[str, Any]
    objectives: tuple[ObjectiveStanding, ...]


@dataclass(frozen=True)
class Scorecard:
    """All domains on one day; `unassigned` are objectives that name no known domain."""

    as_of_date: date
    domains: tuple[DomainStanding, ...]
    unassigned: tuple[ObjectiveStanding, ...]
    trust: Trust
