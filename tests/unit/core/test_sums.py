"""Sums and means hold for every double: they raise nothing, and agree with exact arithmetic."""

import math
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from core.sums import mean, sum_of

LARGEST = 1.7976931348623157e308
FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.floats(), max_size=8))
@example([LARGEST, LARGEST, -LARGEST])
@example([math.inf, -math.inf])
def test_every_sum_is_a_double(values: list[float]) -> None:
    assert isinstance(sum_of(values), float | int)


@given(st.lists(FINITE, min_size=1, max_size=8))
@example([LARGEST] * 3)
@example([LARGEST, -LARGEST])
def test_the_mean_is_that_of_exact_arithmetic(values: list[float]) -> None:
    exact = sum(map(Fraction, values)) / len(values)
    if abs(exact) < Fraction(LARGEST) * (1 - Fraction(1, 10**9)):
        size = max(map(abs, values))
        assert abs(Fraction(mean(values)) - exact) <= Fraction(size) / 10**12 + Fraction(1, 10**300)
