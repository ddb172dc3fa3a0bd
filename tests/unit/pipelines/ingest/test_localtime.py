from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.localtime import local_days

ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]
EPOCH = datetime.fromisoformat("1970-01-01")
wall_times = st.datetimes(datetime.fromisoformat("1901-01-01"), datetime.fromisoformat("2099-12-30"))


@cache
def table(zone: str) -> dict[object, tuple[int, int, int]]:
    return {
        row["day"]: (row["before_us"], row["switch_us"], row["after_us"])
        for row in local_days(zone).to_pylist()
    }


@cache
def later(zone: str) -> dict[object, tuple[int, int, int]]:
    return {
        row["day"]: (row["before_us"], row["switch_us"], row["after_us"])
        for row in local_days(zone, "later").to_pylist()
    }


def by_table(wall: datetime, zone: str) -> datetime:
    before, switch, after = table(zone)[wall.date()]
    wall_us = (wall - EPOCH) // timedelta(microseconds=1)
    offset = after if wall_us >= switch else before
    return (EPOCH + timedelta(microseconds=wall_us - offset)).replace(tzinfo=UTC)


@pytest.mark.slow
@given(wall_times, st.sampled_from(ZONES))
def test_the_table_agrees_with_the_time_zone_database(wall: datetime, zone: str) -> None:
    assert by_table(wall, zone) == wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        # New York, 2013-03-10: 02:00 EST becomes 03:00 EDT; 02:30 never was and moves on to 03:30 EDT
        ("2013-03-10 01:59:59", "2013-03-10 06:59:59"),
        ("2013-03-10 02:30:00", "2013-03-10 07:30:00"),
        ("2013-03-10 03:00:00", "2013-03-10 07:00:00"),
        # 2013-11-03: 02:00 EDT becomes 01:00 EST; of the two 01:30 the first, in EDT, is meant
        ("2013-11-03 01:30:00", "2013-11-03 05:30:00"),
        ("2013-11-03 02:00:00", "2013-11-03 07:00:00"),
    ],
)
def test_times_that_the_clocks_skip_or_repeat(wall: str, utc: str) -> None:
    found = by_table(datetime.fromisoformat(wall), "America/New_York")
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@given(wall=wall_times)
def test_where_the_later_is_meant_only_repeated_times_move(zone: str, wall: datetime) -> None:
    info = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=info, fold=fold).astimezone(UTC) for fold in (0, 1))
    row = later(zone)[wall.date()]
    wall_us = (wall - EPOCH) // timedelta(microseconds=1)
    offset = row[2] if wall_us >= row[1] else row[0]
    found = (EPOCH + timedelta(microseconds=wall_us - offset)).replace(tzinfo=UTC)
    # where the clocks go forward, fold=1 is the earlier instant: a skipped time has one meaning
    assert found == max(first, second)


def test_the_second_half_past_one_is_an_hour_later() -> None:
    row = later("America/New_York")[datetime.fromisoformat("2013-11-03").date()]
    # 00:59 is EDT (four hours behind), 01:30 and 02:00 are EST (five)
    one = (datetime.fromisoformat("2013-11-03 01:00") - EPOCH) // timedelta(microseconds=1)
    assert row == (-4 * 3_600_000_000, one, -5 * 3_600_000_000)
