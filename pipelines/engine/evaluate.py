"""Metric values from leaf values: one wide query per (grain, slice set), metrics as columns in dependency order."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from pipelines.engine.aggregate import LeafTable
from pipelines.engine.calendar import to_us
from pipelines.engine.plan import ROWS, Cell, Plan, Samples
from pipelines.engine.ranges import Ranges
from pipelines.engine.sql import text
from schemas.formula.render import render

_BY_PERIOD = "PARTITION BY slice ORDER BY period_start"


@dataclass
class Evaluation:
    """The wide query of one cell, built layer by layer; each layer adds columns to those before it.

    Columns: r{k} rows behind the k-th distinct combination of events and windows; p{k} a leaf as some metrics see it;
    g{k} a column some periods ago. Per metric at position n of the cell: e{n} its seed; x{n}, y{n}, z{n} formula,
    numerator and denominator; v{n}, u{n}, w{n} the same once periods without rows are decided on; c{n} is carried.
    """

    plan: Plan
    cell: Cell
    tables: Sequence[LeafTable]
    rows: dict[Samples, str] = field(default_factory=dict)
    prepared: dict[str, str] = field(default_factory=dict)
    lagged: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.grain = self.cell[0]
        self.metrics = self.plan.cells[self.cell]
        self.number = {metric_id: position for position, metric_id in enumerate(self.metrics)}
        for metric_id in self.metrics:
            self.rows.setdefault(self.plan.samples[metric_id], f"r{len(self.rows)}")
        self.leaf = {
            use: f"t{position}.{column}"
            for position, table in enumerate(self.tables)
            for use, column in table.columns.items()
        }
        self.leaf_name = {use: f"l{position}" for position, use in enumerate(self.leaf)}

    def query(self, spine: str) -> str:
        """SQL with one row per row of the table `spine` (slice, period_start, period_end, is_complete, …)."""
        levels = [layer for level in self._levels() for layer in self._level(level)]
        prepared = [f"{sql} AS {name}" for sql, name in self.prepared.items()]
        query = self._joined(spine)
        for position, layer in enumerate(each for each in (self._counts(), prepared, *levels) if each):
            query = f"SELECT *, {', '.join(layer)} FROM ({query}) q{position}"
        return f"SELECT {', '.join(self._output())} FROM ({query})"

    def rows_of(self, metric_id: str) -> str:
        """Column with the number of rows behind a metric."""
        return self.rows[self.plan.samples[metric_id]]

    def _joined(self, spine: str) -> str:
        columns = [f"CAST({self.leaf[use]} AS DOUBLE) AS {name}" for use, name in self.leaf_name.items()]
        joins = [
            f"LEFT JOIN {table.name} t{position} ON t{position}.slice = s.slice "
            f"AND t{position}.period_start = s.period_start"
            for position, table in enumerate(self.tables)
        ]
        for metric_id, n in self.number.items():
            if (metric_id, self.grain) in self.plan.seeded:
                columns.append(f"e{n}.value AS e{n}")
                joins.append(
                    f"LEFT JOIN (SELECT slice, value FROM seeds WHERE metric_id = {text(metric_id)} "
                    f"AND grain = {text(self.grain.value)}) e{n} ON e{n}.slice = s.slice"
                )
        return f"SELECT {', '.join(['s.*', *columns])} FROM {spine} s {' '.join(joins)}"

    def _counts(self) -> list[str]:
        layer = []
        for samples, name in self.rows.items():
            counts = [
                f"coalesce(greatest({', '.join(self.leaf_name[ROWS + event, over] for over in windows)}), 0)"
                for event, windows in samples
            ]
            layer.append(f"CAST({' + '.join(counts) or '0'} AS BIGINT) AS {name}")
        return layer

    def _output(self) -> list[str]:
        """Columns that published metrics need, without repetition."""
        kept = ["slice", "period_start", "period_end", "is_complete"]
        for metric_id in self.plan.published(self.cell):
            n = self.number[metric_id]
            kept += [self.rows_of(metric_id), f"v{n}", f"u{n}", f"w{n}", f"c{n}"]
        return list(dict.fromkeys(kept))

    def _levels(self) -> list[list[str]]:
        """Metrics by how many others must come before them."""
        levels: list[list[str]] = []
        depth: dict[str, int] = {}
        for metric_id in self.metrics:
            others = self.plan.compiled(metric_id).metric_refs
            depth[metric_id] = 1 + max((depth[other] for other in others), default=-1)
            if depth[metric_id] == len(levels):
                levels.append([])
            levels[depth[metric_id]].append(metric_id)
        return levels

    def _level(self, metrics: Sequence[str]) -> list[list[str]]:
        lags: list[str] = []
        values: list[str] = []
        policies: list[str] = []
        for metric_id in metrics:
            n, compiled = self.number[metric_id], self.plan.compiled(metric_id)
            parts = {"x": compiled.expression, "y": compiled.numerator, "z": compiled.denominator}
            for prefix, part in parts.items():
                sql = "NULL::DOUBLE" if part is None else self._render(metric_id, part, lags)
                values.append(f"{sql} AS {prefix}{n}")
            policies += self._policy(metric_id)
        return [lags, values, policies]

    def _policy(self, metric_id: str) -> list[str]:
        """Value, numerator, denominator and carried flag once periods without rows are decided on."""
        n, rows, policy = self.number[metric_id], self.rows_of(metric_id), self.plan.null_policy(metric_id)
        if policy == "zero":
            value = f"CASE WHEN {rows} > 0 THEN x{n} ELSE 0 END"
            return [f"{value} AS v{n}", f"y{n} AS u{n}", f"z{n} AS w{n}", f"false AS c{n}"]
        parts = [f"CASE WHEN {rows} > 0 THEN {part}{n} END" for part in "xyz"]
        carried = "false"
        if policy == "carry":
            last = self._last_known(metric_id)
            parts[0] = f"CASE WHEN {rows} > 0 THEN x{n} ELSE {last} END"
            carried = f"{rows} = 0 AND {last} IS NOT NULL"
        return [
            *(f"{part} AS {name}{n}" for part, name in zip(parts, "vuw", strict=True)),
            f"{carried} AS c{n}",
        ]

    def _last_known(self, metric_id: str) -> str:
        """The last value up to a period; of what lies before the metric's own range only the seed counts."""
        n, key = self.number[metric_id], (metric_id, self.grain)
        is_seeded = key in self.plan.seeded
        ranges = self.plan.scope.ranges[metric_id, self.grain.value] if is_seeded else self.plan.reads[key]
        known = (
            f"CASE WHEN {self.rows_of(metric_id)} > 0 AND period_start >= {to_us(ranges[0][0])} THEN x{n} END"
        )
        last = f"last_value({known} IGNORE NULLS) OVER ({_BY_PERIOD} ROWS UNBOUNDED PRECEDING)"
        return f"coalesce({last}, e{n})" if is_seeded else last

    def _render(self, metric_id: str, part: exp.Expr, lags: list[str]) -> str:
        def column(name: exp.Column) -> exp.Expr:
            depth = int(name.db or 0)
            source = self._source(metric_id, name, is_lagged=depth > 0)
            return exp.column(self._lag(source, depth, lags) if depth else source)

        return render(push_lags(part), "duckdb", column)

    def _source(self, metric_id: str, name: exp.Column, *, is_lagged: bool) -> str:
        """Column of an earlier layer that a name in a formula stands for."""
        if name.table == "metric":
            return f"v{self.number[name.name]}"
        if name.table == "period":
            return name.name
        leaf = next(leaf for leaf in self.plan.compiled(metric_id).leaves if leaf.key == name.name)
        sql = self.leaf_name[leaf.key, self.plan.window(metric_id)]
        is_zero = self.plan.null_policy(metric_id) == "zero"
        if leaf.aggregate in ("count", "count_distinct") or (is_zero and leaf.aggregate == "sum"):
            sql = f"coalesce({sql}, 0)"
        if is_lagged and not is_zero:
            sql = f"CASE WHEN {self.rows_of(metric_id)} > 0 THEN {sql} END"
        return self.prepared.setdefault(sql, f"p{len(self.prepared)}")

    def _lag(self, source: str, depth: int, lags: list[str]) -> str:
        call = f"LAG({source}, {depth}) OVER ({_BY_PERIOD})"
        if call not in self.lagged:
            self.lagged[call] = f"g{len(self.lagged)}"
            lags.append(f"{call} AS {self.lagged[call]}")
        return self.lagged[call]


def push_lags(expression: exp.Expr, depth: int = 0) -> exp.Expr:
    """Move LAG down to the columns: they carry how many periods back they are read as their `db` part.

    An expression n periods ago is the same expression of its columns n periods ago; nested LAGs add up.
    """
    if isinstance(expression, exp.Lag):
        offset = expression.args.get("offset")
        return push_lags(expression.this, depth + (1 if offset is None else int(offset.name)))
    copy = expression.copy()
    if isinstance(copy, exp.Column):
        if depth:
            copy.set("db", exp.to_identifier(str(depth)))
        return copy
    for key, value in expression.args.items():
        if isinstance(value, exp.Expr):
            copy.set(key, push_lags(value, depth))
        elif isinstance(value, list):
            copy.set(key, [push_lags(each, depth) if isinstance(each, exp.Expr) else each for each in value])
    return copy


def in_ranges(ranges: Ranges, column: str) -> str:
    """SQL of whether a column of microseconds lies in the ranges."""
    parts = [f"{column} >= {to_us(begin)} AND {column} < {to_us(end)}" for begin, end in ranges]
    return f"({' OR '.join(parts)})"
