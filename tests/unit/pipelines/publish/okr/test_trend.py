from itertools import combinations
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.publish.okr.trend import theil_sen
from tests.unit.pipelines.publish.okr.build import numbers


@given(st.lists(st.tuples(st.integers(0, 50), numbers), min_size=2, max_size=25))
def test_theil_sen_is_the_median_of_all_slopes(points: list[tuple[int, float]]) -> None:
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if a[0] != b[0]]
    line = theil_sen([x for x, _ in points], [y for _, y in points])
    if not slopes:
        assert line is None
        return
    assert line is not None
    assert line[0] == pytest.approx(median(slopes), abs=1e-6)
    assert line[1] == pytest.approx(median(y - line[0] * x for x, y in points), abs=1e-6)


def test_theil_sen_of_a_long_series_costs_no_more_than_400_points() -> None:
    slope, intercept = theil_sen(range(100_000), [3.0 * x + 7 for x in range(100_000)]) or (0, 0)
    assert (slope, intercept) == (pytest.approx(3), pytest.approx(7))
