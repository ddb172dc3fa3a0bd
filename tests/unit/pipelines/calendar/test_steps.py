from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.calendar import steps
from pipelines.calendar.periods import Calendar
from pipelines.calendar.ranges import BEGINNING, END, contains, union
from pipelines.publish.rules import Baseline, parse_baseline
from schemas.documents.documents import Grain

NEW_YORK = ZoneInfo("America/New_York")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("start", "unit", "count", "expected"),
    [
        ("2013-03-31", "month", -1, "2013-02-28"),
        ("2012-02-29", "year", 1, "2013-02-28"),
        ("2013-01-15", "quarter", -1, "2012-10-15"),
        ("2013-03-11", "day", -1, "2013-03-10"),
        ("2013-03-11", "week", -1, "2013-03-04"),
    ],
)
def test_steps_go_through_the_local_calendar(start: str, unit: steps.Unit, count: int, expected: str) -> None:
    assert steps.shift(local(start), unit, count, NEW_YORK) == local(expected)


def test_hours_are_steps_of_elapsed_time() -> None:
    # 2:00 does not exist on 10 March 2013
    assert steps.shift(local("2013-03-10 01:00"), "hour", 1, NEW_YORK) == local("2013-03-10 03:00")


def test_the_ends_of_time_do_not_move() -> None:
    for end in (BEGINNING, END):
        assert steps.shift(end, "year", -1, NEW_YORK) == end
        assert steps.widen([(BEGINNING, END)], "day", 1, NEW_YORK) == [(BEGINNING, END)]


instants = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(instants, st.sampled_from(steps.UNITS), st.sampled_from([-52, -4, -1, 1, 4, 52]))
def test_widened_ranges_hold_every_start_that_steps_out_of_them(
    start: datetime, unit: steps.Unit, count: int
) -> None:
    low, high = start - timedelta(hours=30), start + timedelta(hours=50)
    widened = steps.widen([(low, high)], unit, count, NEW_YORK)
    assert contains(widened, steps.shift(start, unit, count, NEW_YORK))
    # and back: whatever steps onto `start` lies in the range widened the other way
    origin = steps.widen([(start, start + timedelta(microseconds=1))], unit, -count, NEW_YORK)
    for hours in range(-96, 97, 6):
        candidate = steps.shift(start, unit, -count, NEW_YORK) + timedelta(hours=hours)
        if steps.shift(candidate, unit, count, NEW_YORK) == start:
            assert contains(origin, candidate)


def test_merging_joins_what_touches_and_drops_what_is_empty() -> None:
    a, b, c, d = (datetime(2013, 1, day, tzinfo=UTC) for day in (1, 2, 3, 4))
    assert union([(c, d), (a, b), (b, b), (b, c)]) == ((a, d),)
    assert union([(c, d), (a, b)]) == ((a, b), (c, d))


@pytest.mark.parametrize(
    ("declared", "grain", "expected"),
    [
        (None, "day", None),
        ("previous_period", "day", Baseline(is_previous=True)),
        ("Previous Month", "day", Baseline(step=("month", 1))),
        ("last-year", "month", Baseline(step=("year", 1))),
        ("previous_day", "day", Baseline(is_previous=True)),
        ("previous_week", "month", Baseline(is_previous=True)),
        ("previous_year", "week", Baseline(step=("week", 52))),
        ("previous_quarter", "week", Baseline(step=("week", 13))),
        (0.95, "day", Baseline(number=0.95)),
        ("12", "day", Baseline(number=12)),
        ("industry average", "day", None),
    ],
)
def test_baselines_are_read_for_each_grain(
    declared: str | float | None, grain: steps.Unit, expected: Baseline | None
) -> None:
    assert parse_baseline(declared, grain) == expected


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
    st.sampled_from(["week", "month", "year"]),
)
@example(datetime(2012, 1, 6, tzinfo=UTC), ZoneInfo("Pacific/Apia"), "week")
@example(datetime(2023, 9, 3, 12, tzinfo=UTC), ZoneInfo("America/Santiago"), "week")
def test_the_counterpart_of_a_day_is_a_day_of_the_engines_calendar_or_none(
    instant: datetime, zone: ZoneInfo, unit: steps.Unit
) -> None:
    calendar = Calendar(zone)
    start = calendar.start_of(Grain.DAY, instant)
    found = steps.counterpart(start, "day", unit, -1, zone)
    wanted = steps.shift(
        start.astimezone(zone).replace(hour=12, tzinfo=UTC), unit, -1, ZoneInfo("UTC")
    ).date()
    if found is None:
        day = datetime(wanted.year, wanted.month, wanted.day, tzinfo=zone)
        assert day.astimezone(UTC).astimezone(zone).date() > wanted, "the zone skipped it"
    else:
        assert found == calendar.start_of(Grain.DAY, found)
        assert found.astimezone(zone).date() == wanted
