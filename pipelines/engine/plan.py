"""What has to be computed for a scope: metrics per grain and slice set, and the leaves behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipelines.calendar.periods import MICROSECOND, Calendar
from pipelines.calendar.ranges import Ranges, union
from pipelines.engine.beginnings import looking_at_beginnings
from pipelines.engine.scope import Extents, Scope, data_start
from schemas.documents.documents import Catalog, Grain, Window
from schemas.formula.compiled import Compilation, CompiledMetric
from schemas.formula.leaves import Leaf, make_leaf

SliceSet = tuple[str, ...]
Cell = tuple[Grain, SliceSet]
WindowKey = tuple[int, Grain] | None
Use = tuple[str, WindowKey]
"""A leaf's key, and the trailing window it is taken over."""
Samples = tuple[tuple[str, tuple[WindowKey, ...]], ...]
"""Events whose rows are counted, with the windows they are read over."""

ROWS = "rows of "


def window_key(window: Window | None) -> WindowKey:
    """A window as something that can be compared and sorted into groups."""
    return None if window is None else (window.trailing, Grain(window.unit))


def rows_leaf(event: str) -> Leaf:
    """The count of an event's rows before any filter, from which sample counts come."""
    return replace(make_leaf(event, "count"), key=ROWS + event)


@dataclass
class Plan:
    """One cohort of metrics that are computed together.

    `cells` are the metrics to evaluate per (grain, slice set), in dependency order; `reads` the periods that each
    (metric, grain) is evaluated at, those that LAG looks back at included; `beginning` the metrics that must know where
    their slices begin; `seeded` those of them, and of the carry metrics, whose beginning or value before `reads` is
    known from what is published.
    """

    compilation: Compilation
    catalog: Catalog
    scope: Scope
    cells: dict[Cell, list[str]] = field(default_factory=dict)
    reads: dict[tuple[str, Grain], Ranges] = field(default_factory=dict)
    seeded: set[tuple[str, Grain]] = field(default_factory=set)
    samples: dict[str, Samples] = field(default_factory=dict)
    beginning: frozenset[str] = frozenset()

    def window(self, metric_id: str) -> WindowKey:
        """The trailing window of a metric's own leaves."""
        return window_key(self.catalog.metrics[metric_id].definition.window)

    def null_policy(self, metric_id: str) -> str:
        """What a period without rows is."""
        return self.catalog.metrics[metric_id].definition.null_policy

    def compiled(self, metric_id: str) -> CompiledMetric:
        """A metric's formula."""
        return self.compilation.metrics[metric_id]

    def published(self, cell: Cell) -> list[str]:
        """Metrics of the cell with rows of their own, not only evaluated for others."""
        grain, slice_set = cell
        return [
            metric_id
            for metric_id in self.cells[cell]
            if (metric_id, grain.value) in self.scope.ranges
            and slice_set in self.catalog.metrics[metric_id].slice_sets
        ]

    def uses(self, cell: Cell) -> dict[str, dict[Use, tuple[Leaf, Ranges]]]:
        """Per event, the leaves that the cell needs, and the periods they are needed at."""
        grain = cell[0]
        found: dict[str, dict[Use, tuple[Leaf, Ranges]]] = {}
        for metric_id in self.cells[cell]:
            window, ranges = self.window(metric_id), self.reads[metric_id, grain]
            wanted = [(leaf, window) for leaf in self.compiled(metric_id).leaves]
            for event, windows in self.samples[metric_id]:
                wanted += [(rows_leaf(event), each) for each in windows]
            for leaf, over in wanted:
                of_event = found.setdefault(leaf.event, {})
                before = of_event[leaf.key, over][1] if (leaf.key, over) in of_event else ()
                of_event[leaf.key, over] = (leaf, before if before == ranges else union([*before, *ranges]))
        return found


def make_plans(
    compilation: Compilation,
    catalog: Catalog,
    scope: Scope,
    extents: Extents,
    calendar: Calendar,
    as_of: datetime,
) -> list[Plan]:
    """Split a scope into cohorts: metrics computed from the beginning, and those computed in part.

    A new definition thus does not make all other metrics read the whole lake. No period behind the one that holds
    `as_of` is planned.
    """
    whole: dict[tuple[str, str], Ranges] = {}
    part: dict[tuple[str, str], Ranges] = {}
    for (metric_id, grain), ranges in scope.ranges.items():
        newest_end = calendar.cover(Grain(grain), (as_of - MICROSECOND, as_of))[1]
        existing = union((begin, min(end, newest_end)) for begin, end in ranges)
        if existing:
            (whole if metric_id in scope.full else part)[metric_id, grain] = existing
    planner = _Planner(compilation, catalog, extents, calendar)
    return [
        planner.plan(Scope(ranges, scope.full if ranges is whole else frozenset()))
        for ranges in (whole, part)
        if ranges
    ]


@dataclass(frozen=True)
class _Planner:
    compilation: Compilation
    catalog: Catalog
    extents: Extents
    calendar: Calendar

    def plan(self, scope: Scope) -> Plan:
        beginning = looking_at_beginnings(self.compilation, self.catalog)
        plan = Plan(self.compilation, self.catalog, scope, samples=self._samples(), beginning=beginning)
        asked: dict[tuple[str, Grain], set[SliceSet]] = {}
        needed: dict[tuple[str, Grain], Ranges] = {}
        for (metric_id, grain), ranges in scope.ranges.items():
            asked[metric_id, Grain(grain)] = set(self.catalog.metrics[metric_id].slice_sets)
            needed[metric_id, Grain(grain)] = ranges
        for metric_id in reversed(self.compilation.order):
            for grain in Grain:
                key = (metric_id, grain)
                if not needed.get(key):
                    continue
                start = data_start(self.compilation.metrics[metric_id].events, self.extents)
                plan.reads[key] = self._looking_back(plan, key, needed[key], asked[key], start)
                for other in self.compilation.metrics[metric_id].metric_refs:
                    asked.setdefault((other, grain), set()).update(asked[key])
                    needed[other, grain] = union([*needed.get((other, grain), ()), *plan.reads[key]])
        for metric_id in self.compilation.order:
            for grain in Grain:
                for slice_set in sorted(asked.get((metric_id, grain), ())):
                    plan.cells.setdefault((grain, slice_set), []).append(metric_id)
        return plan

    def _looking_back(
        self,
        plan: Plan,
        key: tuple[str, Grain],
        needed: Ranges,
        asked: set[SliceSet],
        start: datetime | None,
    ) -> Ranges:
        """Periods to evaluate so that those `needed` are right.

        LAG looks back, carry looks back to a known value, and some look back to where their slices begin.
        """
        metric_id, grain = key
        depth = self.compilation.metrics[metric_id].max_lag
        reads = union((self.calendar.step(grain, begin, -depth), end) for begin, end in needed)
        is_carrying = plan.null_policy(metric_id) == "carry"
        looks_further = is_carrying or metric_id in plan.beginning
        if not looks_further or metric_id in plan.scope.full or start is None:
            return reads
        metric = self.catalog.metrics[metric_id]
        scope = plan.scope.ranges.get((metric_id, grain.value), ())
        is_published = grain in metric.grains and asked <= set(metric.slice_sets)
        if is_published and scope and (not is_carrying or needed[0][0] >= scope[0][0]):
            plan.seeded.add(key)
            return reads
        first = self.calendar.start_of(grain, start)
        return union([*reads, (min(first, reads[0][0]), reads[-1][1])])

    def _samples(self) -> dict[str, Samples]:
        """Per metric, the events whose rows make its sample count, with the windows they are read over.

        All windows of a period end with it and so lie within each other: the rows read are those of the widest.
        """
        found: dict[str, Mapping[str, frozenset[WindowKey]]] = {}
        for metric_id in self.compilation.order:
            compiled = self.compilation.metrics[metric_id]
            own = window_key(self.catalog.metrics[metric_id].definition.window)
            merged = {leaf.event: frozenset({own}) for leaf in compiled.leaves}
            for other in compiled.metric_refs:
                for event, windows in found[other].items():
                    merged[event] = merged.get(event, frozenset()) | windows
            found[metric_id] = merged
        return {
            metric_id: tuple(
                (
                    event,
                    tuple(sorted(windows, key=lambda window: (window is not None, window or (0, Grain.DAY)))),
                )
                for event, windows in sorted(merged.items())
            )
            for metric_id, merged in found.items()
        }
