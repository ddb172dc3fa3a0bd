"""Cutting an event's time into the coarsest buckets from which every period and window can be put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipelines.calendar.periods import Calendar, Instants, from_us, to_us
from pipelines.calendar.ranges import Ranges
from pipelines.engine.plan import WindowKey
from schemas.documents.documents import Grain

_UNITS = {Grain.MINUTE: 60_000_000, Grain.HOUR: 3_600_000_000}
_DAY = 86_400_000_000


@dataclass(frozen=True)
class Frames:
    """Periods by their start, and the stretch of time whose rows each takes: itself or its trailing window.

    Three arrays of equal length, in microseconds, ascending.
    """

    period_start: Instants
    begin: Instants
    end: Instants

    def cut(self, first: int, last: int) -> "Frames":
        """Those from `first` on and before `last`."""
        return Frames(self.period_start[first:last], self.begin[first:last], self.end[first:last])

    def table(self) -> pa.Table:
        """As a table."""
        return pa.table({"period_start": self.period_start, "begin": self.begin, "end": self.end})


def frames(calendar: Calendar, grain: Grain, ranges: Ranges, window: WindowKey) -> Frames:
    """The frames of all periods of `grain` in `ranges`."""
    bounds = [calendar.starts(grain, each) for each in ranges]
    empty = np.array([], dtype=np.int64)
    starts = np.concatenate([empty, *(each[:-1] for each in bounds)])
    ends = np.concatenate([empty, *(each[1:] for each in bounds)])
    if window is None:
        return Frames(starts, starts, ends)
    count, unit = window
    if unit in _UNITS:
        return Frames(starts, ends - count * _UNITS[unit], ends)
    begins = [to_us(calendar.back(grain, from_us(end), count, unit)) for end in ends.tolist()]
    return Frames(starts, np.array(begins, dtype=np.int64), ends)


@dataclass(frozen=True)
class Buckets:
    """Unit length on the local clock and the segments (begin, offset) that cut it, in microseconds."""

    unit: int
    segments: Sequence[tuple[int, int]]


def coarsest(calendar: Calendar, wanted: Mapping[tuple[Grain, WindowKey], Frames]) -> Buckets:
    """The longest buckets none of which is cut by the bounds of a frame.

    Bounds that the local clock's own units miss (a half-hour change of offset under a window of hours) become cuts.
    """
    named = [grain for grain, _ in wanted] + [window[1] for _, window in wanted if window]
    unit = min(_UNITS.get(grain, _DAY) for grain in named)
    bounds = np.unique(
        np.concatenate([each for frame in wanted.values() for each in (frame.begin, frame.end)])
    )
    segments = calendar.segments((from_us(bounds[0]), from_us(bounds[-1])))
    begins = np.array([begin for begin, _ in segments], dtype=np.int64)
    offsets = np.array([offset for _, offset in segments], dtype=np.int64)
    offset = offsets[np.searchsorted(begins, bounds, side="right") - 1]
    is_cut = ((bounds + offset) % unit != 0) & ~np.isin(bounds, begins)
    cuts = zip(bounds[is_cut].tolist(), offset[is_cut].tolist(), strict=True)
    return Buckets(unit, sorted([*segments, *cuts]))
