"""Periods of the reporting time zone: where they begin and end as instants; nothing of metrics or SQL.

Day and longer begin at local midnight (`zoneinfo`, fold 0). Hour and minute are the local clock cut off under the
offset in force: a repeated hour is two periods, and a period never begins before the change of offset it lies
behind. Trailing windows of days and longer step on the wall clock, those of hours and minutes in elapsed time.
A date that the zone skipped (Samoa's 30 December 2011) begins where the next one does and is no period.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from pipelines.calendar.ranges import Range
from schemas.documents.documents import Grain

Instants = NDArray[np.int64]

MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCK = {Grain.MINUTE: timedelta(minutes=1), Grain.HOUR: timedelta(hours=1)}
_DAY_US = 86_400_000_000
_DAYS = {Grain.DAY: 1, Grain.WEEK: 7}
_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


def to_us(instant: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    return (instant - _EPOCH) // MICROSECOND


def from_us(microseconds: int) -> datetime:
    """The instant, in UTC, that many microseconds after 1970 began."""
    return _EPOCH + timedelta(microseconds=int(microseconds))


class Calendar:
    """Every grain's periods in one zone, half-open `[start, end)`; instants are aware datetimes in UTC."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def start_of(self, grain: Grain, instant: datetime) -> datetime:
        """Start of the period that contains `instant`."""
        if grain in _CLOCK:
            return self._clock_start(grain, instant)
        return self._midnight(_first_day(grain, self._day_of(instant)))

    def step(self, grain: Grain, start: datetime, count: int) -> datetime:
        """Start of the `count`-th period after (before, if negative) the one that begins at `start`."""
        for _ in range(abs(count)):
            if grain not in _CLOCK:
                start = self._neighbour(grain, start, 1 if count > 0 else -1)
            elif count > 0:
                start = self._clock_end(grain, start)
            else:
                start = self._clock_start(grain, start - MICROSECOND)
        return start

    def end_of(self, grain: Grain, start: datetime) -> datetime:
        """End of the period that begins at `start`."""
        return self.step(grain, start, 1)

    def cover(self, grain: Grain, span: Range) -> Range:
        """The smallest range of whole periods that holds `span`, which must not be empty."""
        return self.start_of(grain, span[0]), self.end_of(grain, self.start_of(grain, span[1] - MICROSECOND))

    def back(self, grain: Grain, end: datetime, count: int, unit: Grain) -> datetime:
        """Start of the trailing window of `count` units that ends with a period of `grain` at `end`."""
        if unit in _CLOCK:
            return end - count * _CLOCK[unit]
        if grain not in _CLOCK:
            # the day behind the last one, which need not be the day that begins there
            following = self._day_of(end - MICROSECOND) + timedelta(days=1)
            return self._midnight(add(following, unit, -count))
        start = self._moved(end.astimezone(self.zone).replace(tzinfo=None), unit, -count)
        if start < end:
            return start
        # the clock skipped all of the window: count from the end as the clock showed it until then
        before = (end - MICROSECOND).astimezone(self.zone).replace(tzinfo=None) + MICROSECOND
        return self._moved(before, unit, -count)

    def _moved(self, wall: datetime, unit: Grain, count: int) -> datetime:
        """The instant that shows a wall time moved by whole days, months and so on."""
        return self._instant(datetime.combine(add(wall.date(), unit, count), wall.time(), self.zone))

    def lengths(self, grain: Grain, starts: Instants, ends: Instants) -> NDArray[np.float64]:
        """Calendar days from each start to its end; a day of 23 hours is one day, a skipped date none, an hour 1/24."""
        if grain in _CLOCK:
            return (ends - starts) / _DAY_US
        days = [self._day_of(from_us(instant)).toordinal() for instant in (*starts.tolist(), *ends.tolist())]
        first, last = np.array(days, dtype=np.int64).reshape(2, -1)
        skipped = [day for day in range(min(days), max(days)) if self._is_skipped(date.fromordinal(day))]
        missing = np.searchsorted(skipped, last) - np.searchsorted(skipped, first)
        lengths: NDArray[np.float64] = (last - first - missing).astype(np.float64)
        return lengths

    def starts(self, grain: Grain, span: Range) -> Instants:
        """Starts of all periods that touch `span`, in microseconds, and the end of the last one behind them."""
        first, last = self.cover(grain, span)
        if grain not in _CLOCK:
            return np.array([to_us(start) for start in self._steps(grain, first, last)], dtype=np.int64)
        unit = _CLOCK[grain] // MICROSECOND
        pieces = []
        segments = [*self.segments((first, last)), (to_us(last), 0)]
        for (begin, offset), (end, _) in pairwise(segments):
            aligned = begin - (begin + offset) % unit
            pieces.append(np.maximum(np.arange(aligned, end, unit, dtype=np.int64), begin))
        return np.concatenate([*pieces, np.array([to_us(last)], dtype=np.int64)])

    def segments(self, span: Range) -> list[tuple[int, int]]:
        """Stretches of constant offset that make up `span`: (begin, offset from UTC), both in microseconds."""
        begin, end = span
        found = [(to_us(begin), self._offset(begin) // MICROSECOND)]
        probe = begin
        while probe < end:
            following = min(probe + timedelta(hours=6), end)
            if self._offset(probe) != self._offset(following):
                change = self._change(probe, following)
                if change < end:
                    found.append((to_us(change), self._offset(change) // MICROSECOND))
            probe = following
        return found

    def _steps(self, grain: Grain, first: datetime, last: datetime) -> Iterator[datetime]:
        while first < last:
            yield first
            first = self._neighbour(grain, first, 1)
        yield last

    def _neighbour(self, grain: Grain, start: datetime, direction: int) -> datetime:
        """Start of the next period after or before the one of days that begins at `start`."""
        day = _first_day(grain, self._day_of(start))
        while (found := self._midnight(day)) == start:
            day = add(day, grain, direction)
        return found

    def _is_skipped(self, day: date) -> bool:
        return self._midnight(day) == self._midnight(day + timedelta(days=1))

    def _offset(self, instant: datetime) -> timedelta:
        offset = instant.astimezone(self.zone).utcoffset()
        return offset if offset is not None else timedelta()

    def _change(self, before: datetime, after: datetime) -> datetime:
        """First instant after `before` with the offset of `after`, found by halving to the microsecond."""
        low, high, offset = to_us(before), to_us(after), self._offset(after)
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(from_us(middle)) == offset:
                high = middle
            else:
                low = middle
        return from_us(high)

    def _instant(self, wall: datetime) -> datetime:
        """The first instant that shows the wall time, or, where the clock skips that, the first one behind it."""
        instant = wall.astimezone(UTC)
        skipped = instant.astimezone(self.zone).replace(tzinfo=None) - wall.replace(tzinfo=None)
        return self._change(instant - skipped, instant) if skipped else instant

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)

    def _day_of(self, instant: datetime) -> date:
        """The day whose `[midnight, next midnight)` holds `instant`.

        It is the local date, unless the clock was set back over midnight.
        """
        day = instant.astimezone(self.zone).date()
        if instant < self._midnight(day):
            return day - timedelta(days=1)
        following = day + timedelta(days=1)
        return following if instant >= self._midnight(following) else day

    def _clock_start(self, grain: Grain, instant: datetime) -> datetime:
        unit, offset = _CLOCK[grain], self._offset(instant)
        aligned = instant - (instant - _EPOCH + offset) % unit
        return aligned if self._offset(aligned) == offset else self._change(aligned, instant)

    def _clock_end(self, grain: Grain, start: datetime) -> datetime:
        unit, offset = _CLOCK[grain], self._offset(start)
        end = start - (start - _EPOCH + offset) % unit + unit
        return end if self._offset(end - MICROSECOND) == offset else self._change(start, end - MICROSECOND)


def _first_day(grain: Grain, day: date) -> date:
    if grain is Grain.WEEK:
        return day - timedelta(days=day.weekday())
    if grain in _MONTHS:
        months = _MONTHS[grain]
        return date(day.year, (day.month - 1) // months * months + 1, 1)
    return day


def add(day: date, unit: Grain, count: int) -> date:
    """`day` moved by `count` units; the 31st becomes the last day of a shorter month."""
    if unit in _DAYS:
        return day + timedelta(days=count * _DAYS[unit])
    month = day.year * 12 + day.month - 1 + count * _MONTHS[unit]
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(
        date(month // 12, month % 12 + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1)
    )
