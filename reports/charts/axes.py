"""Where the ticks of axes lie: round numbers, and moments at which the calendar turns."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from schemas.documents.documents import Grain

_MOST_TICKS = 6
# what differs by less beside its size is drawn as if it were the same
_ALIKE = 1e-9
# sizes of axes beyond which doubles leave no room for round ticks
_LEAST, _MOST = 1e-290, 1e300
# steps of a time axis, finest first: unit, how many, the least grain whose periods begin at them
_LADDER: tuple[tuple[str, int, Grain], ...] = (
    *(("minute", count, Grain.MINUTE) for count in (1, 5, 15, 30)),
    *(("hour", count, Grain.HOUR) for count in (1, 3, 6, 12)),
    ("day", 1, Grain.DAY),
    *(("week", count, Grain.WEEK) for count in (1, 2)),
    *(("month", count, Grain.MONTH) for count in (1, 2)),
    *(("quarter", count, Grain.QUARTER) for count in (1, 2)),
    *(("year", count, Grain.YEAR) for count in (1, 2, 5, 10, 20, 50, 100)),
)
_SECONDS = {
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_629_800,
    "quarter": 7_889_400,
    "year": 31_557_600,
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
# what Vega writes at a tick, and below it where the larger unit turns
_WRITTEN = {
    "minute": ("utcFormat(datum.value, '%H:%M')", "utcFormat(datum.value, '%-d %b %Y')", "%Y-%m-%d"),
    "hour": ("utcFormat(datum.value, '%H:%M')", "utcFormat(datum.value, '%-d %b %Y')", "%Y-%m-%d"),
    "day": ("utcFormat(datum.value, '%-d %b')", "utcFormat(datum.value, '%Y')", "%Y"),
    "week": ("utcFormat(datum.value, '%-d %b')", "utcFormat(datum.value, '%Y')", "%Y"),
    "month": ("utcFormat(datum.value, '%b')", "utcFormat(datum.value, '%Y')", "%Y"),
    "quarter": ("'Q' + utcFormat(datum.value, '%q')", "utcFormat(datum.value, '%Y')", "%Y"),
    "year": ("utcFormat(datum.value, '%Y')", "''", ""),
}


@dataclass(frozen=True)
class NumberAxis:
    """From where to where an axis of numbers goes, and where its ticks are."""

    low: float
    high: float
    step: float
    ticks: tuple[float, ...]


def number_axis(values: Iterable[float], *, with_zero: bool = False) -> NumberAxis:
    """An axis that all values lie on, with round ticks.

    It begins at zero unless the values are all on one side of it and far from it: half of the largest or more.
    """
    known = sorted(values)
    low, high = (known[0], known[-1]) if known else (0.0, 1.0)
    size = max(abs(low), abs(high))
    if with_zero or low <= 0 <= high or min(abs(low), abs(high)) < size / 2:
        low, high = min(low, 0.0), max(high, 0.0)
    if high / 2 - low / 2 <= _ALIKE * size and size < _MOST:
        low, high = low - (size / 2 or 1.0), high + (size / 2 or 1.0)
    half = high / 2 - low / 2
    if not _LEAST < half < _MOST:
        return NumberAxis(low, high, half, (low, high))
    step = _round_step(2 * half / (_MOST_TICKS - 1))
    first, last = math.floor(low / step + _ALIKE), math.ceil(high / step - _ALIKE)
    ticks = tuple(number * step for number in range(first, last + 1))
    return NumberAxis(min(ticks[0], low), max(ticks[-1], high), step, ticks)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= least * (1 - _ALIKE))


def at(moment: datetime) -> int:
    """Milliseconds at which the wall clock of the reporting zone is drawn: as if it were that of UTC."""
    return int(moment.replace(tzinfo=UTC).timestamp() * 1000)


@dataclass(frozen=True)
class TimeAxis:
    """Ticks of an axis of time in milliseconds, and what Vega writes at them; it holds nothing of the catalog's."""

    ticks: tuple[int, ...]
    expression: str


def time_axis(moments: Sequence[datetime], grain: str, most: int) -> TimeAxis:
    """Ticks between the first and the last moment, at most so many, where periods of the grain may begin."""
    walls = sorted(moment.replace(tzinfo=None) for moment in moments)
    seconds = (walls[-1] - walls[0]).total_seconds()
    grains = list(Grain)
    fitting = (
        (unit, count)
        for unit, count, least in _LADDER
        if grains.index(least) >= grains.index(Grain(grain)) and seconds / _SECONDS[unit] / count <= most - 1
    )
    unit, count = next(fitting, ("year", 100))
    ticks = list(_turns(walls[0], walls[-1], unit, count)) or [walls[0]]
    plain, larger, turn = _WRITTEN[unit]
    turning = [
        at(each)
        for before, each in zip([None, *ticks], ticks, strict=False)
        if before is None or before.strftime(turn) != each.strftime(turn)
    ]
    expression = (
        f"indexof([{', '.join(map(str, turning))}], time(datum.value)) < 0 ? {plain} : [{plain}, {larger}]"
    )
    return TimeAxis(tuple(map(at, ticks)), plain if unit == "year" else expression)


def _turns(first: datetime, last: datetime, unit: str, count: int) -> Iterator[datetime]:
    """Moments between two of the wall clock at which `count` units begin."""
    moment = _begin(first, unit, count)
    while moment <= last:
        if moment >= first:
            yield moment
        moment = _next(moment, unit, count)


def _begin(moment: datetime, unit: str, count: int) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit in _MONTHS:
        months = _MONTHS[unit] * count
        whole = (midnight.year * 12 + midnight.month - 1) // months * months
        return midnight.replace(year=max(1, whole // 12), month=whole % 12 + 1, day=1)
    return midnight - timedelta(days=midnight.weekday()) if unit == "week" else midnight


def _next(moment: datetime, unit: str, count: int) -> datetime:
    if unit not in _MONTHS:
        return moment + timedelta(seconds=_SECONDS[unit] * count)
    whole = moment.year * 12 + moment.month - 1 + _MONTHS[unit] * count
    return moment.replace(year=whole // 12, month=whole % 12 + 1)
