"""A second, slow and plain computation of metric values, which shares no code with the engine."""

import calendar as days_of
import math
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
Row = dict[str, Any]
Number = float | None
Period = tuple[datetime, datetime]
Key = tuple[str, str, str, datetime]


@dataclass(frozen=True)
class Fact:
    """One expected row, apart from its key."""

    period_end: datetime
    is_complete: bool
    value: Number
    sample_count: int
    is_carried: bool


# ---- periods, by walking --------------------------------------------------------------------------------


def periods(zone: ZoneInfo, grain: str, begin: datetime, end: datetime) -> list[Period]:
    """All periods that touch [begin, end), found by walking days or minutes."""
    starts = list(
        _clock(zone, grain, begin, end) if grain in ("minute", "hour") else _days(zone, grain, begin, end)
    )
    return [(a, b) for a, b in pairwise(starts) if b > begin and a < end]


def _days(zone: ZoneInfo, grain: str, begin: datetime, end: datetime) -> Iterator[datetime]:
    day = begin.date() - timedelta(days=800)
    last = None
    while day < end.date() + timedelta(days=800):
        begins = {
            "day": True,
            "week": day.isoweekday() == 1,
            "month": day.day == 1,
            "quarter": day.day == 1 and day.month in (1, 4, 7, 10),
            "year": day.day == 1 and day.month == 1,
        }[grain]
        instant = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        # a date that was skipped begins with the next one
        if begins and instant != last:
            yield instant
            last = instant
        day += timedelta(days=1)


def _clock(zone: ZoneInfo, grain: str, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Every minute of UTC at which the local hour or minute, or the offset, is not that of the minute before."""
    instant = begin.replace(second=0, microsecond=0) - timedelta(hours=3)
    before: object = None
    while instant < end + timedelta(hours=3):
        local = instant.astimezone(zone)
        label = (local.strftime("%Y-%m-%d %H" if grain == "hour" else "%Y-%m-%d %H:%M"), local.utcoffset())
        if before is not None and label != before:
            yield instant
        before = label
        instant += MINUTE


def window_start(zone: ZoneInfo, grain: str, end: datetime, count: int, unit: str) -> datetime:
    """Start of the trailing window of `count` units that ends at `end`, a boundary of `grain`."""
    if unit in ("minute", "hour"):
        return end - count * (MINUTE if unit == "minute" else timedelta(hours=1))
    start = _window_start(zone, grain, end.astimezone(zone).replace(tzinfo=None), end, count, unit)
    if start < end:
        return start
    # all of it was skipped: what the clock would show at the end, had it gone on as it went
    minute_before = (end - MINUTE).astimezone(zone).replace(tzinfo=None)
    return _window_start(zone, grain, minute_before + MINUTE, end, count, unit)


def _window_start(
    zone: ZoneInfo, grain: str, wall: datetime, end: datetime, count: int, unit: str
) -> datetime:
    if grain not in ("minute", "hour"):
        # a day may begin at one o'clock where midnight is skipped, and behind a date that was skipped itself
        last_day = (end - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None)
        wall = last_day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if unit in ("day", "week"):
        wall -= timedelta(days=count * (7 if unit == "week" else 1))
    else:
        day = wall.day
        for _ in range(count * {"month": 1, "quarter": 3, "year": 12}[unit]):
            year, month = (wall.year, wall.month - 1) if wall.month > 1 else (wall.year - 1, 12)
            wall = wall.replace(year=year, month=month, day=1)
        day = min(day, days_of.monthrange(wall.year, wall.month)[1])
        wall = wall.replace(day=day)
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    while instant.astimezone(zone).replace(tzinfo=None) != wall:
        # the clock skips this time: take the first minute behind the gap
        wall += MINUTE
        instant = wall.replace(tzinfo=zone).astimezone(UTC)
    return instant


# ---- arithmetic that knows null -------------------------------------------------------------------------


def total(values: list[Number]) -> Number:
    present = [value for value in values if value is not None]
    return math.fsum(present) if present else None


def mean(values: list[Number]) -> Number:
    present = [value for value in values if value is not None]
    return math.fsum(present) / len(present) if present else None


def quantile(values: list[Number], share: float) -> Number:
    present = sorted(value for value in values if value is not None)
    if not present:
        return None
    place = share * (len(present) - 1)
    low = math.floor(place)
    high = min(low + 1, len(present) - 1)
    return present[low] + (present[high] - present[low]) * (place - low)


def deviation(values: list[Number]) -> Number:
    present = [value for value in values if value is not None]
    return statistics.stdev(present) if len(present) > 1 else None


def lowest(values: list[Number]) -> Number:
    return min((value for value in values if value is not None), default=None)


def highest(values: list[Number]) -> Number:
    return max((value for value in values if value is not None), default=None)


def less(a: Number, b: Number) -> Number:
    return None if a is None or b is None else a - b


def plus(a: Number, b: Number) -> Number:
    return None if a is None or b is None else a + b


def times(a: Number, b: Number) -> Number:
    return None if a is None or b is None else a * b


def over(a: Number, b: Number) -> Number:
    return None if a is None or not b else a / b


# ---- metrics --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spec:
    """A metric as the reference sees it: `value` is its formula as a function of a `Context`."""

    metric_id: str
    events: tuple[str, ...]
    value: Callable[["Context"], Number]
    grains: tuple[str, ...]
    slice_sets: tuple[tuple[str, ...], ...]
    null_policy: str = "unknown"
    window: tuple[int, str] | None = None
    refs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """One metric at one period of one slice; `lag` steps to an earlier period."""

    world: "Reference"
    spec: Spec
    grain: str
    slices: tuple[tuple[str, str], ...]
    index: int

    @property
    def period(self) -> Period:
        return self.world.periods[self.grain][self.index]

    def rows(self, event: str) -> list[Row]:
        """The event's rows in the period or trailing window, by time."""
        return self.world.rows(event, self.slices, self.frame(self.spec.window))

    def frame(self, window: tuple[int, str] | None) -> Period:
        begin, end = self.period
        return (window_start(self.world.zone, self.grain, end, *window), end) if window else (begin, end)

    def has_rows(self) -> bool:
        return self.world.sample_count(self) > 0

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing at all here, and that counts as zero."""
        return self.spec.null_policy == "zero" and not self.has_rows()

    def count(self, event: str, test: Callable[[Row], bool] = bool) -> Number:
        if self.spec.null_policy != "zero" and not self.has_rows():
            return None
        return float(sum(test(row) for row in self.rows(event)))

    def values(self, event: str, of: Callable[[Row], Number]) -> list[Number]:
        """What an aggregate reads; where it must come out as zero, zeros (two, for a deviation)."""
        return [0.0, 0.0] if self.is_zero else [of(row) for row in self.rows(event)]

    def sum(self, event: str, of: Callable[[Row], Number]) -> Number:
        found = total(self.values(event, of))
        if found is None and self.spec.null_policy == "zero":
            return 0.0
        return found

    def metric(self, metric_id: str) -> Number:
        spec = self.world.specs[metric_id]
        return self.world.value(Context(self.world, spec, self.grain, self.slices, self.index))[0]

    def lag(self, count: int, value: Callable[["Context"], Number]) -> Number:
        """A value some periods ago; none from before the first period that has rows."""
        earlier = Context(self.world, self.spec, self.grain, self.slices, self.index - count)
        return value(earlier) if earlier.has_begun() else None

    def has_begun(self) -> bool:
        """Whether there were rows in this period or before it."""
        return any(
            Context(self.world, self.spec, self.grain, self.slices, index).has_rows()
            for index in range(self.index + 1)
        )

    def days(self) -> float:
        begin, end = self.period
        if self.grain in ("minute", "hour"):
            return (end - begin) / timedelta(days=1)
        return round((end - begin) / timedelta(days=1))

    def hours(self) -> float:
        return (self.period[1] - self.period[0]) / timedelta(hours=1)


@dataclass
class Reference:
    """Every expected row of some metrics over some events."""

    zone: ZoneInfo
    as_of: datetime
    specs: dict[str, Spec]
    events: dict[str, list[Row]]
    memo: dict[object, tuple[Number, bool]] = field(default_factory=dict)
    counts: dict[object, int] = field(default_factory=dict)
    found: dict[object, list[Row]] = field(default_factory=dict)

    @cached_property
    def counting(self) -> dict[str, list[Row]]:
        return {
            event: sorted(
                (row for row in rows if row["occurred_at"] < self.as_of),
                key=lambda row: (row["occurred_at"], row["file_id"], row["row_number"]),
            )
            for event, rows in self.events.items()
        }

    @cached_property
    def periods(self) -> dict[str, list[Period]]:
        """Per grain, from well before the first event up to the period that holds the last instant before as-of."""
        instants = [row["occurred_at"] for rows in self.counting.values() for row in rows]
        if not instants:
            return {}
        grains = {grain for spec in self.specs.values() for grain in spec.grains}
        return {
            grain: periods(self.zone, grain, min(instants) - _margin(grain), self.as_of) for grain in grains
        }

    def rows(self, event: str, slices: tuple[tuple[str, str], ...], frame: Period) -> list[Row]:
        key = (event, slices, frame)
        if key not in self.found:
            self.found[key] = [
                row
                for row in self.counting.get(event, [])
                if frame[0] <= row["occurred_at"] < frame[1]
                and all((row[name] or "(none)") == value for name, value in slices)
            ]
        return self.found[key]

    def frames(self, spec: Spec) -> set[tuple[str, tuple[int, str] | None]]:
        """Events read, each with the window it is read over, through other metrics too."""
        own = {(event, spec.window) for event in spec.events}
        return own.union(*(self.frames(self.specs[other]) for other in spec.refs))

    def sample_count(self, context: Context) -> int:
        key = (context.spec.metric_id, context.grain, context.slices, context.index)
        if key not in self.counts:
            self.counts[key] = self._sample_count(context)
        return self.counts[key]

    def _sample_count(self, context: Context) -> int:
        distinct = {
            (event, id(row))
            for event, window in self.frames(context.spec)
            for row in self.rows(event, context.slices, context.frame(window))
        }
        return len(distinct)

    def value(self, context: Context) -> tuple[Number, bool]:
        """Value after the null policy, and whether it is carried."""
        key = (context.spec.metric_id, context.grain, context.slices, context.index)
        if key not in self.memo:
            self.memo[key] = self._value(context)
        return self.memo[key]

    def _value(self, context: Context) -> tuple[Number, bool]:
        found = self._formula(context)
        if found is None and context.spec.null_policy == "carry":
            for index in range(context.index - 1, -1, -1):
                earlier = Context(self, context.spec, context.grain, context.slices, index)
                known = self._formula(earlier) if earlier.has_begun() else None
                if known is not None:
                    return known, True
        return found, False

    def _formula(self, context: Context) -> Number:
        """What the formula gives; one over rows alone gives nothing where there are none and none are unknown."""
        spec = context.spec
        if not spec.refs and spec.null_policy != "zero" and not context.has_rows():
            return None
        found = spec.value(context)
        return found if found is None or math.isfinite(found) else None

    def table(self) -> dict[Key, Fact]:
        """Every row that must be published."""
        facts: dict[Key, Fact] = {}
        if not self.periods:
            return facts
        for spec in self.specs.values():
            for grain in spec.grains:
                for names in spec.slice_sets:
                    for values in self._combinations(spec, names):
                        facts |= self._series(spec, grain, tuple(zip(names, values, strict=True)))
        return facts

    def _combinations(self, spec: Spec, names: tuple[str, ...]) -> set[tuple[str, ...]]:
        return {
            tuple(row[name] or "(none)" for name in names)
            for event, _ in self.frames(spec)
            for row in self.counting.get(event, [])
        }

    def _series(self, spec: Spec, grain: str, slices: tuple[tuple[str, str], ...]) -> dict[Key, Fact]:
        encoded = [
            name + "=" + value.replace("%", "%25").replace(",", "%2C").replace("=", "%3D")
            for name, value in slices
        ]
        facts: dict[Key, Fact] = {}
        has_begun = False
        for index, (begin, end) in enumerate(self.periods[grain]):
            context = Context(self, spec, grain, slices, index)
            count = self.sample_count(context)
            has_begun = has_begun or count > 0
            if has_begun:
                value, is_carried = self.value(context)
                key = (spec.metric_id, grain, ",".join(encoded), begin)
                facts[key] = Fact(end, end <= self.as_of, value, count, is_carried)
        return facts


def _margin(grain: str) -> timedelta:
    """Room for LAG before the first event."""
    steps = {
        "minute": timedelta(minutes=5),
        "hour": timedelta(hours=5),
        "day": timedelta(days=5),
        "week": timedelta(days=35),
    }
    return steps.get(grain, timedelta(days=800))
