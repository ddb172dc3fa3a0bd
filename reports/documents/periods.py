"""Periods of reports by the clock of a zone: the last finished one, and where it lies in another zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reports.documents.model import Period
from schemas.documents.documents import Grain

_CLOCK = {Grain.MINUTE: timedelta(minutes=1), Grain.HOUR: timedelta(hours=1)}
_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


def period_before(grain: Grain, at: datetime, zone: ZoneInfo) -> Period:
    """The last period of the grain that was over at the instant `at`; weeks begin on Monday.

    One that ends right then is over. Days and longer go from midnight to midnight by the zone's clock, so that the day
    on which clocks are changed has 23 or 25 hours; hours and minutes are counted in elapsed time.
    """
    if grain in _CLOCK:
        end = _clock_start(at, _CLOCK[grain], zone)
        # in UTC: by the clock on the wall an hour that it shows twice has no length
        last = end.astimezone(UTC) - timedelta(microseconds=1)
        return Period(grain.value, _clock_start(last, _CLOCK[grain], zone), end)
    end_day = _first_day(grain, at.astimezone(zone))
    start_day = _first_day(grain, end_day - timedelta(days=1))
    return Period(grain.value, _midnight(start_day, zone), _midnight(end_day, zone))


def same_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the clock of the zone shows what the moment's own clock shows."""
    return moment.replace(tzinfo=zone)


def _clock_start(at: datetime, unit: timedelta, zone: ZoneInfo) -> datetime:
    """The clock cut off, under the offset in force: an hour that the clock shows twice is two periods."""
    local = at.astimezone(zone)
    passed = (local.replace(tzinfo=None) - datetime.min) % unit  # noqa: DTZ901  a clock on the wall
    return (at.astimezone(UTC) - passed).astimezone(zone)


def _first_day(grain: Grain, local: datetime) -> datetime:
    """Midnight on the wall with which the period of a day on the wall begins."""
    day = datetime.combine(local.date(), time())
    if grain is Grain.WEEK:
        return day - timedelta(days=day.weekday())
    if grain is Grain.DAY:
        return day
    months = _MONTHS[grain]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _midnight(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of the day; where clocks skip midnight, the one that they go on with."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
