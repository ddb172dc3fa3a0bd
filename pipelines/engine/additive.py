"""Leaves of one event that add up: grouped once, rolled up to every grain, slice set and trailing window.

The event's rows are grouped into the coarsest buckets of time and the union of dimensions in use; everything else is
made of that. `holistic` has what does not add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from sqlglot import exp

from pipelines.calendar.ranges import Ranges
from pipelines.duck import identifier
from pipelines.engine.buckets import Frames
from pipelines.engine.holistic import Holistic, LeafTable
from pipelines.engine.plan import ROWS, Cell, SliceSet, Use, WindowKey
from pipelines.engine.rows import EventRows, Histogram
from pipelines.engine.sql import settled, slice_text
from schemas.documents.documents import Grain
from schemas.formula.leaves import Leaf
from schemas.formula.render import leaf_sql, row_sql

_ROLL_UP = {"count": "sum", "sum": "fsum", "min": "min", "max": "max"}
# with fewer conditions, evaluating each costs less than grouping by their columns
_MIN_KEYED = 8
_SAMPLE_ROWS = 50_000
_MAX_SAMPLE_GROUPS = 5_000


@dataclass
class EventLeaves:
    """The leaves of one event that a plan needs: per cell and use, the leaf and the periods it is needed at."""

    rows: EventRows
    by_cell: Mapping[Cell, Mapping[Use, tuple[Leaf, Ranges]]]
    frames: Mapping[tuple[Grain, WindowKey], Frames]
    rolled: dict[SliceSet, str] = field(default_factory=dict)

    @cached_property
    def additive(self) -> dict[str, Leaf]:
        """Every leaf that adds up, by key."""
        uses = (use for uses in self.by_cell.values() for use in uses.values())
        return {leaf.key: leaf for leaf, _ in uses if leaf.additive}

    @cached_property
    def names(self) -> dict[str, str]:
        """Column of each leaf that adds up; beside a sum's a… stands its s…, the sum of the absolute values."""
        return {key: f"a{position}" for position, key in enumerate(self.additive)}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Columns of conditions that are worth grouping by, so that the conditions are tried on groups, not rows.

        Only texts with few values pay: that is tried on some rows.
        """
        conditions = [leaf.condition for leaf in self.additive.values() if leaf.condition is not None]
        columns = [{column.name for column in each.find_all(exp.Column)} for each in conditions]
        textual = [names for names in columns if all(name.startswith("dim_") for name in names)]
        if len(textual) < _MIN_KEYED:
            return frozenset()
        keys = frozenset[str]().union(*textual)
        grouped = [*self.rows.columns(self.rows.dimensions), *map(identifier, sorted(keys))]
        sample = f"{self.rows.select(self.span, self.rows.dimensions, keys)} LIMIT {_SAMPLE_ROWS}"
        groups = self.rows.connection.execute(
            f"SELECT count(*) FROM (SELECT DISTINCT {', '.join(grouped)} FROM ({sample}))"
        ).fetchall()[0][0]
        return keys if groups <= _MAX_SAMPLE_GROUPS else frozenset()

    @cached_property
    def span(self) -> Ranges:
        """All time that rows are read from."""
        return self.rows.span(self.frames.values())

    @cached_property
    def base(self) -> tuple[str, dict[str, str]]:
        """The grouped table, and per column of a leaf the SQL that rolls it up from there."""
        columns: dict[str, str] = {}
        roll_up: dict[str, str] = {}
        sizes: dict[str, tuple[str, str]] = {}
        for leaf in self.additive.values():
            is_keyed = leaf.condition is not None and self._is_keyed(leaf)
            kept = []
            for name, part in self._parts(leaf).items():
                sql = leaf_sql(replace(part, condition=None) if is_keyed else part, "duckdb")
                column = columns.setdefault(sql, f"b{len(columns)}")
                kept.append(column)
                if is_keyed and leaf.condition is not None:
                    column = f"CASE WHEN {row_sql(leaf.condition, 'duckdb')} THEN {column} END"
                roll_up[name] = f"{_ROLL_UP[leaf.aggregate]}({column}) AS {name}"
            if len(kept) > 1:
                sizes[name] = (kept[0], kept[1])
        read = {name for leaf in self.additive.values() for name in leaf.columns} | self.keys
        grouped = ["bucket", *self.rows.columns(self.rows.dimensions), *map(identifier, sorted(self.keys))]
        aggregates = [f"{sql} AS {column}" for sql, column in columns.items()]
        rows = self.rows.select(self.span, self.rows.dimensions, read)
        table = self.rows.create(
            f"SELECT {', '.join([*grouped, *aggregates])} FROM ({rows}) GROUP BY {', '.join(grouped)}"
        )
        for name in self._of_one_sign(table, sizes):
            del roll_up[name]
        return table, roll_up

    def _of_one_sign(self, table: str, sizes: Mapping[str, tuple[str, str]]) -> list[str]:
        """Sizes that nobody needs: where no amount is below zero nothing cancels out, and a total is its own size."""
        if not sizes:
            return []
        differ = [f"coalesce(bool_or({total} <> {size}), false)" for total, size in sizes.values()]
        found = self.rows.connection.execute(f"SELECT {', '.join(differ)} FROM {table}").fetchall()[0]
        return [name for name, is_signed in zip(sizes, found, strict=True) if not is_signed]

    @cached_property
    def histogram(self) -> Histogram:
        """Rows per bucket."""
        table, roll_up = self.base
        found = self.rows.connection.execute(
            f"SELECT bucket, {roll_up[self.names[ROWS + self.rows.event]]} FROM {table} GROUP BY bucket ORDER BY bucket"
        ).fetchnumpy()
        bucket, count = found["bucket"], found[self.names[ROWS + self.rows.event]]
        return Histogram(np.asarray(bucket, dtype=np.int64), np.asarray(count, dtype=np.int64))

    @cached_property
    def holistic(self) -> Holistic:
        """Where the leaves that do not add up are computed."""
        return Holistic(self.rows, self.histogram, self.span)

    @property
    def leaf_count(self) -> int:
        """How many different leaves are computed."""
        return len({use for uses in self.by_cell.values() for use in uses})

    def tables(self, cell: Cell) -> list[LeafTable]:
        """Compute the leaves of one (grain, slice set)."""
        grain, slice_set = cell
        made = []
        uses = self.by_cell.get(cell, {})
        for window in dict.fromkeys(window for _, window in uses):
            leaves = [leaf for (_, over), (leaf, _) in uses.items() if over == window]
            frame = self.frames[grain, window]
            adding = [leaf for leaf in leaves if leaf.additive]
            if adding:
                columns = {(leaf.key, window): self.names[leaf.key] for leaf in adding}
                make = self._trailing if window else self._tumbling
                made.append(LeafTable(make(slice_set, frame, adding), columns))
            others = [leaf for leaf in leaves if not leaf.additive]
            made += self.holistic.tables(slice_set, window, frame, others) if others else []
        return made

    def _is_keyed(self, leaf: Leaf) -> bool:
        condition = leaf.condition
        return (
            condition is not None and {column.name for column in condition.find_all(exp.Column)} <= self.keys
        )

    def _rolled(self, slice_set: SliceSet) -> str:
        """The grouped table with all dimensions but those of the slice set taken away."""
        if slice_set not in self.rolled:
            table, roll_up = self.base
            text = slice_text(slice_set, self.rows.columns(slice_set))
            self.rolled[slice_set] = self.rows.create(
                f"SELECT bucket, {text} AS slice, {', '.join(roll_up.values())} FROM {table} GROUP BY ALL"
            )
        return self.rolled[slice_set]

    def _tumbling(self, slice_set: SliceSet, frame: Frames, leaves: list[Leaf]) -> str:
        members = self.rows.load(self.histogram.members(frame))
        table = self.rows.create(
            f"SELECT slice, period_start, {', '.join(map(self._settled, leaves))} FROM ("
            f"SELECT slice, period_start, {', '.join(self._again(leaves))} "
            f"FROM {self._rolled(slice_set)} JOIN {members} USING (bucket) GROUP BY slice, period_start)"
        )
        self.rows.drop(members)
        return table

    def _trailing(self, slice_set: SliceSet, frame: Frames, leaves: list[Leaf]) -> str:
        """Windows as RANGE frames behind a marker per window and slice: no bucket is touched once per window."""
        rolled = self._rolled(slice_set)
        windows = self.rows.load(frame.table())
        columns = [name for leaf in leaves for name in self._kept(leaf)]
        table = self.rows.create(
            f"SELECT slice, period_start, {', '.join(map(self._settled, leaves))} FROM ("
            f"SELECT slice, period_start, {', '.join(self._again(leaves, 'OVER reach'))} FROM ("
            f"SELECT slice, bucket AS instant, 0::BIGINT AS length, NULL::BIGINT AS period_start, {', '.join(columns)} "
            f"FROM {rolled} UNION ALL BY NAME "
            f'SELECT slice, "end" - 1 AS instant, "end" - 1 - "begin" AS length, period_start '
            f"FROM (SELECT DISTINCT slice FROM {rolled}), {windows}) "
            "WINDOW reach AS (PARTITION BY slice ORDER BY instant "
            "RANGE BETWEEN length PRECEDING AND CURRENT ROW)) WHERE period_start IS NOT NULL"
        )
        self.rows.drop(windows)
        return table

    def _parts(self, leaf: Leaf) -> dict[str, Leaf]:
        """What is kept of a leaf, by column: itself, and of a sum how much was added up."""
        name = self.names[leaf.key]
        if leaf.aggregate != "sum" or leaf.argument is None:
            return {name: leaf}
        return {name: leaf, name.replace("a", "s"): replace(leaf, argument=exp.Abs(this=leaf.argument))}

    def _kept(self, leaf: Leaf) -> list[str]:
        """The parts of a leaf that are rolled up."""
        _, roll_up = self.base
        return [name for name in self._parts(leaf) if name in roll_up]

    def _again(self, leaves: list[Leaf], over: str = "") -> list[str]:
        return [
            f"{_ROLL_UP[leaf.aggregate]}({column}) {over} AS {column}"
            for leaf in leaves
            for column in self._kept(leaf)
        ]

    def _settled(self, leaf: Leaf) -> str:
        name, *size = self._kept(leaf)
        return f"{settled(name, size[0])} AS {name}" if size else name
