"""Where the trend of a key result may lead: the range around its projection; arithmetic."""

import math
from collections.abc import Sequence
from itertools import combinations
from statistics import median

# of a normal distribution, between -z and z lie four of five values
_Z_OF_80_PERCENT = 1.2816
_FEWEST_POINTS, _MOST_POINTS = 3, 400


def projected_range(points: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Lowest and highest value at day 0 of trends through (day, value) that have 80 % confidence; None below three.

    Slopes of pairs of points are ranked; those so many ranks below and above the median bound the slope (P. K. Sen,
    1968, with the variance of Kendall's tau), and each slope leads through the median of what it leaves. The published
    projection, by the median slope, lies between. Above 400 points, 400 evenly spread ones count.
    Where the range is beyond what a double holds there is none either.
    """
    if len(points) < _FEWEST_POINTS:
        return None
    spread = (len(points) - 1) / (_MOST_POINTS - 1)
    chosen = (
        points if len(points) <= _MOST_POINTS else [points[round(n * spread)] for n in range(_MOST_POINTS)]
    )
    slopes = sorted((right[1] - left[1]) / (right[0] - left[0]) for left, right in _pairs(chosen))
    if not slopes:
        return None
    count = len(chosen)
    ranks = _Z_OF_80_PERCENT * math.sqrt(count * (count - 1) * (2 * count + 5) / 18) / 2
    middle = (len(slopes) - 1) / 2
    low = slopes[max(0, math.floor(middle - ranks))]
    high = slopes[min(len(slopes) - 1, math.ceil(middle + ranks))]
    ends = [median(value - slope * day for day, value in chosen) for slope in (low, high)]
    return (min(ends), max(ends)) if all(map(math.isfinite, ends)) else None


def _pairs(
    points: Sequence[tuple[float, float]],
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return [pair for pair in combinations(points, 2) if pair[0][0] != pair[1][0]]
