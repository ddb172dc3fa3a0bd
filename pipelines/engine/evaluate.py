"""Metric values from leaf values: one wide query per (grain, slice set), metrics as columns in dependency order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.engine.calendar import to_us
from pipelines.engine.formulas import BY_PERIOD, Formulas
from pipelines.engine.holistic import LeafTable
from pipelines.engine.plan import ROWS, Cell, Use
from pipelines.engine.sql import text


@dataclass
class Evaluation:
    """The wide query of some metrics of one cell, built layer by layer; each layer adds columns.

    Columns as `Formulas` names them: l{k} a leaf, r{k} a number of rows, g{k} a column some periods ago. Per metric n:
    e{n} the value before the scope; x{n} its formula where it is carried forward; v{n}, u{n}, w{n} value, numerator and
    denominator; c{n} whether carried, where it may be.
    """

    formulas: Formulas
    cell: Cell
    tables: Sequence[LeafTable]
    wanted: Sequence[str]

    def __post_init__(self) -> None:
        self.plan = self.formulas.plan
        self.grain = self.cell[0]
        self.metrics = self._with_others()
        self._looked_back: set[str] = set()

    def query(self, spine: str) -> str:
        """SQL with one row per row of the table `spine` (slice, period_start, period_end, …)."""
        query = self._joined(spine)
        layers = [layer for level in self._levels() for layer in self._level(level) if layer]
        for position, layer in enumerate(layers):
            query = f"SELECT *, {', '.join(layer)} FROM ({query}) q{position}"
        return f"SELECT {', '.join(self._output())} FROM ({query})"

    def part(self, metric_id: str, prefix: str) -> str:
        """SQL of a part of a metric's result: v, u, w or c."""
        formula = self.formulas.of(metric_id)
        if prefix == "c" and self.plan.null_policy(metric_id) != "carry":
            return "false"
        if (prefix == "u" and formula.numerator is None) or (prefix == "w" and formula.denominator is None):
            return "NULL::DOUBLE"
        return f"{prefix}{self.formulas.number[metric_id]}"

    def _with_others(self) -> list[str]:
        """The wanted metrics and all that they refer to, in dependency order."""
        found = set(self.wanted)
        for metric_id in reversed(self.plan.cells[self.cell]):
            if metric_id in found:
                found.update(self.plan.compiled(metric_id).metric_refs)
        return [metric_id for metric_id in self.plan.cells[self.cell] if metric_id in found]

    def _joined(self, spine: str) -> str:
        """The spine with leaves, numbers of rows and seeds."""
        places = {
            use: (position, column)
            for position, table in enumerate(self.tables)
            for use, column in table.columns.items()
        }
        read: dict[int, None] = {}

        def source(use: Use) -> str:
            position, column = places[use]
            read[position] = None
            return f"t{position}.{column}"

        columns = ["s.*"]
        for use, name in {
            use: name for each in self.metrics for use, name in self.formulas.of(each).leaves
        }.items():
            columns.append(f"CAST({source(use)} AS DOUBLE) AS {name}")
        for samples in dict.fromkeys(self.plan.samples[metric_id] for metric_id in self.metrics):
            counts = [
                f"coalesce(greatest({', '.join(source((ROWS + event, over)) for over in windows)}), 0)"
                for event, windows in samples
            ]
            columns.append(f"CAST({' + '.join(counts) or '0'} AS BIGINT) AS {self.formulas.rows[samples]}")
        # joining tables that nothing is read from would cost most of the time
        joins = [
            f"LEFT JOIN {self.tables[position].name} t{position} ON t{position}.slice = s.slice "
            f"AND t{position}.period_start = s.period_start"
            for position in read
        ]
        for metric_id in self.metrics:
            if (metric_id, self.grain) in self.plan.seeded:
                seed = f"e{self.formulas.number[metric_id]}"
                columns.append(f"{seed}.value AS {seed}")
                joins.append(
                    f"LEFT JOIN (SELECT slice, value FROM seeds WHERE metric_id = {text(metric_id)} "
                    f"AND grain = {text(self.grain.value)}) {seed} ON {seed}.slice = s.slice"
                )
        return f"SELECT {', '.join(columns)} FROM {spine} s {' '.join(joins)}"

    def _output(self) -> Iterable[str]:
        kept = ["slice", "period_start", "period_end", "is_complete"]
        for metric_id in self.wanted:
            n = self.formulas.number[metric_id]
            parts = [f"{prefix}{n}" for prefix in "vuwc" if self.part(metric_id, prefix) == f"{prefix}{n}"]
            kept += [self.formulas.rows_of(metric_id), *parts]
        return dict.fromkeys(kept)

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
        """Layers of one level: what is looked back at, formulas to be carried forward, and results."""
        lags: dict[str, str] = {}
        carried: list[str] = []
        results: list[str] = []
        for metric_id in metrics:
            n, formula = self.formulas.number[metric_id], self.formulas.of(metric_id)
            rows, policy = self.formulas.rows_of(metric_id), self.plan.null_policy(metric_id)
            lags |= formula.lags
            if policy == "carry":
                carried.append(f"CASE WHEN {rows} > 0 THEN {formula.value} END AS x{n}")
                last = self._last_known(metric_id)
                results.append(f"CASE WHEN {rows} > 0 THEN x{n} ELSE {last} END AS v{n}")
                results.append(f"{rows} = 0 AND {last} IS NOT NULL AS c{n}")
            else:
                otherwise = " ELSE 0" if policy == "zero" else ""
                results.append(f"CASE WHEN {rows} > 0 THEN {formula.value}{otherwise} END AS v{n}")
            for prefix, sql in (("u", formula.numerator), ("w", formula.denominator)):
                if sql is not None:
                    kept = sql if policy == "zero" else f"CASE WHEN {rows} > 0 THEN {sql} END"
                    results.append(f"{kept} AS {prefix}{n}")
        fresh = [f"{call} AS {name}" for name, call in lags.items() if name not in self._looked_back]
        self._looked_back.update(lags)
        return [fresh, carried, results]

    def _last_known(self, metric_id: str) -> str:
        """The last value up to a period; of what lies before the metric's own range only the seed counts."""
        n, key = self.formulas.number[metric_id], (metric_id, self.grain)
        is_seeded = key in self.plan.seeded
        ranges = self.plan.scope.ranges[metric_id, self.grain.value] if is_seeded else self.plan.reads[key]
        known = f"CASE WHEN period_start >= {to_us(ranges[0][0])} THEN x{n} END"
        last = f"last_value({known} IGNORE NULLS) OVER ({BY_PERIOD} ROWS UNBOUNDED PRECEDING)"
        return f"coalesce({last}, e{n})" if is_seeded else last
