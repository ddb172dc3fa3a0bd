"""How a key result does, by its values over time or by what its document states; pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pipelines.publish.okr.progress import (
    Status,
    clip,
    expected_progress,
    meets,
    progress_where_known,
    share_met,
    status_of,
)
from pipelines.publish.okr.trend import KeyResultSeries, project
from schemas.documents.documents import Direction, KeyResult, Timeframe
from schemas.documents.key_results import good_side, side_words

Provenance = Literal["measured", "checked_in", "rolled_up", "none"]


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


def score_key_result(
    key_result: KeyResult,
    timeframe: Timeframe,
    candidates: Sequence[KeyResultSeries],
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
    key_result: KeyResult, timeframe: Timeframe, series: KeyResultSeries, today: date, zone: ZoneInfo
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
        raw=share_met(within, target, side)
        if is_kept
        else progress_where_known(current.value, baseline, target, direction, is_declared=is_declared),
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
        else progress_where_known(projected, baseline, target, direction, is_declared=is_declared),
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
        raw = progress_where_known(current, baseline, target, direction, is_declared=is_declared)
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


def _instant_of(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=zone)


def _instant_after(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
