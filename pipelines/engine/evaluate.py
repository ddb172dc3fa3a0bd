"""Metric values from leaf values: one wide query per (grain, slice set), metrics as columns in dependency order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.calendar.periods import to_us
from pipelines.duck import literal
from pipelines.engine.formulas import BY_PERIOD, Formulas
from pipelines.engine.holistic import LeafTable
from pipelines.engine.plan import ROWS, Cell, Use


@dataclass
class WideQuery:
    """The wide query of some metrics of one cell, built layer by layer; each layer adds columns.

    Columns as `Formulas` names them: l{k} a leaf, r{k} a number of rows, g{k} a column some periods ago. Per metric n:
    e{n} the value before the scope; f{n} the period that its slice began with, as published; b{n} whether the slice has
    begun; x{n} its formula where it is carried forward; v{n}, u{n}, w{n} value, numerator and denominator; c{n} whether
    carried, where it may be.
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
        layers = [self._begun(), *(layer for level in self._levels() for layer in self._level(level))]
        for position, layer in enumerate(filter(None, layers)):
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
                for name, column, query in self._known(metric_id):
                    columns.append(f"{name}.{column} AS {name}")
                    joins.append(f"LEFT JOIN ({query}) {name} ON {name}.slice = s.slice")
        return f"SELECT {', '.join(columns)} FROM {spine} s {' '.join(joins)}"

    def _known(self, metric_id: str) -> Iterable[tuple[str, str, str]]:
        """What is published of a metric: name, column and query of one row per slice."""
        n = self.formulas.number[metric_id]
        if self.plan.null_policy(metric_id) == "carry":
            named = f"metric_id = {literal(metric_id)} AND grain = {literal(self.grain.value)}"
            yield f"e{n}", "value", f"SELECT slice, value FROM seeds WHERE {named}"
        if metric_id in self.plan.beginning:
            known = f"SELECT slice, first FROM known WHERE {of_cell(self.cell, [metric_id])}"
            yield f"f{n}", "first", known

    def _begun(self) -> list[str]:
        """Whether slices have begun; where that is known from before the scope, rows within it do not matter."""
        columns = []
        for metric_id in self.metrics:
            if metric_id not in self.plan.beginning:
                continue
            n, rows, begin = (
                self.formulas.number[metric_id],
                self.formulas.rows_of(metric_id),
                self._begin(metric_id),
            )
            has_rows = f"CASE WHEN {rows} > 0 AND period_start >= {begin} THEN period_start END"
            first = f"min({has_rows}) OVER (PARTITION BY slice)"
            if (metric_id, self.grain) in self.plan.seeded:
                first = f"CASE WHEN f{n} < {begin} THEN f{n} ELSE {first} END"
            columns.append(f"period_start >= {first} AS b{n}")
        return columns

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
            # a formula over other metrics is worth what they are worth, whatever rows there are
            always = policy == "zero" or bool(self.plan.compiled(metric_id).metric_refs)
            known = "" if always else f"{rows} > 0"
            if policy == "carry":
                carried.append(f"{_only_where(known, formula.value)} AS x{n}")
                last, known = self._last_known(metric_id), f"x{n} IS NOT NULL"
                results.append(f"coalesce(x{n}, {last}) AS v{n}")
                results.append(f"x{n} IS NULL AND {last} IS NOT NULL AS c{n}")
            else:
                results.append(f"{_only_where(known, formula.value)} AS v{n}")
            for prefix, sql in (("u", formula.numerator), ("w", formula.denominator)):
                if sql is not None:
                    results.append(f"{_only_where(known, sql)} AS {prefix}{n}")
        fresh = [f"{call} AS {name}" for name, call in lags.items() if name not in self._looked_back]
        self._looked_back.update(lags)
        return [fresh, carried, results]

    def _last_known(self, metric_id: str) -> str:
        """The last value up to a period; of what lies before the metric's own range only the seed counts."""
        n = self.formulas.number[metric_id]
        has_begun = f" AND b{n}" if metric_id in self.plan.beginning else ""
        known = f"CASE WHEN period_start >= {self._begin(metric_id)}{has_begun} THEN x{n} END"
        last = f"last_value({known} IGNORE NULLS) OVER ({BY_PERIOD} ROWS UNBOUNDED PRECEDING)"
        return f"coalesce({last}, e{n})" if (metric_id, self.grain) in self.plan.seeded else last

    def _begin(self, metric_id: str) -> int:
        """From where on a metric's own rows count: from the scope on where what lies before is known."""
        key = (metric_id, self.grain)
        is_seeded = key in self.plan.seeded
        ranges = self.plan.scope.ranges[metric_id, self.grain.value] if is_seeded else self.plan.reads[key]
        return to_us(ranges[0][0])


def _only_where(condition: str, sql: str) -> str:
    return f"CASE WHEN {condition} THEN {sql} END" if condition else sql


def of_cell(cell: Cell, metrics: Sequence[str]) -> str:
    """SQL of whether a row of `known` is of one of the metrics in the cell."""
    grain, slice_set = cell
    named = ", ".join(literal(metric_id) for metric_id in metrics)
    return f"grain = {literal(grain.value)} AND slice_set = {literal(','.join(slice_set))} AND metric_id IN ({named})"
