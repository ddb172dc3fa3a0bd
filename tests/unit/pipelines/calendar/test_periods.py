"""Periods worked out by hand, in zones whose clocks do something."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.calendar.periods import MICROSECOND, Calendar, from_us, to_us
from schemas.documents.documents import Grain

NEW_YORK = Calendar(ZoneInfo("America/New_York"))
LORD_HOWE = Calendar(ZoneInfo("Australia/Lord_Howe"))
SAO_PAULO = Calendar(ZoneInfo("America/Sao_Paulo"))
ST_JOHNS = Calendar(ZoneInfo("America/St_Johns"))
KOLKATA = Calendar(ZoneInfo("Asia/Kolkata"))
PLAIN = Calendar(ZoneInfo("UTC"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def starts(calendar: Calendar, grain: Grain, begin: str, end: str) -> list[str]:
    found = [from_us(each) for each in calendar.starts(grain, (at(begin), at(end)))]
    return [each.strftime("%m-%d %H:%M") for each in found]


def days_in(calendar: Calendar, grain: Grain, start: datetime) -> float:
    bounds = [np.array([to_us(each)]) for each in (start, calendar.end_of(grain, start))]
    return calendar.lengths(grain, *bounds)[0]


def test_days_have_23_hours_in_spring_and_25_in_autumn():
    spring = NEW_YORK.start_of(Grain.DAY, at("2013-03-10 12:00"))
    autumn = NEW_YORK.start_of(Grain.DAY, at("2013-11-03 12:00"))
    assert (spring, NEW_YORK.end_of(Grain.DAY, spring)) == (at("2013-03-10 05:00"), at("2013-03-11 04:00"))
    assert (autumn, NEW_YORK.end_of(Grain.DAY, autumn)) == (at("2013-11-03 04:00"), at("2013-11-04 05:00"))
    assert days_in(NEW_YORK, Grain.DAY, spring) == 1


def test_the_repeated_hour_is_two_periods_and_the_skipped_one_is_none():
    assert starts(NEW_YORK, Grain.HOUR, "2013-11-03 05:00", "2013-11-03 07:00") == [
        "11-03 05:00",  # 01:00 summer time
        "11-03 06:00",  # 01:00 again
        "11-03 07:00",
    ]
    assert starts(NEW_YORK, Grain.HOUR, "2013-03-10 06:00", "2013-03-10 08:00") == [
        "03-10 06:00",  # 01:00
        "03-10 07:00",  # 03:00
        "03-10 08:00",
    ]


def test_a_change_of_half_an_hour_makes_half_an_hour_a_period():
    # at 02:00 the clock goes back to 01:30: 15:00Z is the instant
    assert starts(LORD_HOWE, Grain.HOUR, "2024-04-06 14:00", "2024-04-06 16:00") == [
        "04-06 14:00",  # 01:00-02:00 at +11
        "04-06 15:00",  # 01:30-02:00 at +10:30, cut off at the change
        "04-06 15:30",  # 02:00
        "04-06 16:30",
    ]
    assert LORD_HOWE.start_of(Grain.HOUR, at("2024-04-06 15:29")) == at("2024-04-06 15:00")
    assert LORD_HOWE.step(Grain.HOUR, at("2024-04-06 15:30"), -1) == at("2024-04-06 15:00")
    assert LORD_HOWE.step(Grain.HOUR, at("2024-04-06 15:00"), -1) == at("2024-04-06 14:00")
    # at 02:00 it goes forward to 02:30
    assert starts(LORD_HOWE, Grain.HOUR, "2024-10-05 14:30", "2024-10-05 16:30") == [
        "10-05 14:30",
        "10-05 15:30",  # 02:30-03:00
        "10-05 16:00",
        "10-05 17:00",
    ]


def test_hours_of_a_half_hour_zone_begin_at_half_past_in_utc():
    assert KOLKATA.start_of(Grain.HOUR, at("2021-01-01 00:00")) == at("2020-12-31 23:30")
    assert KOLKATA.start_of(Grain.DAY, at("2021-01-01 00:00")) == at("2020-12-31 18:30")


def test_a_day_without_midnight_begins_at_one_o_clock():
    day = SAO_PAULO.start_of(Grain.DAY, at("2018-11-04 12:00"))
    assert day == at("2018-11-04 03:00")  # local 01:00, the first instant of the day
    assert SAO_PAULO.end_of(Grain.DAY, day) == at("2018-11-05 02:00")
    assert SAO_PAULO.step(Grain.DAY, day, -1) == at("2018-11-03 03:00")


def test_a_clock_set_back_over_midnight_does_not_bring_the_day_before_back():
    # at 00:01 on 7 November 2010 the clock went back to 23:01 on the 6th
    midnight = ST_JOHNS.start_of(Grain.DAY, at("2010-11-07 12:00"))
    assert midnight == at("2010-11-07 02:30")
    assert ST_JOHNS.start_of(Grain.DAY, at("2010-11-07 03:00")) == midnight
    assert ST_JOHNS.end_of(Grain.DAY, midnight) == at("2010-11-08 03:30")


def test_what_a_clock_set_forward_over_midnight_shows_before_its_midnight_is_still_the_day_before():
    # at 23:30 on 30 March 1919 the clock went on to 00:30; midnight under the old offset is 05:00Z
    toronto = Calendar(ZoneInfo("America/Toronto"))
    midnight = datetime(1919, 3, 31, 5, tzinfo=UTC)
    assert toronto.start_of(Grain.DAY, datetime(1919, 3, 31, 12, tzinfo=UTC)) == midnight
    assert (
        toronto.end_of(Grain.DAY, toronto.start_of(Grain.DAY, midnight - timedelta(minutes=10))) == midnight
    )


def test_the_length_of_an_hour_in_days_is_elapsed_time():
    assert days_in(PLAIN, Grain.HOUR, at("2024-01-01 00:00")) == 1 / 24
    assert days_in(LORD_HOWE, Grain.HOUR, at("2024-04-06 15:00")) == 1 / 48


def test_iso_weeks_begin_on_monday_across_new_year():
    assert PLAIN.start_of(Grain.WEEK, at("2016-01-03 23:59")) == at("2015-12-28 00:00")
    assert PLAIN.start_of(Grain.WEEK, at("2016-01-04 00:00")) == at("2016-01-04 00:00")
    assert PLAIN.step(Grain.WEEK, at("2015-12-28 00:00"), 1) == at("2016-01-04 00:00")


@pytest.mark.parametrize(
    ("grain", "begin", "end", "days"),
    [
        (Grain.MONTH, "2024-02-01", "2024-03-01", 29),
        (Grain.QUARTER, "2024-01-01", "2024-04-01", 91),
        (Grain.YEAR, "2024-01-01", "2025-01-01", 366),
    ],
)
def test_months_quarters_and_years_follow_the_calendar(grain, begin, end, days):
    start = PLAIN.start_of(grain, at("2024-02-29 23:59:59.999999"))
    assert (start, PLAIN.end_of(grain, start)) == (at(begin), at(end))
    assert days_in(PLAIN, grain, start) == days


def test_a_span_is_covered_up_to_but_without_its_end():
    assert PLAIN.cover(Grain.DAY, (at("2024-01-01 10:00"), at("2024-01-02 00:00"))) == (
        at("2024-01-01"),
        at("2024-01-02"),
    )
    assert PLAIN.cover(Grain.DAY, (at("2024-01-01 10:00"), at("2024-01-02 00:00:00.000001"))) == (
        at("2024-01-01"),
        at("2024-01-03"),
    )


def test_trailing_windows_of_days_step_on_the_wall_clock():
    # seven days that end on the short Sunday are an hour shorter
    end = at("2013-03-11 04:00")
    assert NEW_YORK.back(Grain.DAY, end, 7, Grain.DAY) == at("2013-03-04 05:00")
    assert NEW_YORK.back(Grain.HOUR, at("2013-03-10 16:00"), 1, Grain.DAY) == at("2013-03-09 17:00")


def test_trailing_windows_of_hours_are_elapsed_time():
    assert NEW_YORK.back(Grain.DAY, at("2013-03-11 04:00"), 24, Grain.HOUR) == at("2013-03-10 04:00")


def test_trailing_months_clamp_to_the_last_day():
    assert PLAIN.back(Grain.DAY, at("2024-03-31"), 1, Grain.MONTH) == at("2024-02-29")
    assert PLAIN.back(Grain.DAY, at("2024-03-31"), 1, Grain.QUARTER) == at("2023-12-31")
    assert PLAIN.back(Grain.DAY, at("2024-02-29"), 1, Grain.YEAR) == at("2023-02-28")


def test_a_window_that_would_begin_at_a_skipped_time_begins_behind_the_gap():
    # 02:30 on 10 March does not exist: the clock shows 03:00 from 07:00Z on
    assert NEW_YORK.back(Grain.MINUTE, at("2013-03-11 06:30"), 1, Grain.DAY) == at("2013-03-10 07:00")


@pytest.mark.parametrize("grain", list(Grain))
@pytest.mark.parametrize("calendar", [NEW_YORK, LORD_HOWE, SAO_PAULO, ST_JOHNS, KOLKATA])
def test_the_list_of_starts_is_what_stepping_gives(calendar, grain):
    days = 3 if grain in (Grain.MINUTE, Grain.HOUR) else 800
    for around in ("2013-03-10 00:00", "2013-11-03 00:00", "2010-11-07 00:00", "2018-11-04 00:00"):
        span = (at(around) - timedelta(days=1), at(around) + timedelta(days=days))
        found = [from_us(each) for each in calendar.starts(grain, span)]
        stepped = [calendar.start_of(grain, span[0])]
        while stepped[-1] < span[1]:
            stepped.append(calendar.end_of(grain, stepped[-1]))
        assert found == stepped
        assert [calendar.step(grain, end, -1) for end in found[1:]] == found[:-1]
        assert all(
            calendar.start_of(grain, end - timedelta(microseconds=1)) == begin
            for begin, end in pairwise(found)
        )


def test_microseconds_and_instants_convert_both_ways():
    instant = at("1969-12-31 23:59:59.999999")
    assert to_us(instant) == -1
    assert from_us(-1) == instant


APIA = Calendar(ZoneInfo("Pacific/Apia"))


def test_a_date_that_was_skipped_is_no_period():
    # Samoa went from 29 December 24:00, 10:00Z on the 30th, to 31 December
    assert starts(APIA, Grain.DAY, "2011-12-29 12:00", "2011-12-31 12:00") == [
        "12-29 10:00",
        "12-30 10:00",  # 31 December
        "12-31 10:00",
        "01-01 10:00",
    ]
    last, new_year = at("2011-12-29 10:00"), at("2011-12-31 10:00")
    assert APIA.end_of(Grain.DAY, last) == APIA.step(Grain.DAY, new_year, -1) == at("2011-12-30 10:00")
    assert APIA.step(Grain.DAY, last, 2) == new_year
    assert APIA.step(Grain.DAY, new_year, -2) == last
    assert APIA.start_of(Grain.DAY, at("2011-12-30 09:59")) == last


def test_a_skipped_date_does_not_count_as_a_day():
    assert days_in(APIA, Grain.DAY, at("2011-12-29 10:00")) == 1
    assert days_in(APIA, Grain.DAY, at("2011-12-30 10:00")) == 1
    assert days_in(APIA, Grain.WEEK, APIA.start_of(Grain.WEEK, at("2011-12-29 12:00"))) == 6
    assert days_in(APIA, Grain.MONTH, APIA.start_of(Grain.MONTH, at("2011-12-29 12:00"))) == 30


def test_a_window_of_days_reaches_back_over_a_skipped_date_by_the_calendar():
    after = at("2011-12-31 10:00")  # the end of 31 December
    assert APIA.back(Grain.DAY, at("2011-12-30 10:00"), 1, Grain.DAY) == at("2011-12-29 10:00")
    assert APIA.back(Grain.DAY, at("2011-12-30 10:00"), 1, Grain.WEEK) == at("2011-12-23 10:00")
    assert APIA.back(Grain.DAY, after, 1, Grain.DAY) == at("2011-12-30 10:00")
    assert APIA.back(Grain.DAY, after, 3, Grain.DAY) == at("2011-12-29 10:00")


def test_a_window_that_ends_where_a_date_was_skipped_is_the_day_before_and_never_empty():
    # 29 December ends at 10:00 UTC, and 31 December begins there
    end = at("2011-12-30 10:00")
    assert APIA.back(Grain.MINUTE, end, 1, Grain.DAY) == at("2011-12-29 10:00")
    assert APIA.back(Grain.HOUR, end, 1, Grain.DAY) == at("2011-12-29 10:00")
    for minutes in range(-3, 60 * 26):
        later = end + timedelta(minutes=minutes)
        assert APIA.back(Grain.MINUTE, later, 1, Grain.DAY) < later


@pytest.mark.parametrize("skipping", [date(1995, 1, 1), date(1995, 1, 2)])
def test_weeks_months_and_years_may_begin_with_a_skipped_date(monkeypatch, skipping):
    # as a zone would that skipped it: its midnight is that of the date behind it
    calendar, midnight = Calendar(ZoneInfo("UTC")), Calendar._midnight
    monkeypatch.setattr(
        calendar, "_midnight", lambda day: midnight(calendar, day + timedelta(days=day == skipping))
    )
    behind = midnight(calendar, skipping + timedelta(days=1))
    for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.YEAR):
        found = [from_us(each) for each in calendar.starts(grain, (at("1993-05-01"), at("1997-05-01")))]
        assert all(first < second for first, second in pairwise(found))
        assert [calendar.end_of(grain, each) for each in found[:-1]] == found[1:]
        assert [calendar.step(grain, each, -1) for each in found[1:]] == found[:-1]
        assert [calendar.start_of(grain, each) for each in found] == found
    assert calendar.start_of(Grain.DAY, behind) == behind


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(available_timezones())),
    st.sampled_from([grain for grain in Grain if grain not in (Grain.HOUR, Grain.MINUTE)]),
    st.integers(0, 199 * 365).map(lambda days: at("1900-01-01") + timedelta(days=days)),
)
@example("Pacific/Kwajalein", Grain.DAY, at("1993-08-10"))
@example("Pacific/Kiritimati", Grain.WEEK, at("1994-12-20"))
@example("Pacific/Enderbury", Grain.MONTH, at("1994-12-20"))
@example("Pacific/Fakaofo", Grain.YEAR, at("2011-12-20"))
def test_periods_of_every_zone_follow_one_another_and_none_is_empty(name, grain, begin):
    calendar = Calendar(ZoneInfo(name))
    found = [from_us(each) for each in calendar.starts(grain, (begin, begin + timedelta(days=40)))]
    assert all(first < second for first, second in pairwise(found))
    for start, end in pairwise(found):
        assert calendar.start_of(grain, start) == calendar.start_of(grain, end - MICROSECOND) == start
        assert calendar.end_of(grain, start) == end
        assert calendar.step(grain, end, -1) == start
        assert calendar.back(grain, end, 1, grain) <= start
        assert days_in(calendar, grain, start) >= 1
