"""Which periods of a report are due: pure calendar, by the clock of the report's zone."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.calendar.periods import MICROSECOND, Calendar
from reports.documents.model import Period
from schemas.documents.documents import Grain, Report
from schemas.documents.schedules import due_between

MOST_MISSED = 12
"""So many periods that were missed are made afterwards: the newest."""
LONGEST_MISSED = timedelta(days=400)
"""What was missed longer ago than that is not looked for."""

SHORT = (Grain.MINUTE, Grain.HOUR)
"""Of which more than one begins on a day."""


@dataclass(frozen=True)
class DueReport:
    """A period, and when its report is due: at the first time of the schedule after the period ended."""

    period: Period
    due_at: datetime


def zone_of(report: Report, default: ZoneInfo) -> ZoneInfo:
    """By whose clock a report is due, and its periods begin and end."""
    return ZoneInfo(report.timezone) if report.timezone else default


def due_periods(report: Report, default_zone: ZoneInfo, after: datetime, until: datetime) -> list[DueReport]:
    """What fell due after one instant and by another: each period once, oldest first, the newest `MOST_MISSED`.

    What is due is the last period that was finished at that time. Where the schedule comes less often than periods
    end, the periods between are never due; where it comes more often, a period is due at the first time.
    """
    if report.schedule is None:
        return []
    begin = max(after, until - LONGEST_MISSED)
    return list(deque(_each(report, zone_of(report, default_zone), begin, until), MOST_MISSED))


def next_due(report: Report, default_zone: ZoneInfo, after: datetime) -> datetime | None:
    """When the schedule comes next, within two years; None where it does not, or there is none."""
    if report.schedule is None:
        return None
    until = after + timedelta(days=731)
    return next(due_between(report.schedule, zone_of(report, default_zone), after, until), None)


def _each(report: Report, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[DueReport]:
    calendar = Calendar(zone)
    while True:
        due_at = next(due_between(report.schedule or "", zone, after, until), None)
        if due_at is None:
            return
        due_at = due_at.astimezone(UTC)
        period = finished_before(report.grain, zone, due_at)
        yield DueReport(period, due_at)
        # the next one can only be due once the period that runs now has ended
        after = max(due_at, calendar.end_of(report.grain, period.end.astimezone(UTC)) - MICROSECOND)


def finished_before(grain: Grain, zone: ZoneInfo, instant: datetime) -> Period:
    """The last period that was finished at an instant; one that ends then is."""
    calendar = Calendar(zone)
    running = calendar.start_of(grain, instant.astimezone(UTC))
    return _period(grain, zone, calendar.step(grain, running, -1))


def period_of(grain: Grain, zone: ZoneInfo, day: date | datetime) -> Period:
    """The period that holds a day of the zone, or a moment by its clock."""
    local = day if isinstance(day, datetime) else datetime.combine(day, time())
    local = local if local.tzinfo else local.replace(tzinfo=zone)
    return _period(grain, zone, Calendar(zone).start_of(grain, local.astimezone(UTC)))


def name_of(period: Period) -> str:
    """A period by the day on which it begins, or the moment where it is shorter than a day: an hour may come twice."""
    return period.start.isoformat(timespec="minutes") if period.grain in SHORT else f"{period.start:%Y-%m-%d}"


def label_of(period: Period) -> str:
    """What a period is in the books: its day whatever the zone is later, or the very moment where it is shorter."""
    if period.grain in SHORT:
        return f"{period.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    return f"{period.start:%Y-%m-%d}"


def _period(grain: Grain, zone: ZoneInfo, start: datetime) -> Period:
    end = Calendar(zone).end_of(grain, start)
    return Period(grain.value, start.astimezone(zone), end.astimezone(zone))


def due_time(report: Report, default_zone: ZoneInfo, period: Period) -> datetime:
    """When a report of a period would have been due: at the first time of its schedule, else when the period ended."""
    return next_due(report, default_zone, period.end.astimezone(UTC) - MICROSECOND) or period.end
