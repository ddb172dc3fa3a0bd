"""Sums and means of any doubles: what is too large for one is infinite, as it is for every other sum of doubles."""

import math
from collections.abc import Iterable, Sequence


def sum_of(values: Iterable[float]) -> float:
    """The exact sum rounded once; infinite or not a number where doubles cannot hold it or its parts."""
    known = tuple(values)
    try:
        return math.fsum(known)
    except (OverflowError, ValueError):  # finite values beyond the largest double, or both infinities
        return sum(known)


def mean(values: Sequence[float]) -> float:
    """The mean of one value or more, which is finite where all of them are."""
    found = sum_of(values) / len(values)
    return found if math.isfinite(found) else sum_of(value / len(values) for value in values)
