"""How far a value lies from what is usual for its weekday or hour; docs/alerts.md has the formula and its source."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import NamedTuple

from core.sums import mean
from pipelines.calendar.periods import Calendar
from schemas.documents.documents import Grain
from schemas.rounding import TOLERANCE, less, same

MOST = 12
FEWEST = 4
CAP = 100.0
# make the median and the mean of absolute deviations estimates of the standard deviation of a normal distribution
_OF_MEDIAN = 1.4826
_OF_MEAN = 1.2533
# differences of larger numbers may be beyond what a double holds; dividing by a power of two loses nothing
_MOST_EXACT, _LESS = 1e300, 2.0**40
_BY_CLOCK = (Grain.MINUTE, Grain.HOUR)


class Score(NamedTuple):
    """Robust z-score, capped at ±100, and the middle of the comparable values."""

    z: float
    expected: float


def comparable_starts(calendar: Calendar, grain: Grain, start: datetime) -> tuple[datetime, ...]:
    """Starts of the 12 comparable periods before the one that begins at `start`, newest first.

    For days they are of the same weekday, for hours and minutes of the same weekday and time on the clock, else the
    12 before. An hour that the clock skipped has no counterpart, of one that it showed twice the first is meant.
    """
    if grain in _BY_CLOCK:
        return tuple(_same_clock(calendar, grain, start))
    stride = 7 if grain is Grain.DAY else 1
    return tuple(calendar.step(grain, start, -stride * count) for count in range(1, MOST + 1))


def _same_clock(calendar: Calendar, grain: Grain, start: datetime) -> list[datetime]:
    wall = start.astimezone(calendar.zone).replace(tzinfo=None)
    found = []
    for count in range(1, MOST + 1):
        then = wall - timedelta(weeks=count)
        instant = then.replace(tzinfo=calendar.zone).astimezone(UTC)
        if instant.astimezone(calendar.zone).replace(tzinfo=None) == then:
            found.append(calendar.start_of(grain, instant))
    return found


def score(value: float, others: Sequence[float], min_effect: float = 0.0) -> Score | None:
    """The score of a value among comparable ones; None below 4 of them.

    (value - median) / (1.4826 * median absolute deviation). Where more than half of the others are equal that
    deviation is 0, and 1.2533 * the mean absolute deviation stands in. A distance below `min_effect` scores 0. Values
    that differ by no more than rounding are equal: a flat line has no deviations, and none lies off it.
    """
    if len(others) < FEWEST:
        return None
    middle = median(others)
    size = max(map(abs, others))
    if max(abs(value), size) > _MOST_EXACT:
        small = score(value / _LESS, [other / _LESS for other in others], min_effect / _LESS)
        return small and Score(small.z, small.expected * _LESS)
    distance = value - middle
    if same(value, middle, size) or less(abs(distance), min_effect, max(abs(value), size)):
        return Score(0.0, middle)
    rounding = TOLERANCE * size  # neither the middle nor any other is larger
    deviations = [0.0 if apart <= rounding else apart for apart in (abs(other - middle) for other in others)]
    scale = _OF_MEDIAN * median(deviations) or _OF_MEAN * mean(deviations)
    if scale == 0 or abs(distance) > CAP * scale:
        return Score(CAP if distance > 0 else -CAP, middle)
    return Score(distance / scale, middle)
