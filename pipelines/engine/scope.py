"""Which periods of which metrics must be computed again, and why nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

from pipelines.calendar.periods import MICROSECOND, Calendar
from pipelines.calendar.ranges import Range, Ranges, clip, union
from pipelines.engine.beginnings import looking_at_beginnings
from schemas.documents.documents import Catalog, Grain, Metric
from schemas.formula.compiled import Compilation
from schemas.formula.hash import definition_hash

Extents = Mapping[str, Range | None]


class Published(Protocol):
    """What the newest publication stands on, as far as the engine needs to know."""

    @property
    def as_of(self) -> datetime:
        """The time its numbers stand at."""

    @property
    def definition_hashes(self) -> Mapping[str, str]:
        """Of every metric that it published."""


@dataclass(frozen=True)
class Scope:
    """Periods to compute, and so to replace.

    `ranges` holds, per (metric_id, grain), whole periods as sorted disjoint ranges of instants in UTC. A metric in
    `full` is computed from its first event on, and nothing of it that is published stands any longer.
    """

    ranges: Mapping[tuple[str, str], Ranges] = field(default_factory=dict)
    full: frozenset[str] = frozenset()

    def widened(self, more: Mapping[tuple[str, str], Ranges]) -> "Scope":
        """This scope and `more`."""
        grown = {key: union([*self.ranges.get(key, ()), *ranges]) for key, ranges in more.items()}
        return replace(self, ranges={**self.ranges, **grown})

    def without(self, metrics: Collection[str]) -> "Scope":
        """This scope but for some metrics."""
        kept = {key: ranges for key, ranges in self.ranges.items() if key[0] not in metrics}
        return Scope(kept, self.full.difference(metrics))


def affected(
    compilation: Compilation,
    catalog: Catalog,
    changes: Mapping[str, Sequence[Range]],
    extents: Extents,
    previous: Published | None,
    as_of: datetime,
    zone: ZoneInfo,
    forced: Range | None = None,
) -> Scope:
    """Find what a new publication must compute.

    Args:
        compilation: the computed metrics, in dependency order.
        catalog: their documents.
        changes: per event, ranges of `occurred_at` whose live rows changed since `previous`.
        extents: per event, first and last `occurred_at` in the lake (the last one included).
        previous: the newest publication; None computes everything.
        as_of: events at or after it do not count; may lie before that of `previous`.
        zone: the reporting zone.
        forced: a range to compute again as if all events in it had changed.
    """
    return _Finder(compilation, catalog, extents, as_of, Calendar(zone)).find(changes, previous, forced)


@dataclass
class _Finder:
    compilation: Compilation
    catalog: Catalog
    extents: Extents
    as_of: datetime
    calendar: Calendar
    changes: dict[str, Ranges] = field(default_factory=dict)
    moved: Range | None = None
    memo: dict[tuple[str, Grain], Ranges] = field(default_factory=dict)

    @cached_property
    def beginning(self) -> frozenset[str]:
        return looking_at_beginnings(self.compilation, self.catalog)

    def find(
        self, changes: Mapping[str, Sequence[Range]], previous: Published | None, forced: Range | None
    ) -> Scope:
        hashes = {
            metric_id: definition_hash(
                self.catalog.metrics[metric_id], self.compilation, self.calendar.zone.key
            )
            for metric_id in self.compilation.order
        }
        known = previous.definition_hashes if previous else {}
        full = frozenset(metric_id for metric_id, value in hashes.items() if known.get(metric_id) != value)
        if previous and previous.as_of != self.as_of:
            self.moved = (min(previous.as_of, self.as_of), max(previous.as_of, self.as_of))
        for event in {event for one in self.compilation.metrics.values() for event in one.events}:
            self.changes[event] = union(
                [*changes.get(event, ()), *self._uncovered(event), *((forced,) if forced else ())]
            )
        ranges = {}
        for metric_id in self.compilation.order:
            for grain in self.catalog.metrics[metric_id].grains:
                wanted = self._all(metric_id, grain) if metric_id in full else self._some(metric_id, grain)
                if wanted or metric_id in full:
                    ranges[metric_id, grain.value] = wanted
        return Scope(ranges, full)

    def _uncovered(self, event: str) -> Ranges:
        """Events that the as-of time passed over, in either direction."""
        extent = self.extents.get(event)
        if self.moved is None or extent is None:
            return ()
        return clip([self.moved], (extent[0], extent[1] + MICROSECOND))

    def _all(self, metric_id: str, grain: Grain) -> Ranges:
        begin = data_start(self.compilation.metrics[metric_id].events, self.extents)
        if begin is None or begin >= self.as_of:
            return ()
        return (self.calendar.cover(grain, (begin, self.as_of)),)

    def _some(self, metric_id: str, grain: Grain) -> Ranges:
        """Periods of one metric and grain that may differ; offered or not, since others may refer to it."""
        if (metric_id, grain) in self.memo:
            return self.memo[metric_id, grain]
        compiled, metric = self.compilation.metrics[metric_id], self.catalog.metrics[metric_id]
        newest_end = self.calendar.cover(grain, (self.as_of - MICROSECOND, self.as_of))[1]
        horizon = newest_end
        if self.moved:
            last = self.moved[1]
            horizon = max(horizon, self.calendar.cover(grain, (last - MICROSECOND, last))[1])
        touched = [*self._turned(grain)]
        for event in {leaf.event for leaf in compiled.leaves}:
            touched += [self._reach(metric, grain, change) for change in self.changes[event]]
        for other in compiled.metric_refs:
            touched += self._some(other, grain)
        if compiled.max_lag:
            touched = [(begin, self.calendar.step(grain, end, compiled.max_lag)) for begin, end in touched]
        hangs_on_earlier = metric.definition.null_policy == "carry" or metric_id in self.beginning
        if touched and hangs_on_earlier:
            touched = [(min(begin for begin, _ in touched), horizon)]
        begin = min((begin for begin, _ in touched), default=horizon)
        self.memo[metric_id, grain] = clip(touched, (begin, horizon))
        return self.memo[metric_id, grain]

    def _turned(self, grain: Grain) -> Ranges:
        """Periods that begin to exist, cease to, or change whether they are complete, as the as-of time moves."""
        if self.moved is None:
            return ()
        (low, low_end), (high, high_end) = (
            self.calendar.cover(grain, (instant - MICROSECOND, instant)) for instant in self.moved
        )
        if low == high and (low_end <= self.moved[0]) == (high_end <= self.moved[1]):
            return ()
        return ((low, high_end),)

    def _reach(self, metric: Metric, grain: Grain, change: Range) -> Range:
        """Periods whose rows, or whose trailing window's rows, may lie in `change`."""
        begin, end = self.calendar.cover(grain, change)
        window = metric.definition.window
        if window is None:
            return begin, end

        def reaches(last: datetime) -> bool:
            return self.calendar.back(grain, last, window.trailing, Grain(window.unit)) < change[1]

        # the wall-clock step there may miss the step back by a period or two: clamped months, skipped hours
        there = self.calendar.back(grain, change[1], -window.trailing, Grain(window.unit))
        last = max(end, self.calendar.cover(grain, (there - MICROSECOND, there))[1])
        while last > end and not reaches(last):
            last = self.calendar.step(grain, last, -1)
        while reaches(following := self.calendar.end_of(grain, last)):
            last = following
        return begin, last


def data_start(events: frozenset[str], extents: Extents) -> datetime | None:
    """The first instant of any of the events; None where the lake holds none of them."""
    found = (extents.get(event) for event in events)
    return min((extent[0] for extent in found if extent is not None), default=None)
