"""Which periods are due: against every time of the schedule, one by one; days of the clock's changes by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipelines.calendar.periods import Calendar
from pipelines.reporting.due import (
    MOST_MISSED,
    due_periods,
    due_time,
    finished_before,
    name_of,
    next_due,
    period_of,
)
from schemas.documents.documents import Grain, Report
from schemas.documents.schedules import due_between

ZONES = [
    ZoneInfo(name)
    for name in (
        *("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo"),
        *("America/Sao_Paulo", "Asia/Kathmandu", "America/Havana"),
    )
]
CRONS = [
    *(
        "0 7 * * 1",
        "30 2 * * *",
        "0 0 * * *",
        "0 0 * * 1",
        "30 1 * * 0",
        "0 6 1 * *",
        "15 * * * *",
        "0 */6 * * *",
    ),
    *("0 9 * * 1-5", "59 23 31 12 *", "0 0 1 1,4,7,10 *", "30 2 8-14 3 *", "0 1,2,3 * * *"),
]
GRAINS = [Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR]
BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=17 * 365)).map(lambda passed: BEGINNING + passed)


def report(cron: str | None = "0 7 * * 1", grain: Grain = Grain.WEEK, zone: str | None = None) -> Report:
    return Report(report_id="r", name="R", grain=grain, schedule=cron, timezone=zone)


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def told(found: list) -> list[tuple[str, str, str]]:  # type: ignore[type-arg]
    return [
        (
            each.period.start.isoformat(),
            each.period.end.isoformat(),
            each.due_at.astimezone(each.period.start.tzinfo).isoformat(),
        )
        for each in found
    ]


def test_a_week_of_iso_is_due_at_the_next_time_of_the_schedule() -> None:
    found = due_periods(report(), ZoneInfo("UTC"), at("2026-11-16 07:00"), at("2026-11-23 07:00"))
    assert told(found) == [
        ("2026-11-16T00:00:00+00:00", "2026-11-23T00:00:00+00:00", "2026-11-23T07:00:00+00:00")
    ]
    assert due_periods(report(), ZoneInfo("UTC"), at("2026-11-16 07:00"), at("2026-11-23 06:59")) == []


def test_the_clock_of_the_report_counts_not_that_of_the_installation() -> None:
    found = due_periods(
        report(zone="America/New_York"),
        ZoneInfo("Asia/Tokyo"),
        at("2026-03-08 12:00"),
        at("2026-03-10 12:00"),
    )
    assert told(found) == [
        ("2026-03-02T00:00:00-05:00", "2026-03-09T00:00:00-04:00", "2026-03-09T07:00:00-04:00")
    ]


def test_a_day_is_due_once_where_the_clock_shows_its_time_twice_or_never() -> None:
    daily, zone = report("30 2 * * *", Grain.DAY), ZoneInfo("America/New_York")
    spring = due_periods(daily, zone, at("2026-03-07 12:00"), at("2026-03-09 12:00"))
    assert told(spring) == [
        ("2026-03-07T00:00:00-05:00", "2026-03-08T00:00:00-05:00", "2026-03-08T03:00:00-04:00"),
        ("2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00", "2026-03-09T02:30:00-04:00"),
    ]
    twice = report("30 1 * * *", Grain.DAY)
    autumn = due_periods(twice, zone, at("2026-10-31 12:00"), at("2026-11-02 12:00"))
    assert told(autumn) == [
        ("2026-10-31T00:00:00-04:00", "2026-11-01T00:00:00-04:00", "2026-11-01T01:30:00-04:00"),
        ("2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00", "2026-11-02T01:30:00-05:00"),
    ]


def test_a_schedule_that_comes_less_often_than_periods_end_makes_the_last_one() -> None:
    monthly = report("0 6 1 * *", Grain.DAY)
    found = due_periods(monthly, ZoneInfo("UTC"), at("2026-01-15 00:00"), at("2026-03-15 00:00"))
    assert [each.period.start.date() for each in found] == [date(2026, 1, 31), date(2026, 2, 28)]


def test_of_what_was_missed_for_years_the_newest_are_made() -> None:
    daily = report("0 7 * * *", Grain.DAY)
    found = due_periods(daily, ZoneInfo("UTC"), at("2016-01-01 00:00"), at("2026-03-15 08:00"))
    assert len(found) == MOST_MISSED
    assert found[-1].period.start.date() == date(2026, 3, 14)
    assert found[0].period.start.date() == date(2026, 3, 3)


def test_without_a_schedule_nothing_is_due() -> None:
    assert due_periods(report(None), ZoneInfo("UTC"), at("2016-01-01"), at("2026-01-01")) == []
    assert next_due(report(None), ZoneInfo("UTC"), at("2026-01-01")) is None


def test_a_period_is_found_by_any_of_its_days() -> None:
    zone = ZoneInfo("America/New_York")
    for day in (date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 8)):
        found = period_of(Grain.WEEK, zone, day)
        assert (found.start, found.end) == (at("2026-03-02", zone.key), at("2026-03-09", zone.key))
    assert due_time(report(), zone, found) == at("2026-03-09 07:00", zone.key)
    assert due_time(report(None), zone, found) == found.end


@hypothesis_settings(max_examples=300)
@given(
    cron=st.sampled_from(CRONS),
    zone=st.sampled_from(ZONES),
    grain=st.sampled_from(GRAINS),
    after=MOMENTS,
    length=st.timedeltas(timedelta(0), timedelta(days=60)),
)
@example("30 2 * * *", ZoneInfo("America/New_York"), Grain.DAY, at("2026-03-07 12:00"), timedelta(days=4))
@example("0 0 * * *", ZoneInfo("Pacific/Apia"), Grain.DAY, at("2011-12-28 12:00"), timedelta(days=5))
@example("0 0 * * *", ZoneInfo("America/Havana"), Grain.DAY, at("2026-10-30 12:00"), timedelta(days=5))
def test_each_period_is_due_at_the_first_time_of_the_schedule_that_finds_it_finished_last(
    cron: str, zone: ZoneInfo, grain: Grain, after: datetime, length: timedelta
) -> None:
    expected: dict[datetime, datetime] = {}
    for moment in due_between(cron, zone, after, after + length):
        fired = moment.astimezone(UTC)
        start = Calendar(zone).step(grain, Calendar(zone).start_of(grain, fired), -1)
        expected.setdefault(start, fired)
    found = due_periods(report(cron, grain), zone, after, after + length)
    # in UTC: a time that the clock shows twice equals none of another zone
    assert [(each.period.start.astimezone(UTC), each.due_at) for each in found] == list(expected.items())[
        -MOST_MISSED:
    ]
    for each in found:
        assert each.period == finished_before(grain, zone, each.due_at)
        assert each.period.end <= each.due_at


@hypothesis_settings(max_examples=200)
@given(
    cron=st.sampled_from(CRONS),
    zone=st.sampled_from(ZONES),
    grain=st.sampled_from(GRAINS),
    after=MOMENTS,
    cuts=st.lists(st.timedeltas(timedelta(0), timedelta(days=12)), min_size=1, max_size=4),
)
def test_looking_often_finds_the_same_periods_as_looking_once(
    cron: str, zone: ZoneInfo, grain: Grain, after: datetime, cuts: list[timedelta]
) -> None:
    often: dict[datetime, datetime] = {}
    at_last = after
    for cut in cuts:
        for each in due_periods(report(cron, grain), zone, at_last, at_last + cut):
            often.setdefault(each.period.start, each.due_at)
        at_last += cut
    once = due_periods(report(cron, grain), zone, after, at_last)
    assert [(each.period.start, each.due_at) for each in once] == list(often.items())[-MOST_MISSED:]


def test_two_hours_of_one_wall_time_have_names_of_their_own() -> None:
    every_hour = report("5 * * * *", Grain.HOUR, "Europe/Berlin")
    night = (datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, 30, tzinfo=UTC))
    assert [name_of(due.period) for due in due_periods(every_hour, ZONES[0], *night)] == [
        "2026-10-25T01:00+02:00",
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:00+01:00",
    ]
