"""Formulas as DuckDB SQL over named columns, rendered once for all grains and slices of a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from pipelines.engine.plan import Plan, Samples, Use
from pipelines.engine.rounding_noise import settled_sums
from schemas.formula.compiled import CompiledMetric
from schemas.formula.render import render

BY_PERIOD = "PARTITION BY slice ORDER BY period_start"
_COUNTS = ("count", "count_distinct")
# the resolver gives sums their zero
_ADDED_UP = (*_COUNTS, "sum")


@dataclass(frozen=True)
class Formula:
    """One metric's SQL; `leaves` are the columns it reads per use, `lags` the window calls by column name."""

    value: str
    numerator: str | None
    denominator: str | None
    leaves: Sequence[tuple[Use, str]]
    lags: Mapping[str, str]


@dataclass
class Formulas:
    """Names for the columns of wide queries, the same in every cell of a plan, and the formulas over them.

    v{n} is the value of metric n, l{k} a leaf over a window, r{k} the number of rows of a combination of events and
    windows, g{k} a column some periods ago, b{n} whether the slice of metric n has begun.
    """

    plan: Plan
    lagged: dict[str, str] = field(default_factory=dict)
    made: dict[str, Formula] = field(default_factory=dict)

    def __post_init__(self) -> None:
        order = self.plan.compilation.order
        self.number = {metric_id: position for position, metric_id in enumerate(order)}
        samples = dict.fromkeys(self.plan.samples[metric_id] for metric_id in order)
        self.rows: dict[Samples, str] = {each: f"r{position}" for position, each in enumerate(samples)}
        uses = dict.fromkeys(
            (leaf.key, self.plan.window(metric_id))
            for metric_id in order
            for leaf in self.plan.compiled(metric_id).leaves
        )
        self.leaf: dict[Use, str] = {use: f"l{position}" for position, use in enumerate(uses)}

    def rows_of(self, metric_id: str) -> str:
        """Column with the number of rows behind a metric."""
        return self.rows[self.plan.samples[metric_id]]

    def of(self, metric_id: str) -> Formula:
        """A metric's formula."""
        if metric_id not in self.made:
            compiled, lags = self.plan.compiled(metric_id), dict[str, str]()
            numerator, denominator = (
                None if part is None else self._render(metric_id, part, lags)
                for part in (compiled.numerator, compiled.denominator)
            )
            uses = [(leaf.key, self.plan.window(metric_id)) for leaf in compiled.leaves]
            self.made[metric_id] = Formula(
                value=self._render(metric_id, compiled.expression, lags),
                numerator=numerator,
                denominator=denominator,
                leaves=[(use, self.leaf[use]) for use in uses],
                lags=lags,
            )
        return self.made[metric_id]

    def _render(self, metric_id: str, part: exp.Expr, lags: dict[str, str]) -> str:
        def column(name: exp.Column) -> exp.Expr:
            depth = int(name.db or 0)
            source = self._source(metric_id, name, is_lagged=depth > 0)
            return self._lag(source, depth, lags) if depth else source

        begun = self.begun_of(metric_id) if metric_id in self.plan.beginning else None
        if self.plan.null_policy(metric_id) == "zero":
            part = part.transform(self._zero_of_no_rows, metric_id)
        return f"{render(settled_sums(push_lags(part, begun=begun)), 'duckdb', column)} + 0.0"  # not -0.0

    def begun_of(self, metric_id: str) -> exp.Column:
        """Whether the slice has begun by a period, for the metrics in `Plan.beginning`."""
        return exp.column(f"b{self.number[metric_id]}", table="period")

    def _zero_of_no_rows(self, node: exp.Expr, metric_id: str) -> exp.Expr:
        """Under the policy `zero` an average of no rows is 0, as every aggregate is; as a quotient it has no value."""
        if not isinstance(node, exp.Div) or not _is_average(node, self.plan.compiled(metric_id)):
            return node
        rows = exp.column(self.rows_of(metric_id), table="period")
        return exp.Coalesce(this=node.copy(), expressions=[_zero_where_empty(rows)])

    def _source(self, metric_id: str, name: exp.Column, *, is_lagged: bool) -> exp.Expr:
        """What a name in a formula stands for.

        In a period without rows an aggregate has no value, or is 0 under the policy `zero`; METRIC has what that
        metric's policy makes of it.
        """
        if name.table == "metric":
            return exp.column(f"v{self.number[name.name]}")
        if name.table == "period":
            return exp.column(name.name)
        compiled, rows = self.plan.compiled(metric_id), exp.column(self.rows_of(metric_id))
        source: exp.Expr = exp.column(self.leaf[name.name, self.plan.window(metric_id)])
        aggregate = next(leaf.aggregate for leaf in compiled.leaves if leaf.key == name.name)
        if aggregate in _COUNTS:
            source = exp.Coalesce(this=source, expressions=[exp.Literal.number(0)])
        if self.plan.null_policy(metric_id) == "zero":
            if aggregate not in _ADDED_UP:
                source = exp.Coalesce(this=source, expressions=[_zero_where_empty(rows)])
        elif is_lagged or compiled.metric_refs:  # else the formula as a whole waits for rows
            has_rows = exp.GT(this=rows, expression=exp.Literal.number(0))
            source = exp.Case(ifs=[exp.If(this=has_rows, true=source)])
        return source

    def _lag(self, source: exp.Expr, depth: int, lags: dict[str, str]) -> exp.Expr:
        call = f"LAG({source.sql(dialect='duckdb')}, {depth}) OVER ({BY_PERIOD})"
        name = self.lagged.setdefault(call, f"g{len(self.lagged)}")
        lags[name] = call
        return exp.column(name)


def push_lags(expression: exp.Expr, depth: int = 0, begun: exp.Column | None = None) -> exp.Expr:
    """Move LAG down to the columns: they carry how many periods back they are read as their `db` part.

    An expression n periods ago is the same expression of its columns n periods ago; nested LAGs add up. Where `begun`
    is given, a LAG has a value only if that is true of the period it reads.
    """
    if isinstance(expression, exp.Lag):
        offset = expression.args.get("offset")
        back = depth + (1 if offset is None else int(offset.name))
        earlier = push_lags(expression.this, back, begun)
        if begun is None:
            return earlier
        return exp.Case(ifs=[exp.If(this=push_lags(begun, back), true=earlier)])
    copy = expression.copy()
    if isinstance(copy, exp.Column):
        if depth:
            copy.set("db", exp.to_identifier(str(depth)))
        return copy
    for key, value in expression.args.items():
        if isinstance(value, exp.Expr):
            copy.set(key, push_lags(value, depth, begun))
        elif isinstance(value, list):
            parts = [push_lags(each, depth, begun) if isinstance(each, exp.Expr) else each for each in value]
            copy.set(key, parts)
    return copy


def _zero_where_empty(rows: exp.Column) -> exp.Expr:
    is_empty = exp.EQ(this=rows, expression=exp.Literal.number(0))
    return exp.Case(ifs=[exp.If(this=is_empty, true=exp.Literal.number(0))])


def _is_average(node: exp.Div, compiled: CompiledMetric) -> bool:
    """Whether a quotient is the sum over the count of the same column and rows, which is what AVG becomes."""
    leaves = {leaf.key: leaf for leaf in compiled.leaves}
    columns = [each.find(exp.Column) for each in (node.this, node.expression)]
    total, count = (leaves.get(column.name) if column is not None else None for column in columns)
    if total is None or count is None or (total.aggregate, count.aggregate) != ("sum", "count"):
        return False
    counted = None if isinstance(total.argument, exp.Literal) else total.argument
    return (
        isinstance(node.this, exp.Coalesce | exp.Column)
        and isinstance(node.expression, exp.Column)
        and (total.event, total.condition, counted) == (count.event, count.condition, count.argument)
    )
