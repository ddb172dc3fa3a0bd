"""Robust z-scores: a table worked by hand, independent code in numpy and pandas, and the days of the clock change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.alerting.judging.z_scores import CAP, FEWEST, MOST, comparable_starts, score
from pipelines.calendar.periods import Calendar
from schemas.documents.documents import Grain

NEW_YORK = ZoneInfo("America/New_York")
CALENDAR = Calendar(NEW_YORK)


@pytest.mark.parametrize(
    ("value", "others", "z", "expected"),
    [
        # median 12, distances 2 1 0 1 2: their median 1; (16 - 12) / 1.4826
        (16, [10, 11, 12, 13, 14], 2.6980, 12),
        (8, [10, 11, 12, 13, 14], -2.6980, 12),
        # one wild value hardly matters: median 12.5, distances 2.5 1.5 0.5 0.5 1.5 987.5: their median 1.5
        (16, [10, 11, 12, 13, 14, 1000], 1.5738, 12.5),
        # four of six are equal: the median distance is 0, the mean 4/6; (9 - 5) / (1.2533 * 0.6667)
        (9, [5, 5, 5, 5, 7, 3], 4.7874, 5),
        (5, [5, 5, 5, 5], 0, 5),
        (5.1, [5, 5, 5, 5], 100, 5),
        (4.9, [5, 5, 5, 5], -100, 5),
        (1e9, [1, 2, 3, 4], 100, 2.5),
    ],
)
def test_the_score_is_what_the_table_says(
    value: float, others: list[float], z: float, expected: float
) -> None:
    found = score(value, others)
    assert found is not None
    assert found.z == pytest.approx(z, abs=1e-4)
    assert found.expected == expected


def test_fewer_than_four_others_say_nothing() -> None:
    assert score(9, [1, 2, 3]) is None


def test_a_small_effect_scores_nothing_however_calm_the_others_are() -> None:
    assert score(5.9, [5, 5, 5, 5], min_effect=1) == (0, 5)
    assert score(6, [5, 5, 5, 5], min_effect=1) == (100, 5)


_NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))


@given(_NUMBERS, st.lists(_NUMBERS, min_size=4, max_size=12))
def test_the_score_is_what_numpy_gives(value: float, others: list[float]) -> None:
    found = score(value, others)
    assert found is not None
    known = np.array(others)
    middle = np.median(known)
    distances = np.abs(known - middle)
    scale = 1.4826 * np.median(distances) if np.median(distances) > 0 else 1.2533 * distances.mean()
    expected = np.clip((value - middle) / scale, -100, 100) if scale > 0 else 100 * np.sign(value - middle)
    assert found.z == pytest.approx(expected, rel=1e-9)


def test_days_are_compared_with_the_same_weekday_by_the_clock_on_the_wall() -> None:
    start = datetime(2013, 3, 16, 4, tzinfo=UTC)  # a Saturday, the clock went forward the Sunday before
    found = comparable_starts(CALENDAR, Grain.DAY, start)
    wall = pd.DatetimeIndex(found).tz_convert("America/New_York")
    assert list(wall[:2].strftime("%a %d %H:%M %z")) == ["Sat 09 00:00 -0500", "Sat 02 00:00 -0500"]
    expected = pd.date_range(end="2013-03-09", periods=12, freq="7D", tz="America/New_York")[::-1]
    assert list(wall) == list(expected)


def test_hours_are_compared_with_the_same_hour_of_the_same_weekday() -> None:
    start = datetime(2013, 11, 5, 14, tzinfo=UTC)  # Tuesday 09:00, the clock went back the Sunday before
    wall = pd.DatetimeIndex(comparable_starts(CALENDAR, Grain.HOUR, start)).tz_convert("America/New_York")
    assert set(wall.strftime("%a %H:%M")) == {"Tue 09:00"}
    assert wall[0] == pd.Timestamp("2013-10-29 09:00", tz="America/New_York")
    assert len(wall) == 12


def test_an_hour_that_the_clock_skipped_has_no_counterpart() -> None:
    start = datetime(2013, 3, 17, 6, 0, tzinfo=UTC)  # Sunday 02:00; a week before, 02:00 did not happen
    wall = pd.DatetimeIndex(comparable_starts(CALENDAR, Grain.HOUR, start)).tz_convert("America/New_York")
    assert len(wall) == 11
    assert wall[0] == pd.Timestamp("2013-03-03 02:00", tz="America/New_York")


def test_both_hours_that_the_clock_shows_twice_have_the_counterparts_of_that_hour() -> None:
    first, second = (datetime(2013, 11, 3, hour, tzinfo=UTC) for hour in (5, 6))  # 01:00 EDT, then 01:00 EST
    found = comparable_starts(CALENDAR, Grain.HOUR, second)
    assert found == comparable_starts(CALENDAR, Grain.HOUR, first)
    later = comparable_starts(CALENDAR, Grain.HOUR, datetime(2013, 11, 10, 6, tzinfo=UTC))
    assert later[0] == first, "of a doubled hour the first is meant"


def test_months_are_compared_with_the_twelve_before() -> None:
    found = comparable_starts(Calendar(ZoneInfo("UTC")), Grain.MONTH, datetime(2013, 3, 1, tzinfo=UTC))
    assert [start.strftime("%Y-%m") for start in found[:3]] == ["2013-02", "2013-01", "2012-12"]
    assert len(found) == 12


@given(st.integers(0, 2 * 365 * 24))
def test_pandas_finds_the_same_comparable_hours(hours: int) -> None:
    start = CALENDAR.start_of(Grain.HOUR, datetime(2012, 6, 1, tzinfo=UTC) + timedelta(hours=hours))
    wall = pd.Timestamp(start).tz_convert("America/New_York").tz_localize(None)
    expected = []
    for weeks in range(1, 13):
        then = wall - pd.Timedelta(weeks=weeks)
        at = then.tz_localize("America/New_York", ambiguous=True, nonexistent="NaT")
        if at is not pd.NaT:
            expected.append(at)
    assert list(pd.DatetimeIndex(comparable_starts(CALENDAR, Grain.HOUR, start))) == expected


_PRICES = st.sampled_from([0.1, 0.3, 9.95, 19.99, 100.0])
_COUNTS = st.lists(st.integers(1, 400), min_size=FEWEST + 1, max_size=MOST + 1)


@given(_PRICES, _COUNTS)
def test_averages_of_a_price_that_never_changes_are_never_unusual(price: float, counts: list[int]) -> None:
    averages = [sum([price] * count) / count for count in counts]
    found = score(averages[-1], averages[:-1])
    assert found is not None
    assert found.z == 0


def test_a_true_change_of_a_flat_line_is_as_unusual_as_can_be() -> None:
    flat = [0.1, 0.09999999999999999, 0.1, 0.1, 0.10000000000000002]
    assert score(0.11, flat) == (CAP, 0.1)
    assert score(0.09, flat) == (-CAP, 0.1)


def test_the_largest_numbers_have_a_score_too() -> None:
    found = score(-1.7e308, [1.7e308] * 3 + [0.0, 1.7e308, -1.7e308, -1.7e308])
    assert found is not None
    assert abs(found.z) <= 100
