from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.axes import at, number_axis, time_axis
from reports.charts.periods import period_name, year_before
from schemas.documents.documents import Grain


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([71.0, 87.0], (70.0, 75.0, 80.0, 85.0, 90.0)),
        ([3.0, 87.0], (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)),
        ([-12.0, 30.0], (-20.0, -10.0, 0.0, 10.0, 20.0, 30.0)),
        ([0.0], (-1.0, -0.5, 0.0, 0.5, 1.0)),
        ([], (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
    ],
)
def test_axes_have_round_ticks_around_the_values(values: list[float], ticks: tuple[float, ...]) -> None:
    assert number_axis(values).ticks == pytest.approx(ticks)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=5))
def test_every_value_lies_on_the_axis_that_has_few_ticks(values: list[float]) -> None:
    axis = number_axis(values)
    assert all(axis.low <= value <= axis.high for value in values)
    assert 2 <= len(axis.ticks) <= 9


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2190, 1, 1)),  # noqa: DTZ001
    st.integers(0, 5_000),
    st.sampled_from(list(Grain)),
    st.integers(2, 20),
)
def test_ticks_of_time_lie_between_the_ends_and_are_few(
    first: datetime, hours: int, grain: Grain, most: int
) -> None:
    last = first + timedelta(hours=hours)
    axis = time_axis([first, last], grain, most)
    assert 1 <= len(axis.ticks) <= most + 2
    assert all(at(first) <= tick <= at(last) for tick in axis.ticks)


def test_months_are_named_and_the_year_where_it_turns() -> None:
    axis = time_axis([datetime(2025, 11, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)], "month", 10)
    days = [datetime(2025, 11, 1), datetime(2025, 12, 1), datetime(2026, 1, 1), datetime(2026, 2, 1)]  # noqa: DTZ001
    assert axis.ticks == tuple(map(at, days))
    assert axis.expression.startswith(f"indexof([{at(days[0])}, {at(days[2])}], time(datum.value)) < 0")


@pytest.mark.parametrize(
    ("grain", "name"),
    [
        ("hour", "7 Sep 2026 10:00"),
        ("day", "7 Sep 2026"),
        ("week", "week of 7 Sep 2026"),
        ("month", "Sep 2026"),
        ("quarter", "Q3 2026"),
        ("year", "2026"),
    ],
)
def test_periods_have_names_for_people(grain: str, name: str) -> None:
    assert period_name(datetime(2026, 9, 7, 10, tzinfo=UTC), grain) == name


@pytest.mark.parametrize(
    ("start", "grain", "before"),
    [
        (datetime(2026, 3, 2), "day", datetime(2025, 3, 2)),  # noqa: DTZ001
        (datetime(2026, 3, 2), "week", datetime(2025, 3, 3)),  # noqa: DTZ001
        (datetime(2028, 2, 29), "day", None),  # noqa: DTZ001
    ],
)
def test_a_year_before_is_the_same_date_or_the_same_weekday(
    start: datetime, grain: str, before: datetime | None
) -> None:
    assert year_before(start.replace(tzinfo=UTC), grain) == before
