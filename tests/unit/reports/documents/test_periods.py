from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.calendar.periods import Calendar
from reports.documents.periods import period_before, same_clock
from schemas.documents.documents import Grain

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "America/New_York",
        "Europe/Berlin",
        "Asia/Kolkata",
        "America/Santiago",
        "Africa/Cairo",
    )
]


ANY_TIME = st.datetimes(datetime(1996, 1, 1), datetime(2032, 1, 1))  # noqa: DTZ001  hypothesis wants them naive
CHANGES = ["2013-03-10 07:00", "2013-11-03 06:00", "2013-03-31 01:00", "2013-10-27 01:00", "2024-04-25 22:00"]
AROUND_CHANGES = st.builds(
    lambda at, minutes: datetime.fromisoformat(at) + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-300, 300),
)


@given(st.sampled_from(Grain), ANY_TIME | AROUND_CHANGES, st.sampled_from(ZONES))
def test_the_last_finished_period_is_the_one_that_values_are_computed_for(
    grain: Grain, wall: datetime, zone: ZoneInfo
) -> None:
    at = wall.replace(tzinfo=UTC)
    found, calendar = period_before(grain, at, zone), Calendar(zone)
    end = calendar.start_of(grain, at)
    assert (found.grain, found.end.astimezone(UTC)) == (grain.value, end)
    assert found.start.astimezone(UTC) == calendar.step(grain, end, -1)
    assert found.start.tzinfo is found.end.tzinfo is zone


@pytest.mark.parametrize(
    ("at", "start", "end", "hours"),
    [
        # clocks went forward on 10 March 2013, a Sunday, and back on 3 November
        ("2013-03-11 06:00", "2013-03-04 00:00-05:00", "2013-03-11 00:00-04:00", 167),
        ("2013-03-11 00:00", "2013-03-04 00:00-05:00", "2013-03-11 00:00-04:00", 167),
        ("2013-03-10 23:59", "2013-02-25 00:00-05:00", "2013-03-04 00:00-05:00", 168),
        ("2013-11-04 06:00", "2013-10-28 00:00-04:00", "2013-11-04 00:00-05:00", 169),
        # the first week of an ISO year begins in December
        ("2015-01-06 06:00", "2014-12-29 00:00-05:00", "2015-01-05 00:00-05:00", 168),
    ],
)
def test_weeks_go_from_monday_to_monday_by_the_clock_on_the_wall(
    at: str, start: str, end: str, hours: int
) -> None:
    found = period_before(Grain.WEEK, datetime.fromisoformat(at).replace(tzinfo=NEW_YORK), NEW_YORK)
    assert (str(found.start)[:16] + str(found.start)[-6:], str(found.end)[:16] + str(found.end)[-6:]) == (
        start,
        end,
    )
    assert found.end.astimezone(UTC) - found.start.astimezone(UTC) == timedelta(hours=hours)


def test_an_hour_that_the_clock_shows_twice_is_two_periods() -> None:
    # 3 November 2013, 05:00 and 06:00 in UTC are both 01:00 in New York
    first = period_before(Grain.HOUR, datetime(2013, 11, 3, 6, 10, tzinfo=UTC), NEW_YORK)
    second = period_before(Grain.HOUR, datetime(2013, 11, 3, 7, 10, tzinfo=UTC), NEW_YORK)
    assert (first.start.isoformat(), second.start.isoformat()) == (
        "2013-11-03T01:00:00-04:00",
        "2013-11-03T01:00:00-05:00",
    )


def test_a_week_of_berlin_is_the_week_of_the_same_days_in_new_york() -> None:
    monday = datetime(2013, 10, 7, tzinfo=ZoneInfo("Europe/Berlin"))
    assert same_clock(monday, NEW_YORK).isoformat() == "2013-10-07T00:00:00-04:00"
