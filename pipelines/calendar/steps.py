"""Steps through the calendar of the reporting zone: from a period to the one that it is compared with."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pipelines.calendar.periods import add
from pipelines.calendar.ranges import BEGINNING, END, Range
from schemas.documents.documents import Grain

Unit = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
UNITS: tuple[Unit, ...] = ("minute", "hour", "day", "week", "month", "quarter", "year")

# within this distance of the ends of the calendar an instant stands for "unbounded" and does not move
_MARGIN = timedelta(days=800)

_MONTHS = frozenset({"month", "quarter", "year"})
_ABSOLUTE = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


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
    moved = datetime.combine(add(local.date(), Grain(unit), count), local.timetz())
    return moved if unit in _MONTHS else moved.replace(fold=0)


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
