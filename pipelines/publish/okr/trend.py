"""The trend through values over time, and where it leads; pure arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from schemas.documents.documents import Direction

# a trend through fewer points is a guess; more than the most cost time without moving the median
_FEWEST_POINTS = 3
_MOST_POINTS = 400


@dataclass(frozen=True)
class Point:
    """One known value of a finished period, or of a check-in, where both instants are the same."""

    start: datetime
    end: datetime
    value: float


@dataclass(frozen=True)
class KeyResultSeries:
    """Values over time that a key result can be scored by, oldest first."""

    points: Sequence[Point]
    direction: Direction | None = None
    metric_id: str | None = None
    grain: str | None = None
    source: Mapping[str, Any] = field(default_factory=dict)


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
