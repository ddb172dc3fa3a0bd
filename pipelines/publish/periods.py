"""Ranges of instants and steps through the calendar of the reporting zone, as a publication needs them."""

import calendar
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Range = tuple[datetime, datetime]
"""Half-open range of instants, in UTC."""

Unit = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
UNITS: tuple[Unit, ...] = ("minute", "hour", "day", "week", "month", "quarter", "year")

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)
ALWAYS: Range = (BEGINNING, END)
# within this distance of the ends of the calendar an instant stands for "unbounded" and does not move
_MARGIN = timedelta(days=800)

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_ABSOLUTE = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


def merge(ranges: Iterable[Range]) -> list[Range]:
    """Sort ranges and join those that touch; empty ones are dropped."""
    merged: list[Range] = []
    for low, high in sorted(ranges):
        if low >= high:
            continue
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def contains(ranges: Sequence[Range], instant: datetime) -> bool:
    """Whether any range holds the instant."""
    return any(low <= instant < high for low, high in ranges)


def shift(instant: datetime, unit: Unit, count: int, zone: ZoneInfo) -> datetime:
    """Step `count` units (negative: back) through the local calendar; the day of month is clamped.

    Minutes and hours are steps of elapsed time. Instants near the ends of the calendar stay where they are.
    """
    if _is_unbounded(instant):
        return instant
    if unit in _ABSOLUTE:
        return instant.astimezone(UTC) + count * _ABSOLUTE[unit]
    return _moved(instant.astimezone(zone), unit, count).astimezone(UTC)


def counterpart(start: datetime, grain: Unit, unit: Unit, count: int, zone: ZoneInfo) -> datetime | None:
    """Start of the period that lies `count` units from the one that begins at `start`; None where the zone skipped it.

    A day whose midnight is skipped begins later, and is the counterpart of days that begin at midnight.
    """
    if unit in _ABSOLUTE or _is_unbounded(start):
        return shift(start, unit, count, zone)
    local = start.astimezone(zone).replace(tzinfo=None)
    if grain not in _ABSOLUTE:
        local = local.replace(hour=0, minute=0)
    wanted = _moved(local, unit, count)
    found = wanted.replace(tzinfo=zone).astimezone(UTC)
    has_become = found.astimezone(zone).replace(tzinfo=None)
    is_there = has_become == wanted if grain in _ABSOLUTE else has_become.date() == wanted.date()
    return found if is_there else None


def _moved(local: datetime, unit: Unit, count: int) -> datetime:
    if unit in _MONTHS:
        months = local.year * 12 + local.month - 1 + count * _MONTHS[unit]
        year, month = divmod(months, 12)
        day = min(local.day, calendar.monthrange(year, month + 1)[1])
        return local.replace(year=year, month=month + 1, day=day)
    return local + timedelta(days=count * (7 if unit == "week" else 1))


def widen(ranges: Iterable[Range], unit: Unit, count: int, zone: ZoneInfo) -> list[Range]:
    """Where periods come to lie that start within `ranges` and step `count` units; never less than that.

    Clamped days of the month and clock changes move single periods by up to three days, which is added.
    """
    slack = timedelta(0) if unit in _ABSOLUTE else timedelta(days=4 if unit in _MONTHS else 1)
    return [
        (_bounded(shift(low, unit, count, zone), -slack), _bounded(shift(high, unit, count, zone), slack))
        for low, high in ranges
    ]


def _bounded(instant: datetime, by: timedelta) -> datetime:
    return instant if _is_unbounded(instant) else instant + by


def _is_unbounded(instant: datetime) -> bool:
    return instant - BEGINNING < _MARGIN or END - instant < _MARGIN
