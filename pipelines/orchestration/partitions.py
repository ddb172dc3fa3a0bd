"""Days of the reporting zone as Dagster partitions: which there are, and which of them a scope touches."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import dagster as dg

from core import clock
from core.settings import Settings
from pipelines.calendar.ranges import Range
from schemas.documents.documents import Grain

_INSTANT = timedelta(microseconds=1)
_COARSENESS = [grain.value for grain in Grain]
_DAY = timedelta(days=1)


def newest_day(settings: Settings) -> date:
    """The local day that the newest period belongs to: that of the last instant before as-of."""
    return (clock.now(settings) - _INSTANT).astimezone(settings.zone).date()


def first_day(settings: Settings) -> date:
    """The first day that has a partition."""
    return min(settings.history_start, newest_day(settings))


def local_days(settings: Settings) -> dg.DailyPartitionsDefinition:
    """One partition per local day from MDL_HISTORY_START to the as-of day, both included.

    The as-of day may be today, which is not over: `end_offset` admits it.
    """
    begin = first_day(settings).isoformat()
    end = None if settings.as_of is None else (newest_day(settings) + _DAY).isoformat()
    return dg.DailyPartitionsDefinition(begin, timezone=settings.timezone, end_date=end, end_offset=1)


def key_of(day: date) -> str:
    """The partition key of a local day."""
    return day.isoformat()


def forced_range(keys: Sequence[str], settings: Settings) -> Range | None:
    """Instants that the days `keys` cover, to be computed whatever changed; None for the day of a regular run.

    Dagster gives a run of a backfill its contiguous days; a regular run carries only the newest day's key.
    """
    if not keys or list(keys) == [key_of(newest_day(settings))]:
        return None
    return span(date.fromisoformat(min(keys)), date.fromisoformat(max(keys)), settings)


def span(first: date, last: date, settings: Settings) -> Range:
    """Instants of the local days from `first` to `last`, both included, in UTC."""
    return _midnight(first, settings), _midnight(last + _DAY, settings)


def _midnight(day: date, settings: Settings) -> datetime:
    return datetime.combine(day, time.min, settings.zone).astimezone(UTC)


def touched_days(ranges: Mapping[tuple[str, str], Iterable[Range]], settings: Settings) -> list[str]:
    """Partition keys of the days that the computed ranges of (metric_id, grain) touch, among those there are.

    Of each metric its finest grain counts: a changed day makes its year be computed, not the year's other days.
    """
    finest: dict[str, str] = {}
    for metric_id, grain in ranges:
        finest[metric_id] = min(grain, finest.get(metric_id, grain), key=_COARSENESS.index)
    begin, end = first_day(settings), newest_day(settings)
    days: set[date] = set()
    for metric_id, grain in finest.items():
        for low, high in ranges[metric_id, grain]:
            day = max(low.astimezone(settings.zone).date(), begin)
            last = min((high - _INSTANT).astimezone(settings.zone).date(), end)
            days.update(day + _DAY * number for number in range((last - day).days + 1))
    # a date that the zone skipped has no events
    days = {day for day in days if _midnight(day, settings) < _midnight(day + _DAY, settings)}
    return [key_of(day) for day in sorted(days)]
