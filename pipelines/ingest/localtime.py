"""Local wall time to UTC as a table, so that DuckDB joins it instead of asking a calendar row by row."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import pyarrow as pa

_FIRST, _LAST = date(1900, 1, 1), date(2100, 1, 1)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time on purpose
_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=32)
def local_days(zone: str, ambiguous: Literal["earlier", "later"] = "earlier") -> pa.Table:
    """One row per local date from 1900 to 2100: what to take from its wall time to get UTC.

    Columns day (date), before_us, switch_us, after_us: wall times (microseconds since 1970 local) from switch_us
    on are after_us ahead of UTC, earlier ones before_us. A time that the clocks skip moves forward by the gap; of
    a time that they repeat the first is meant, or the second where `ambiguous` is `later`.
    """
    info = ZoneInfo(zone)
    is_later = ambiguous == "later"
    days = [_FIRST + timedelta(days=n) for n in range((_LAST - _FIRST).days + 1)]
    starts = [_offset(info, datetime(day.year, day.month, day.day), is_later) for day in days]  # noqa: DTZ001
    rows = [
        (start, _switch(info, day, start, end, is_later) if start != end else 0, end)
        for day, start, end in zip(days[:-1], starts[:-1], starts[1:], strict=True)
    ]
    return pa.table(
        {
            "day": pa.array(days[:-1], pa.date32()),
            "before_us": pa.array([start // timedelta(microseconds=1) for start, _, _ in rows], pa.int64()),
            "switch_us": pa.array([switch for _, switch, _ in rows], pa.int64()),
            "after_us": pa.array([end // timedelta(microseconds=1) for _, _, end in rows], pa.int64()),
        }
    )


def is_utc(zone: str) -> bool:
    """Whether wall time of the zone is UTC at all times."""
    return zone in {"UTC", "Etc/UTC", "Z", "Zulu", "Etc/Zulu", "UCT", "Etc/UCT", "Universal", "Etc/Universal"}


def _offset(info: ZoneInfo, wall: datetime, is_later: bool) -> timedelta:  # noqa: FBT001
    """Offset of a wall time, of one that the clocks skip always the one before."""
    # of a repeated time the later instant has the smaller offset; of a skipped one fold=1 has the larger
    first = wall.replace(tzinfo=info, fold=0).utcoffset() or timedelta(0)
    return min(first, wall.replace(tzinfo=info, fold=1).utcoffset() or timedelta(0)) if is_later else first


def _switch(info: ZoneInfo, day: date, start: timedelta, end: timedelta, is_later: bool) -> int:  # noqa: FBT001
    """First wall time of `day`, in microseconds, at which the offset of the next midnight holds.

    A day of two changes, of which history has none, would be read by the first bisected.
    """
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    low, high = 0, 86_400
    while low < high:
        middle = (low + high) // 2
        if _offset(info, midnight + middle * _SECOND, is_later) == start != end:
            low = middle + 1
        else:
            high = middle
    return (midnight - _EPOCH) // timedelta(microseconds=1) + low * 1_000_000
