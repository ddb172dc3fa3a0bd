"""Cutting an event's time into the coarsest buckets from which every period and window can be put together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.engine.calendar import Calendar, Instants, Range, from_us, to_us
from pipelines.engine.plan import WindowKey
from pipelines.engine.ranges import Ranges
from schemas.catalog.documents import Grain

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

    @property
    def span(self) -> Range | None:
        """All instants of interest, gaps included."""
        if not len(self.begin):
            return None
        return from_us(int(self.begin.min())), from_us(int(self.end.max()))


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


def coarsest(
    calendar: Calendar, grains: Iterable[tuple[Grain, WindowKey]], wanted: Sequence[Frames]
) -> Buckets:
    """The longest buckets none of which is cut by a frame's bounds.

    Bounds that the local clock's own units miss (a half-hour change of offset under a window of hours) become cuts.
    """
    units = [_UNITS.get(grain, _DAY) for grain, _ in grains]
    units += [_UNITS.get(window[1], _DAY) for _, window in grains if window]
    unit = min(units)
    bounds = np.unique(np.concatenate([each for frame in wanted for each in (frame.begin, frame.end)]))
    segments = calendar.segments((from_us(int(bounds[0])), from_us(int(bounds[-1]))))
    begins = np.array([begin for begin, _ in segments], dtype=np.int64)
    offsets = np.array([offset for _, offset in segments], dtype=np.int64)
    which = np.searchsorted(begins, bounds, side="right") - 1
    missed = bounds[((bounds + offsets[which]) % unit != 0) & ~np.isin(bounds, begins)]
    cuts = [
        (int(bound), int(offsets[np.searchsorted(begins, bound, side="right") - 1]))
        for bound in missed[missed < bounds[-1]]
    ]
    return Buckets(unit, sorted([*segments, *cuts]))
