"""Schedules in the five fields of cron, by the clock of a time zone.

Where a clock is put forward, what was due in the hour that is skipped is due right after it; where it is put back,
once, at the first of the two (as Debian's cron does it, by `cronsim`).
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError


def schedule_problem(cron: str) -> str | None:
    """Why a text is no schedule, or None."""
    if len(cron.split()) != 5:
        return "expected five fields (minute hour day month weekday), such as `0 7 * * 1`: Mondays at 7"
    try:
        next(CronSim(cron, datetime(2024, 1, 1)))  # noqa: DTZ001  only read
    except CronSimError as error:
        return f"{error}; a schedule is such as `0 7 * * 1`: Mondays at 7"
    except StopIteration:
        return "there is no such day"
    return None


def due_between(cron: str, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
    """When it was due after one instant and by another, oldest first."""
    every = CronSim(cron, after.astimezone(zone))
    return takewhile(lambda moment: moment <= until, every)


def last_due(cron: str, zone: ZoneInfo, at: datetime) -> datetime | None:
    """When it was due last, by that instant; None where it was never within what cron looks back (50 years)."""
    return next(CronSim(cron, at.astimezone(zone), reverse=True), None)
