"""How objectives and domains do, from their key results and metrics; pure arithmetic."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import CatalogError
from pipelines.publish.okr.key_results import KeyResultScore, Provenance
from pipelines.publish.okr.progress import Status, clip, expected_progress, status_of
from schemas.documents.documents import Objective

_HEALTH = {"ok": 1.0, "warning": 0.5, "critical": 0.0}
_TIER_WEIGHTS = {0: 3, 1: 3, 2: 2}


@dataclass(frozen=True)
class ObjectiveScore:
    """Where an objective stands; coverage is the share of key result weight that has data."""

    progress: float | None
    expected_progress: float | None
    projected_progress: float | None
    coverage: float
    status: Status
    provenance: Provenance


@dataclass(frozen=True)
class DomainHealth:
    """Health 0-100 over the metrics with data, and the share of tier weight that has data."""

    health: float | None
    coverage: float
    counts: dict[str, int]


def score_objective(objective: Objective, scores: Sequence[KeyResultScore], today: date) -> ObjectiveScore:
    """Weighted mean of the clipped progress of key results that have data.

    Raises:
        CatalogError: the key results' weights sum to zero, so that nothing would count.
    """
    total = sum(score.weight for score in scores)
    if scores and total <= 0:
        raise CatalogError(
            f"{objective.objective_id}: key_results: the weights sum to 0; give at least one a weight above 0"
        )
    known = [score for score in scores if score.progress is not None and score.weight > 0]
    progress = _mean([(score.weight, score.progress) for score in known])
    expected = _mean([(score.weight, score.expected_progress) for score in known])
    if expected is None:
        expected = expected_progress(objective.timeframe, today)
    projected = _mean([(score.weight, clip(score.projected_progress)) for score in known])
    covered = sum(score.weight for score in known)
    status = status_of(progress, expected, objective.timeframe, today)
    if status == "achieved" and any(score.status != "achieved" for score in known):
        status = "on_track"  # what is maintained may slip until the timeframe is over
    return ObjectiveScore(
        progress=progress,
        expected_progress=expected,
        projected_progress=projected,
        coverage=covered / total if total else 0.0,
        status=status,
        provenance="rolled_up" if known else "none",
    )


def tier_weight(tier: int | str | None) -> int:
    """Weight of a metric's tier: 3 for the first, 2 for the second, 1 for every other and for none.

    The first number in the text counts: 1, "1", "Tier 1", "tier-2", "T3".
    """
    number = re.search(r"\d+", str(tier)) if tier is not None else None
    return _TIER_WEIGHTS.get(int(number[0]), 1) if number else 1


def domain_health(metrics: Sequence[tuple[int, str]]) -> DomainHealth:
    """Health over (weight, status) pairs; status no_data lowers the coverage, not the health."""
    counts = {status: sum(1 for _, other in metrics if other == status) for status in (*_HEALTH, "no_data")}
    share = _mean([(weight, _HEALTH[status]) for weight, status in metrics if status in _HEALTH])
    total = sum(weight for weight, _ in metrics)
    covered = sum(weight for weight, status in metrics if status in _HEALTH)
    return DomainHealth(
        health=None if share is None else 100 * share,
        coverage=covered / total if total else 0.0,
        counts=counts,
    )


def _mean(pairs: Sequence[tuple[float, float | None]]) -> float | None:
    """Weighted mean of the values that are known; None where none is."""
    known = [(weight, value) for weight, value in pairs if value is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / total if total else None
