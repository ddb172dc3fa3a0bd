from datetime import UTC, date, datetime

import pytest

from core.settings import Settings
from pipelines.orchestration.partitions import (
    forced_range,
    key_of,
    local_days,
    newest_day,
    span,
    touched_days,
)

DAY = ("METRIC-A", "day")


def new_york(as_of: str, history_start: date = date(2013, 1, 1)) -> Settings:
    return Settings(
        timezone="America/New_York", as_of=datetime.fromisoformat(as_of), history_start=history_start
    )


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        ("2013-10-15T00:00:00-04:00", date(2013, 10, 14)),  # midnight itself belongs to no period yet
        ("2013-10-15T00:00:01-04:00", date(2013, 10, 15)),
        ("2013-10-15T03:59:00+00:00", date(2013, 10, 14)),  # 23:59 in New York
    ],
)
def test_the_newest_day_is_the_local_day_before_as_of(as_of: str, day: date) -> None:
    assert newest_day(new_york(as_of)) == day
    assert local_days(new_york(as_of)).get_last_partition_key() == key_of(day)


def test_without_as_of_today_has_a_partition() -> None:
    settings = Settings(timezone="Pacific/Auckland", history_start=date(2026, 1, 1))
    assert local_days(settings).get_last_partition_key() == key_of(newest_day(settings))


def test_a_history_that_begins_after_as_of_still_has_the_newest_day() -> None:
    settings = new_york("2013-10-15T12:00:00-04:00", history_start=date(2020, 1, 1))
    assert local_days(settings).get_partition_keys() == ["2013-10-15"]


def test_a_run_for_the_newest_day_forces_nothing() -> None:
    settings = new_york("2013-10-15T12:00:00-04:00")
    assert forced_range(["2013-10-15"], settings) is None
    assert forced_range([], settings) is None


def test_a_backfill_forces_its_days_from_midnight_to_midnight_across_dst() -> None:
    # clocks went forward on 10 March 2013: that day has 23 hours
    assert forced_range(["2013-03-10"], new_york("2013-10-15T12:00:00-04:00")) == (
        datetime(2013, 3, 10, 5, tzinfo=UTC),
        datetime(2013, 3, 11, 4, tzinfo=UTC),
    )


def test_a_backfill_of_several_days_that_ends_with_the_newest_is_forced() -> None:
    settings = new_york("2013-10-15T12:00:00-04:00")
    assert forced_range(["2013-10-14", "2013-10-15"], settings) == (
        datetime(2013, 10, 14, 4, tzinfo=UTC),
        datetime(2013, 10, 16, 4, tzinfo=UTC),
    )


def test_touched_days_are_local_and_within_the_partitions() -> None:
    settings = new_york("2013-10-15T12:00:00-04:00", history_start=date(2013, 9, 30))
    ranges = {DAY: [span(date(2013, 9, 28), date(2013, 10, 1), settings)]}
    assert touched_days(ranges, settings) == ["2013-09-30", "2013-10-01"]


def test_a_changed_day_does_not_touch_the_other_days_of_its_year() -> None:
    settings = new_york("2013-10-15T12:00:00-04:00")
    ranges = {
        DAY: [span(date(2013, 3, 5), date(2013, 3, 5), settings)],
        ("METRIC-A", "year"): [span(date(2013, 1, 1), date(2013, 12, 31), settings)],
    }
    assert touched_days(ranges, settings) == ["2013-03-05"]


def test_an_hour_touches_its_day_and_a_future_period_none() -> None:
    settings = new_york("2013-10-15T12:00:00-04:00")
    hour = (datetime(2013, 10, 15, 3, tzinfo=UTC), datetime(2013, 10, 15, 4, tzinfo=UTC))
    future = span(date(2013, 10, 16), date(2013, 10, 20), settings)
    assert touched_days({("METRIC-A", "hour"): [hour], ("METRIC-B", "day"): [future]}, settings) == [
        "2013-10-14"
    ]


@pytest.mark.parametrize("timezone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_moment_of_the_running_day_has_its_partition(timezone: str) -> None:
    settings = Settings(timezone=timezone, as_of=datetime.now(UTC), history_start=date(2026, 1, 1))
    assert local_days(settings).get_last_partition_key() == key_of(newest_day(settings))


def test_a_date_that_the_zone_skipped_is_not_touched() -> None:
    settings = Settings(
        timezone="Pacific/Apia", as_of=datetime(2012, 1, 2, tzinfo=UTC), history_start=date(2011, 1, 1)
    )
    ranges = {DAY: [span(date(2011, 12, 29), date(2011, 12, 31), settings)]}
    assert touched_days(ranges, settings) == ["2011-12-29", "2011-12-31"]
    assert set(touched_days(ranges, settings)) <= set(local_days(settings).get_partition_keys())
