"""Equality within rounding, in Python and in SQL."""

import math

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rounding import less, less_sql, same, same_sql

_FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("left", "right"),
    [(0.1 + 0.2, 0.3), (0.09999999999999999, 0.1), (0.0, -0.0), (1e300 * 3, 3e300), (math.inf, math.inf)],
)
def test_numbers_that_differ_by_rounding_are_the_same(left: float, right: float) -> None:
    assert same(left, right)
    assert not less(left, right)
    assert not less(right, left)


@pytest.mark.parametrize(
    ("left", "right"), [(0.3, 0.3000001), (0.0, 1e-17), (-1.0, 1.0), (1e9, 1e9 + 0.01), (-1.7e308, 1.7e308)]
)
def test_numbers_that_differ_by_more_are_not(left: float, right: float) -> None:
    assert not same(left, right)
    assert less(left, right)
    assert not less(right, left)


def test_what_cancelled_out_is_held_against_the_size_of_its_parts() -> None:
    assert same(0.1 + 0.2 - 0.3, 0, size=0.6)
    assert not same(0.001, 0, size=0.6)


@given(_FINITE, _FINITE)
def test_of_two_numbers_one_is_less_or_they_are_the_same(left: float, right: float) -> None:
    assert [less(left, right), same(left, right), less(right, left)].count(True) == 1


@pytest.mark.slow
@given(_FINITE, st.one_of(_FINITE, st.floats(min_value=-2e-12, max_value=2e-12)))
def test_sql_answers_as_python_does(left: float, right: float) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select {same_sql('a', 'b')}, {less_sql('a', 'b')} from (select ?::double as a, ?::double as b)",
            [left, right],
        ).fetchall()
    assert found == [(same(left, right), less(left, right))]
