"""The arithmetic of objectives, key results and scorecards; pure functions of documents, values and a date.

Pace counts whole days: on the first day of a timeframe nothing is expected, after its last day everything.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np

from core.errors import CatalogError
from schemas.documents.documents import Direction, KeyResult, Objective, Timeframe
from schemas.documents.key_results import good_side, side_words
from schemas.rounding import less, same

Provenance = Literal["measured", "checked_in", "rolled_up", "none"]
Status = Literal["achieved", "on_track", "at_risk", "off_track", "not_started", "no_data"]

# behind the expected progress by no more than these
_ON_TRACK = 0.10
_AT_RISK = 0.25
# a trend through fewer points is a guess; more than the most cost time without moving the median
_FEWEST_POINTS = 3
_MOST_POINTS = 400

_HEALTH = {"ok": 1.0, "warning": 0.5, "critical": 0.0}
_TIER_WEIGHTS = {0: 3, 1: 3, 2: 2}


@dataclass(frozen=True)
class Point:
    """One known value of a finished period, or of a check-in, where both instants are the same."""

    start: datetime
    end: datetime
    value: float


@dataclass(frozen=True)
class Series:
    """Values over time that a key result can be scored by, oldest first."""

    points: Sequence[Point]
    direction: Direction | None = None
    metric_id: str | None = None
    grain: str | None = None
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyResultScore:
    """Where a key result stands; progress 1 is the target reached, `progress` is clipped to 0-1."""

    kr_id: str
    metric_id: str | None
    direction: Direction | None
    baseline_value: float | None
    current_value: float | None
    target_value: float | None
    raw_progress: float | None
    progress: float | None
    expected_progress: float | None
    projected_value: float | None
    projected_progress: float | None
    weight: float
    status: Status
    provenance: Provenance
    evidence: dict[str, Any]


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


# ---- single quantities ---------------------------------------------------------------------------------


def clip(value: float | None) -> float | None:
    """Bound to 0-1; None stays None."""
    return None if value is None else min(1.0, max(0.0, value))


def expected_progress(timeframe: Timeframe, today: date) -> float | None:
    """Share of the timeframe's days that lie before `today`; None without both ends."""
    if timeframe.start is None or timeframe.end is None:
        return None
    days = (timeframe.end - timeframe.start).days + 1
    if days <= 0:
        return None
    return min(1.0, max(0.0, (today - timeframe.start).days / days))


def meets(value: float, target: float, direction: Direction | None) -> bool:
    """Whether a value is at least as good as the target, within rounding; without a direction higher is better."""
    return not less(target, value) if direction is Direction.DECREASE else not less(value, target)


def raw_progress(
    current: float, baseline: float, target: float, direction: Direction | None, *, is_declared: bool = False
) -> float:
    """Share of the way from baseline to target, not clipped; which of the two is higher tells the way.

    Where they are equal there is no way to go: 1 while current meets the target, else 0. So too where a baseline
    that nobody declared, a first value or 0, already meets the target in the given direction.
    """
    no_way = same(baseline, target) or (
        not is_declared and direction is not None and meets(baseline, target, direction)
    )
    if no_way:
        return float(meets(current, target, direction))
    if same(current, target):
        return 1.0
    return (current - baseline) / (target - baseline)


def status_of(progress: float | None, expected: float | None, timeframe: Timeframe, today: date) -> Status:
    """Status of a score; without a timeframe nothing is expected, so only a step backwards is off track."""
    if timeframe.start is not None and today < timeframe.start:
        return "not_started"
    if progress is None:
        return "no_data"
    # shares are floating point sums of sizes up to 1: 0.3 - 0.1 must count as 0.2
    if not less(progress, 1.0):
        return "achieved"
    behind = (expected or 0.0) - progress
    if not less(_ON_TRACK, behind, size=1.0):
        return "on_track"
    return "off_track" if less(_AT_RISK, behind, size=1.0) else "at_risk"


def theil_sen(x: Sequence[float], y: Sequence[float]) -> tuple[float, float] | None:
    """Slope and intercept of a robust line: the median of pairwise slopes, then of what they leave.

    H. Theil, "A rank-invariant method of linear and polynomial regression analysis" (1950); P. K. Sen,
    "Estimates of the regression coefficient based on Kendall's tau" (1968). Up to 29 % of the points may be
    arbitrarily wrong. None where no two values of x differ. Above 400 points, 400 evenly spread ones count.
    """
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(xs) > _MOST_POINTS:
        chosen = np.linspace(0, len(xs) - 1, _MOST_POINTS).round().astype(int)
        xs, ys = xs[chosen], ys[chosen]
    first, second = np.triu_indices(len(xs), k=1)
    dx, dy = xs[second] - xs[first], ys[second] - ys[first]
    slopes = dy[dx != 0] / dx[dx != 0]
    if not len(slopes):
        return None
    slope = float(np.median(slopes))
    return slope, float(np.median(ys - slope * xs))


def project(points: Sequence[Point], at: datetime) -> float | None:
    """Value of the trend through the points' ends at a later instant; None below three points."""
    if len(points) < _FEWEST_POINTS:
        return None
    days = [(point.end - at).total_seconds() / 86_400 for point in points]
    line = theil_sen(days, [point.value for point in points])
    return None if line is None else line[1]


# ---- key results ---------------------------------------------------------------------------------------


def score_key_result(
    key_result: KeyResult,
    timeframe: Timeframe,
    candidates: Sequence[Series],
    today: date,
    zone: ZoneInfo,
    expected: Direction | None = None,
) -> KeyResultScore:
    """Score a key result by the first candidate that has a value, else by what its document states.

    `candidates` are the series of its metrics in order, then of its check-ins; values after the timeframe's
    last day do not count. `expected` is the direction of its metrics, for what does not come from one of them.
    """
    end = _instant_after(timeframe.end, zone)
    for candidate in candidates:
        points = [point for point in candidate.points if end is None or point.end <= end]
        if points:
            series = replace(candidate, points=points, direction=candidate.direction or expected)
            return _score_series(key_result, timeframe, series, today, zone)
    return _score_document(key_result, timeframe, today, expected)


def _score_series(
    key_result: KeyResult, timeframe: Timeframe, series: Series, today: date, zone: ZoneInfo
) -> KeyResultScore:
    start, end = _instant_of(timeframe.start, zone), _instant_after(timeframe.end, zone)
    within = [point for point in series.points if start is None or point.start >= start]
    current, target = series.points[-1], key_result.target_value
    direction = key_result.direction or series.direction
    first = within[0] if within and key_result.baseline_value is None else None
    baseline = first.value if first else key_result.baseline_value
    projected = project(within, end) if end is not None and end > current.end else None
    is_kept, is_declared = direction is Direction.MAINTAIN, first is None
    side, bound = _bound(key_result, series.direction) if is_kept else (direction, {})
    found = _Found(
        raw=_share_met(within, target, side)
        if is_kept
        else _way(current.value, baseline, target, direction, is_declared=is_declared),
        direction=direction,
        provenance="measured" if series.metric_id else "checked_in",
        evidence={
            **series.source,
            "metric_id": series.metric_id,
            "grain": series.grain,
            "period_start": current.start.isoformat(),
            "period_end": current.end.isoformat(),
            "value": current.value,
            "values_in_timeframe": len(within),
            "baseline": f"first value in the timeframe, of {first.start.isoformat()}"
            if first
            else _origin(baseline),
            **bound,
        },
        metric_id=series.metric_id,
        baseline=baseline,
        current=current.value,
        projected_value=projected,
        projected_progress=None
        if is_kept
        else _way(projected, baseline, target, direction, is_declared=is_declared),
    )
    return _score(key_result, timeframe, today, found)


def _score_document(
    key_result: KeyResult, timeframe: Timeframe, today: date, expected: Direction | None
) -> KeyResultScore:
    """By the document's own current_value, counted from 0 where it names no baseline, or its percentage."""
    current, target = key_result.current_value, key_result.target_value
    direction = key_result.direction or expected
    baseline, origin = key_result.baseline_value, _origin(key_result.baseline_value)
    bound: dict[str, Any] = {}
    if direction is Direction.MAINTAIN:
        side, bound = _bound(key_result, expected)
        raw = None if current is None or target is None else float(meets(current, target, side))
    else:
        if baseline is None and current is not None and direction is not Direction.DECREASE:
            baseline, origin = 0.0, "0, as none is declared"
        is_declared = key_result.baseline_value is not None
        raw = _way(current, baseline, target, direction, is_declared=is_declared)
    evidence = {"source": "current_value of the document", "baseline": origin, **bound}
    if raw is None and key_result.progress_percentage is not None:
        raw = key_result.progress_percentage / 100
        evidence = {"source": "progress_percentage of the document"}
    found = _Found(
        raw=raw,
        direction=direction,
        provenance="checked_in",
        evidence={} if raw is None else evidence,
        baseline=baseline,
        current=current,
    )
    return _score(key_result, timeframe, today, found)


def _origin(baseline: float | None) -> str:
    return "none" if baseline is None else "declared"


def _bound(key_result: KeyResult, expected: Direction | None) -> tuple[Direction, dict[str, Any]]:
    """The good side of a target to maintain, and the evidence that says which one and why."""
    side, said_by = good_side(key_result, expected)
    return side, {"bound": side_words(side), "bound_by": said_by or "nothing; at least is taken"}


@dataclass(frozen=True)
class _Found:
    """What a series or a document says of a key result, before it is judged."""

    raw: float | None
    direction: Direction | None
    provenance: Provenance
    evidence: dict[str, Any]
    metric_id: str | None = None
    baseline: float | None = None
    current: float | None = None
    projected_value: float | None = None
    projected_progress: float | None = None


def _score(key_result: KeyResult, timeframe: Timeframe, today: date, found: _Found) -> KeyResultScore:
    expected = expected_progress(timeframe, today)
    status = status_of(found.raw, expected, timeframe, today)
    if found.direction is Direction.MAINTAIN:
        # every elapsed period should have met the target, and none of those to come is won yet
        expected = 1.0
        status = status_of(found.raw, expected, timeframe, today)
        if status == "achieved" and (timeframe.end is None or today <= timeframe.end):
            status = "on_track"
    return KeyResultScore(
        kr_id=key_result.kr_id,
        metric_id=found.metric_id,
        direction=found.direction,
        baseline_value=found.baseline,
        current_value=found.current,
        target_value=key_result.target_value,
        raw_progress=found.raw,
        progress=clip(found.raw),
        expected_progress=expected,
        projected_value=found.projected_value,
        projected_progress=found.projected_progress,
        weight=key_result.weight,
        status=status,
        provenance="none" if found.raw is None else found.provenance,
        evidence=found.evidence,
    )


def _way(
    current: float | None,
    baseline: float | None,
    target: float | None,
    direction: Direction | None,
    *,
    is_declared: bool,
) -> float | None:
    if current is None or baseline is None or target is None:
        return None
    return raw_progress(current, baseline, target, direction, is_declared=is_declared)


def _share_met(points: Sequence[Point], target: float | None, side: Direction | None) -> float | None:
    """Share of the points that met the target."""
    if target is None or not points:
        return None
    return sum(meets(point.value, target, side) for point in points) / len(points)


def _instant_of(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=zone)


def _instant_after(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


# ---- roll-ups ------------------------------------------------------------------------------------------


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
