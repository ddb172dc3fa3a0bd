"""Leaves of one event that do not add up: distinct counts, quantiles, first, last, deviation, from rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from sqlglot import exp

from pipelines.calendar.ranges import Ranges
from pipelines.engine.buckets import Frames
from pipelines.engine.plan import SliceSet, Use, WindowKey
from pipelines.engine.rows import EventRows, Histogram
from pipelines.engine.sql import slice_text, to_digits
from schemas.formula.leaves import Leaf
from schemas.formula.render import leaf_sql, row_sql

# numbers that quantiles may hold in memory at once, 8 to 16 bytes each
_MOST_HELD = 8_000_000


@dataclass(frozen=True)
class LeafTable:
    """A temporary table of one row per (slice, period_start), with one column per use."""

    name: str
    columns: Mapping[Use, str]


@dataclass
class Holistic:
    """Computes per (grain, slice set) and window, with bounded memory whatever the number of rows."""

    rows: EventRows
    histogram: Histogram
    span: Ranges
    kept: dict[tuple[SliceSet, str], str] = field(default_factory=dict)

    def tables(
        self, slice_set: SliceSet, window: WindowKey, frame: Frames, leaves: Sequence[Leaf]
    ) -> list[LeafTable]:
        """One table per distinct count, one for all else."""
        self._forget(slice_set)
        made = []
        for leaf in leaves:
            if leaf.aggregate == "count_distinct":
                count = self._trailing_distinct if window else self._distinct
                made.append(LeafTable(count(slice_set, frame, leaf), {(leaf.key, window): "n"}))
        others = [leaf for leaf in leaves if leaf.aggregate != "count_distinct"]
        if others:
            columns = {(leaf.key, window): f"h{position}" for position, leaf in enumerate(others)}
            made.append(LeafTable(self._from_rows(slice_set, frame, others), columns))
        return made

    def _from_rows(self, slice_set: SliceSet, frame: Frames, leaves: Sequence[Leaf]) -> str:
        """Aggregate rows joined with the periods they belong to, as many periods at a time as memory allows."""
        keys = [*self.rows.columns(slice_set), "period_start"]
        values = [f"{_aggregated(leaf)} AS h{position}" for position, leaf in enumerate(leaves)]
        read = {name for leaf in leaves for name in leaf.columns}
        if any(leaf.aggregate in ("first", "last") for leaf in leaves):
            read |= {"occurred_at", "file_id", "row_number"}
        quantiles = sum(leaf.aggregate == "quantile" for leaf in leaves)
        named = [f"h{position}" for position in range(len(leaves))]
        parts = []
        for part in self.histogram.parts(frame, _MOST_HELD // max(1, quantiles)):
            members = self.rows.load(self.histogram.members(part))
            rows = self.rows.select(self.rows.span([part]), slice_set, read)
            parts.append(
                self.rows.create(
                    f"SELECT {self._text(slice_set)} AS slice, period_start, {', '.join(named)} FROM ("
                    f"SELECT {', '.join([*keys, *values])} FROM ({rows}) JOIN {members} USING (bucket) "
                    f"GROUP BY {', '.join(keys)})"
                )
            )
            self.rows.drop(members)
        return self._joined(parts)

    def _joined(self, parts: list[str]) -> str:
        if len(parts) == 1:
            return parts[0]
        table = self.rows.create(" UNION ALL ".join(f"SELECT * FROM {part}" for part in parts))
        self.rows.drop(*parts)
        return table

    def _distinct(self, slice_set: SliceSet, frame: Frames, leaf: Leaf) -> str:
        members = self.histogram.members(frame)
        loaded = self.rows.load(members)
        keys = ", ".join([*self.rows.columns(slice_set), "period_start"])
        # a period of one bucket holds each value once as it is
        how = "DISTINCT " if len(members) > len(members["period_start"].unique()) else ""
        values = f"SELECT {how}{keys}, x FROM {self._values(slice_set, leaf)} JOIN {loaded} USING (bucket)"
        table = self.rows.create(
            f"SELECT {self._text(slice_set)} AS slice, period_start, n FROM ("
            f"SELECT {keys}, count(*) AS n FROM ({values}) GROUP BY {keys})"
        )
        self.rows.drop(loaded)
        return table

    def _trailing_distinct(self, slice_set: SliceSet, frame: Frames, leaf: Leaf) -> str:
        """Count each value of a window once, at its last bucket in it, without joining buckets to windows.

        A bucket of a value is the last one in an unbroken run of windows: from the first that ends behind it up to the
        last that still reaches back to it, or that ends before the value's next bucket. So it adds one at the run's
        beginning and takes it away behind its end, and the count is the running sum.
        """
        edges = self.rows.load(
            pa.table(
                {
                    "bucket": self.histogram.bucket,
                    "opens": np.searchsorted(frame.end, self.histogram.bucket, side="right"),
                    "closes": np.searchsorted(frame.begin, self.histogram.bucket, side="right"),
                }
            )
        )
        windows = self.rows.load(
            pa.table({"place": np.arange(len(frame.end)), "period_start": frame.period_start})
        )
        listed = "".join(f"{key}, " for key in self.rows.columns(slice_set))
        runs = (
            f"SELECT {listed}here.opens, least(here.closes, coalesce(following.opens, here.closes)) AS closes "
            f"FROM {self._successors(slice_set, leaf)} JOIN {edges} here USING (bucket) "
            f"LEFT JOIN {edges} following ON next = following.bucket"
        )
        steps = self.rows.create(
            f"SELECT {self._text(slice_set)} AS slice, place, sum(step) AS step FROM ("
            f"SELECT {listed}place, sum(step) AS step FROM ("
            f"SELECT {listed}unnest([opens, closes]) AS place, unnest([1, -1]) AS step FROM ({runs}) "
            f"WHERE opens < closes) GROUP BY ALL) GROUP BY ALL"
        )
        table = self.rows.create(
            "SELECT slice, period_start, n FROM (SELECT slice, period_start, "
            "sum(step) OVER (PARTITION BY slice ORDER BY place) AS n FROM ("
            f"SELECT slice, place, step, NULL::BIGINT AS period_start FROM {steps} UNION ALL BY NAME "
            f"SELECT slice, place, 0 AS step, period_start FROM (SELECT DISTINCT slice FROM {steps}), {windows})) "
            "WHERE period_start IS NOT NULL"
        )
        self.rows.drop(edges, windows, steps)
        return table

    def _successors(self, slice_set: SliceSet, leaf: Leaf) -> str:
        """Table of each bucket of each value with the value's next bucket."""
        key = (slice_set, f"successors of {leaf.key}")
        if key not in self.kept:
            keys = self.rows.columns(slice_set)
            self.kept[key] = self.rows.create(
                f"SELECT {', '.join([*keys, 'bucket'])}, lead(bucket) OVER "
                f"(PARTITION BY {', '.join([*keys, 'x'])} ORDER BY bucket) AS next "
                f"FROM {self._values(slice_set, leaf)}"
            )
        return self.kept[key]

    def _values(self, slice_set: SliceSet, leaf: Leaf) -> str:
        """Table of the leaf's distinct values x per bucket and dimensions of the slice set."""
        key = (slice_set, leaf.key)
        if key not in self.kept:
            argument = _value(leaf)
            condition = "" if leaf.condition is None else f" AND ({row_sql(leaf.condition, 'duckdb')})"
            keys = ", ".join(["bucket", *self.rows.columns(slice_set)])
            rows = self.rows.select(self.span, slice_set, leaf.columns)
            self.kept[key] = self.rows.create(
                f"SELECT DISTINCT {keys}, {argument} AS x FROM ({rows}) WHERE x IS NOT NULL{condition}"
            )
        return self.kept[key]

    def _forget(self, slice_set: SliceSet) -> None:
        """Give back the values of slice sets that are done."""
        for key in [key for key in self.kept if key[0] != slice_set]:
            self.rows.drop(self.kept.pop(key))

    def _text(self, slice_set: SliceSet) -> str:
        return slice_text(slice_set, self.rows.columns(slice_set))


def _aggregated(leaf: Leaf) -> str:
    """SQL of a leaf; a deviation to 13 digits of the largest number, since the rest hangs on the order of the rows."""
    sql = leaf_sql(leaf, "duckdb")
    if leaf.aggregate != "stddev" or leaf.argument is None:
        return sql
    largest = replace(leaf, aggregate="max", argument=exp.Abs(this=leaf.argument))
    return to_digits(sql, leaf_sql(largest, "duckdb"), 13)


def _value(leaf: Leaf) -> str:
    """SQL of what is counted; row arithmetic that is not finite is null, so that it counts nothing."""
    if leaf.argument is None:
        return "1"
    sql = row_sql(leaf.argument, "duckdb")
    return sql if isinstance(leaf.argument, exp.Column) else f"CASE WHEN isfinite({sql}) THEN {sql} END"
