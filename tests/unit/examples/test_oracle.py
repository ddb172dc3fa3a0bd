"""The oracle's own numbers, worked by hand: a wrong oracle would agree with a wrong engine."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from tests.oracle.book import Book, Entry
from tests.oracle.compare import differences
from tests.oracle.grid import Event
from tests.oracle.periods import calendar, period_starts, window_starts

NEW_YORK = "America/New_York"


def test_the_days_of_the_clock_change_have_23_and_25_hours() -> None:
    spring = calendar(_utc(3, 9, 12), _utc(3, 11, 12), "day", NEW_YORK)
    autumn = calendar(_utc(11, 2, 12), _utc(11, 4, 12), "day", NEW_YORK)
    assert _hours(spring) == [24, 23, 24]
    assert _hours(autumn) == [24, 25, 24]


def test_the_repeated_hour_is_two_periods() -> None:
    hours = calendar(_utc(11, 3, 4), _utc(11, 3, 8), "hour", NEW_YORK)
    assert hours.period_start.tolist() == [pd.Timestamp(_utc(11, 3, hour)) for hour in (4, 5, 6, 7)]


def test_an_hour_of_a_zone_off_by_45_minutes_begins_on_its_own_clock() -> None:
    instant = pd.Series([_utc(6, 1, 0, 20)]).dt.as_unit("us")
    assert period_starts(instant, "hour", "Asia/Kathmandu")[0] == pd.Timestamp(_utc(6, 1, 0, 15))


def test_a_day_whose_midnight_is_skipped_begins_at_one() -> None:
    days = calendar(_utc(10, 19, 12), _utc(10, 21, 12), "day", "America/Sao_Paulo")
    assert days.period_start[1] == pd.Timestamp(_utc(10, 20, 3))
    assert _hours(days) == [24, 23, 24]


def test_weeks_begin_on_monday_across_new_year() -> None:
    weeks = calendar(datetime(2012, 12, 30, 12, tzinfo=UTC), _utc(1, 7, 12), "week", "UTC")
    assert [str(start.date()) for start in weeks.period_start] == ["2012-12-24", "2012-12-31", "2013-01-07"]
    assert weeks.is_complete.tolist() == [True, True, False]


def test_an_as_of_on_a_boundary_leaves_the_new_period_out() -> None:
    days = calendar(_utc(6, 1, 12), _utc(6, 3, 4), "day", NEW_YORK)
    assert days.period_start.tolist() == [pd.Timestamp(_utc(6, day, 4)) for day in (1, 2)]
    assert days.is_complete.all()


def test_a_window_goes_back_by_local_days_not_by_hours() -> None:
    end = pd.Series([pd.Timestamp(_utc(3, 11, 4))])
    assert window_starts(end, 7, NEW_YORK)[0] == pd.Timestamp(_utc(3, 4, 5))


@pytest.mark.parametrize(
    ("policy", "trailing", "expected"),
    [
        ("unknown", None, [3.0, np.nan, 5.0]),
        ("zero", None, [3.0, 0.0, 5.0]),
        ("carry", None, [3.0, 3.0, 5.0]),
        ("unknown", 2, [3.0, 3.0, 5.0]),
        ("unknown", 3, [3.0, 3.0, 8.0]),
    ],
)
def test_a_day_without_rows_follows_the_null_policy_or_the_window(
    policy: str, trailing: int | None, expected: list[float]
) -> None:
    entry = Entry(lambda v: v["e"].sum("x"), ("e",), ("day",), trailing=trailing, policy=policy)
    values = _book(entry).values()
    assert values.value.tolist() == pytest.approx(expected, nan_ok=True)
    assert values.is_carried.tolist() == [False, policy == "carry", False]


def test_slices_begin_with_their_first_row_and_are_encoded() -> None:
    entry = Entry(lambda v: v["e"].rows(), ("e",), ("day",), slice_sets=(("kind",),), policy="zero")
    values = _book(entry).values()
    assert values.groupby("slice").value.apply(list).to_dict() == {
        "kind=a%2Cb%3D%25": [2.0, 0.0, 0.0],
        "kind=(none)": [1.0],
    }


@pytest.mark.parametrize(
    ("policy", "expected"), [("unknown", [np.nan, 2.0, np.nan]), ("zero", [np.nan, 2.0, 0.0])]
)
def test_the_value_before_follows_the_null_policy_and_there_is_none_before_the_first_row(
    policy: str, expected: list[float]
) -> None:
    base = Entry(lambda v: v["e"].rows(), ("e",), (), policy=policy)
    entry = Entry(lambda v: v.lag(v.metric("base")), (), ("day",), refs=("base",))
    assert _book(entry, base=base).values().value.tolist() == pytest.approx(expected, nan_ok=True)


def test_rows_behind_a_metric_are_those_of_the_widest_window_under_it() -> None:
    base = Entry(lambda v: v["e"].rows(), ("e",), (), trailing=3)
    entry = Entry(lambda v: v["e"].rows() / v.metric("base"), ("e",), ("day",), refs=("base",))
    values = _book(entry, base=base).values()
    assert values.sample_count.tolist() == [2, 2, 3]
    assert values.value.tolist() == pytest.approx([1, 0, 1 / 3])


def test_a_difference_is_found_and_named() -> None:
    expected = _book(Entry(lambda v: v["e"].rows(), ("e",), ("day",))).values()
    assert differences(expected, expected).empty
    wrong = expected.assign(value=[2.1, np.nan, 1.0], sample_count=[2, 0, 2])
    assert differences(wrong, expected).why.tolist() == ["value", "sample_count "]
    assert differences(expected[1:], expected).why.tolist() == ["missing"]
    assert differences(expected, expected[1:]).why.tolist() == ["not expected"]


def _book(entry: Entry, **others: Entry) -> Book:
    """Two rows of kind `a,b=%` on 1 June (1 and 2), none on the 2nd, one of no kind on the 3rd (5)."""
    rows = pd.DataFrame(
        {
            "occurred_at": pd.Series([_utc(6, 1, 9), _utc(6, 1, 10), _utc(6, 3, 9)]).dt.as_unit("us"),
            "kind": pd.Series(["a,b=%", "a,b=%", None], dtype="str"),
            "x": [1.0, 2.0, 5.0],
        }
    )
    return Book({**others, "m": entry}, {"e": Event(rows)}, _utc(6, 3, 12), "UTC")


def _utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2013, month, day, hour, minute, tzinfo=UTC)


def _hours(periods: pd.DataFrame) -> list[float]:
    return ((periods.period_end - periods.period_start) / pd.Timedelta(hours=1)).tolist()
