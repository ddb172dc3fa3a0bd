"""What slices contributed to the change of a total: worked by hand, and always adding up where anything is claimed."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.contributions import Parts, contributions


def pair(before: Parts, after: Parts) -> tuple[Parts, Parts]:
    return before, after


def percent(numerator: float, denominator: float) -> Parts:
    return Parts(100 * numerator / denominator if denominator else None, numerator, denominator)


def test_a_rate_that_rose_from_nothing_is_explained_too() -> None:
    total = pair(percent(0, 10), percent(5, 10))
    slices = {"c=A": pair(percent(0, 5), percent(4, 5)), "c=B": pair(percent(0, 5), percent(1, 5))}
    assert [(one.slice, one.contribution) for one in contributions(total, slices)] == [
        ("c=A", 40),
        ("c=B", 10),
    ]


def test_a_slice_that_came_or_went_counts_from_nothing() -> None:
    total = pair(Parts(7), Parts(9))
    slices = {"c=A": pair(Parts(7), Parts()), "c=B": pair(Parts(), Parts(9))}
    assert [(one.slice, one.contribution) for one in contributions(total, slices)] == [
        ("c=B", 9),
        ("c=A", -7),
    ]


def test_nothing_is_claimed_where_slices_do_not_add_up() -> None:
    medians = {"c=A": pair(Parts(1), Parts(5)), "c=B": pair(Parts(9), Parts(9))}
    assert contributions(pair(Parts(5), Parts(6)), medians) == []
    assert contributions(pair(Parts(), Parts(6)), medians) == []


_COUNTS = st.tuples(*[st.integers(0, 50)] * 4)


@given(st.lists(_COUNTS, min_size=1, max_size=6))
def test_contributions_to_a_ratio_add_up_to_its_change(counts: list[tuple[int, int, int, int]]) -> None:
    slices = {f"c={n}": pair(percent(a, a + b), percent(c, c + d)) for n, (a, b, c, d) in enumerate(counts)}
    sums = [sum(column) for column in zip(*counts, strict=True)]
    total = pair(percent(sums[0], sums[0] + sums[1]), percent(sums[2], sums[2] + sums[3]))
    found = contributions(total, slices)
    before, after = (parts.value for parts in total)
    if before is None or after is None:
        assert found == []
    else:
        assert len(found) == len(slices)
        assert math.fsum(one.contribution for one in found) == pytest.approx(after - before, abs=1e-6)


_ANY = st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2)


@given(_ANY, st.lists(_ANY, max_size=4))
@example((0, 0), [(-1.7e308, 1.7e308), (1.7e308, -1.7e308)])
@example((0, 1.7e308), [(0, 1.7e308), (0, 1.7e308)])
def test_numbers_of_any_size_add_up_or_are_not_claimed(
    total: tuple[float, float], slices: list[tuple[float, float]]
) -> None:
    parts = {f"c={n}": pair(Parts(before), Parts(after)) for n, (before, after) in enumerate(slices)}
    found = contributions(pair(Parts(total[0]), Parts(total[1])), parts)
    assert all(math.isfinite(one.contribution) for one in found)
