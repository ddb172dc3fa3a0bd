"""Progress, what is expected of it by a day, and the status that follows; pure arithmetic.

Pace counts whole days: on the first day of a timeframe nothing is expected, after its last day everything.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pipelines.publish.okr.trend import Point
from schemas.documents.documents import Direction, Timeframe
from schemas.rounding import less, same

Status = Literal["achieved", "on_track", "at_risk", "off_track", "not_started", "no_data"]
# behind the expected progress by no more than these
_ON_TRACK = 0.10
_AT_RISK = 0.25


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


def progress_where_known(
    current: float | None,
    baseline: float | None,
    target: float | None,
    direction: Direction | None,
    *,
    is_declared: bool,
) -> float | None:
    """As `raw_progress`; None where one of the three values is not known."""
    if current is None or baseline is None or target is None:
        return None
    return raw_progress(current, baseline, target, direction, is_declared=is_declared)


def share_met(points: Sequence[Point], target: float | None, side: Direction | None) -> float | None:
    """Share of the points that met the target."""
    if target is None or not points:
        return None
    return sum(meets(point.value, target, side) for point in points) / len(points)
