"""A catalog of hand-written metrics and their values at every grain, slice and period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from tests.oracle.grid import Event, Grid
from tests.oracle.periods import calendar, window_starts

NO_DIMENSION: tuple[str, ...] = ()
NO_VALUES = pd.DataFrame(
    {
        "metric_id": pd.Series(dtype="str"),
        "grain": pd.Series(dtype="str"),
        "slice": pd.Series(dtype="str"),
        "period_start": pd.Series(dtype="datetime64[us, UTC]"),
        "period_end": pd.Series(dtype="datetime64[us, UTC]"),
        "is_complete": pd.Series(dtype=bool),
        "value": pd.Series(dtype=float),
        "sample_count": pd.Series(dtype=float),
        "is_carried": pd.Series(dtype=bool),
    }
)
LOOK_BACK = {
    "minute": pd.Timedelta(minutes=4),
    "hour": pd.Timedelta(hours=4),
    "day": pd.Timedelta(days=4),
    "week": pd.Timedelta(weeks=4),
    "month": pd.Timedelta(days=4 * 31),
    "quarter": pd.Timedelta(days=4 * 92),
    "year": pd.Timedelta(days=4 * 366),
}
"""How far before the first row periods are looked at, so that `lag` sees what a period without rows is."""


@dataclass(frozen=True)
class Entry:
    """One metric: its arithmetic over a `View`, and what is published of it.

    `events` are those that it reads itself, in its own window; `refs` the metrics that stand on theirs.
    `policy` is unknown, zero or carry.
    """

    value: Callable[["View"], pd.Series]
    events: tuple[str, ...]
    grains: tuple[str, ...] = ("day", "week", "month")
    slice_sets: tuple[tuple[str, ...], ...] = (NO_DIMENSION,)
    trailing: int | None = None
    policy: str = "unknown"
    refs: tuple[str, ...] = ()


@dataclass
class Book:
    """Metrics, events and the point in time at which they are read."""

    entries: Mapping[str, Entry]
    events: Mapping[str, Event]
    as_of: datetime
    zone: str
    _grids: dict[tuple[object, ...], Grid] = field(default_factory=dict, init=False)
    _calendars: dict[tuple[pd.Timestamp, str], pd.DataFrame] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.events = {
            name: Event(event.rows[event.rows.occurred_at < pd.Timestamp(self.as_of)])
            for name, event in self.events.items()
        }

    def values(self) -> pd.DataFrame:
        """Every published row: metric_id, grain, slice, period_start, period_end, is_complete, value,
        sample_count, is_carried."""
        tables = [
            self._published(metric_id, entry, grain, names)
            for metric_id, entry in self.entries.items()
            for grain in entry.grains
            for names in entry.slice_sets
        ]
        return pd.concat([NO_VALUES, *(table for table in tables if len(table))], ignore_index=True)

    def _published(self, metric_id: str, entry: Entry, grain: str, names: tuple[str, ...]) -> pd.DataFrame:
        frame = self._frame(entry, grain, names)
        if frame is None:
            return pd.DataFrame()
        view = View(self, entry, frame)
        value, carried = view.result()
        periods = frame.periods.iloc[np.tile(np.arange(len(frame.periods)), len(frame.slices))]
        table = periods.reset_index(drop=True).assign(
            metric_id=metric_id,
            grain=grain,
            slice=np.repeat(frame.slices, len(frame.periods)),
            value=value,
            sample_count=view.sample_count(),
            is_carried=carried,
        )
        return table[frame.alive.to_numpy()]

    def _frame(self, entry: Entry, grain: str, names: tuple[str, ...]) -> "Frame | None":
        read = [self.events[event] for event in self.windows(entry) if len(self.events[event].rows)]
        if not read:
            return None
        first = min(event.instants.iloc[0] for event in read) - LOOK_BACK[grain]
        periods = self._calendar(first, grain)
        slices = sorted(set().union(*(event.slices(names).categories for event in read)))
        frame = Frame(grain, names, slices, periods, pd.Series(True, range(len(slices) * len(periods))))
        seen = View(self, entry, frame).sample_count() > 0
        frame.alive = seen.groupby(frame.slice_of).cummax()
        return frame

    def _calendar(self, first: pd.Timestamp, grain: str) -> pd.DataFrame:
        """Periods from `first` on; made once."""
        if (first, grain) not in self._calendars:
            self._calendars[first, grain] = calendar(first, self.as_of, grain, self.zone)
        return self._calendars[first, grain]

    def windows(self, entry: Entry) -> dict[str, set[int | None]]:
        """Events that a metric and those under it read, with the windows they are read in."""
        found: dict[str, set[int | None]] = {event: {entry.trailing} for event in entry.events}
        for ref in entry.refs:
            for event, windows in self.windows(self.entries[ref]).items():
                found[event] = found.get(event, set()) | windows
        return found

    def grid(self, event: str, frame: "Frame", trailing: int | None) -> Grid:
        """The rows of an event laid over a frame, one grid per window; made once."""
        key = (event, frame.grain, frame.names, tuple(frame.slices), frame.periods.period_start[0], trailing)
        if key not in self._grids:
            starts = frame.periods.period_start
            if trailing is not None:
                starts = window_starts(frame.periods.period_end, trailing, self.zone)
            instants = self.events[event].instants
            low, high = (instants.searchsorted(edge) for edge in (starts, frame.periods.period_end))
            self._grids[key] = Grid(self.events[event], frame.names, frame.slices, low, high)
        return self._grids[key]


@dataclass
class Frame:
    """Cells that a metric is computed in: slices times periods; `alive` from the first with rows."""

    grain: str
    names: tuple[str, ...]
    slices: list[str]
    periods: pd.DataFrame
    alive: pd.Series

    @property
    def slice_of(self) -> np.ndarray:
        """Number of the slice of each cell."""
        return np.repeat(np.arange(len(self.slices)), len(self.periods))

    def per_period(self, values: pd.Series) -> pd.Series:
        """One value per period, repeated for every slice."""
        return pd.Series(np.tile(values.to_numpy(dtype=float), len(self.slices)))


@dataclass
class View:
    """What a metric's arithmetic may ask for in one frame; series have one number per cell."""

    book: Book
    entry: Entry
    frame: Frame

    def __getitem__(self, event: str) -> "Aggregates":
        """The aggregates of an event, in the metric's own window."""
        return Aggregates(self, self.book.grid(event, self.frame, self.entry.trailing))

    def sample_count(self) -> pd.Series:
        """Rows of every event that the metric stands on, before any filter, in the widest window of each."""
        total = pd.Series(0, self.frame.alive.index)
        for event, windows in self.book.windows(self.entry).items():
            rows = [self.book.grid(event, self.frame, window).rows() for window in windows]
            total = total + pd.concat(rows, axis=1).max(axis=1)
        return total

    def metric(self, metric_id: str) -> pd.Series:
        """Another metric here, in its own window and after its own null policy."""
        value, _ = View(self.book, self.book.entries[metric_id], self.frame).result()
        return value

    def lag(self, series: pd.Series, periods: int = 1) -> pd.Series:
        """The value some periods before; none from before the slice has rows."""
        has_begun = (self.sample_count() > 0).groupby(self.frame.slice_of).cummax()
        return series.where(has_begun).groupby(self.frame.slice_of).shift(periods)

    def days(self) -> pd.Series:
        """Local days of each period; an hour is one also where the wall shows it twice."""
        if self.frame.grain in {"minute", "hour"}:
            return self.hours() / 24
        return self.frame.per_period(self._wall_length() / pd.Timedelta(days=1))

    def hours(self) -> pd.Series:
        """Hours that really pass in each period."""
        periods = self.frame.periods
        return self.frame.per_period((periods.period_end - periods.period_start) / pd.Timedelta(hours=1))

    def _wall_length(self) -> pd.Series:
        start, end = (
            self.frame.periods[edge].dt.tz_convert(self.book.zone).dt.tz_localize(None)
            for edge in ("period_start", "period_end")
        )
        return end - start

    def result(self) -> tuple[pd.Series, pd.Series]:
        """Value after null policy, and whether it is carried."""
        value = self.entry.value(self).replace([np.inf, -np.inf], np.nan)
        empty = self.sample_count() == 0
        if not self.entry.refs and self.entry.policy != "zero":
            value = value.mask(empty)
        if self.entry.policy == "carry":
            known = value.groupby(self.frame.slice_of).ffill()
            return known, value.isna() & known.notna()
        return value, empty & False


@dataclass
class Aggregates:
    """The aggregates of an event: nothing, or zero where that is the policy, where the metric has no rows at all."""

    view: View
    grid: Grid

    def __getattr__(self, name: str) -> Callable[..., pd.Series]:
        """The aggregate of that name of the grid."""

        def own(*arguments: object) -> pd.Series:
            found = getattr(self.grid, name)(*arguments)
            nothing = 0.0 if self.view.entry.policy == "zero" else np.nan
            return found.mask(self.view.sample_count() == 0, nothing)

        return own
