"""What each name and aggregate of one metric's formula means: leaves, other metrics, the period."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from schemas.documents.documents import Filter, Measure, Metric
from schemas.formula.errors import FormulaError
from schemas.formula.leaves import Leaf, make_leaf
from schemas.formula.names import VALUE, Event, Names, suggestion
from schemas.formula.rows import Rows
from schemas.formula.stand_ins import stand_ins
from schemas.formula.typed import Typed, brief, constant, grouped, integer, ungrouped
from schemas.formula.whitelist import PERCENTILE

MAX_LAG = 10_000
_AGGREGATES: dict[type[exp.Expr], str] = {
    exp.Count: "count",
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
    exp.First: "first",
    exp.Last: "last",
    exp.Stddev: "stddev",
}
_MEASURE_AGGREGATES = (*_AGGREGATES.values(), "median", "count_distinct")
_ALIASES = {"distinct_count": "count_distinct", "average": "avg", "mean": "avg"}


@dataclass(frozen=True)
class _Selection:
    """Rows of one event, and which of their columns an aggregate reads."""

    event: Event
    filters: Sequence[Filter] = ()
    field: str | None = None
    expression: exp.Expr | None = None
    """Row arithmetic, still to be resolved; None for the bare event, a measure or a stand-in."""
    aliases: frozenset[str] = frozenset()


class Resolver(Typed):
    """Resolves one metric's formula; collects its leaves, the metrics it reads and the names it knows."""

    def __init__(self, metric: Metric, names: Names, tree: exp.Expr) -> None:
        self._metric = metric
        self._definition = metric.definition
        self._names = names
        self._stand_ins = stand_ins(tree, metric.definition)
        self.leaves: dict[str, Leaf] = {}
        self.metric_refs: dict[str, None] = {}
        self.known: set[str] = set()
        self.unknown: dict[str, str] = {}
        """Names that mean nothing, with what to say of each."""
        self.max_lag = 0
        self._lag = 0

    def nullable(self, node: exp.Expr) -> exp.Expr:
        """Outside aggregates everything is a number."""
        return self.number(node)

    def operand(self, node: exp.Expr) -> exp.Expr | None:
        """An aggregate, another metric, a lag, the period or a bare name."""
        if isinstance(node, exp.Column):
            return self._qualified(node) if node.table else self._bare(node)
        if isinstance(node, exp.Lag):
            return self._lagged(node)
        if isinstance(node, exp.Anonymous) and not PERCENTILE.fullmatch(node.name):
            return self._own_function(node)
        aggregate = node.this if isinstance(node, exp.Filter) else node
        if isinstance(aggregate, exp.AggFunc | exp.Anonymous):
            where = node.expression.this if isinstance(node, exp.Filter) else None
            return self._aggregate(aggregate, where)
        return None

    def _unresolved(self, reason: str) -> exp.Expr:
        """Note what sources and other metrics, as they are, give no meaning to, and go on: they may come."""
        self.unknown[reason] = reason
        return exp.null()

    # names

    def _bare(self, node: exp.Column) -> exp.Expr:
        name = node.name
        selection = self._measure(name)
        if selection is not None:
            measure = self._definition.measures[name]
            aggregate, quantile = _measure_aggregate(name, measure)
            return self._leaf_or_null(aggregate, selection, quantile=quantile)
        if name.lower() == "time_period":
            return exp.column("period_days", table="period")
        event = self._names.events.get(name)
        if event is None:
            metric_id = self._short_name(name)
            if metric_id is not None:
                return self._metric_reference(metric_id)
        selection = self._event_or_stand_in(node)
        if selection is None:
            return exp.null()
        sums = VALUE in selection.event.fields
        return self._leaf_or_null("sum" if sums else "count", selection)

    def _qualified(self, node: exp.Column) -> exp.Expr:
        event = self._event(node.table)
        if event is None:
            return exp.null()
        if event.column(node.name) is None:
            return self._unresolved(event.unknown_column(node.name))
        return self._unresolved(f"{brief(node)} is a column of rows; aggregate it, as in SUM({node.sql()})")

    def _event(self, name: str) -> Event | None:
        event = self._names.event(name)
        if event is None:
            self.unknown[name] = self._names.unknown(name, self._definition.measures)
        else:
            self.known.add(name)
        return event

    def _measure(self, name: str) -> _Selection | None:
        measure = self._definition.measures.get(name)
        if measure is None:
            return None
        event = self._names.event(measure.event)
        if event is None:
            self.unknown[name] = (
                f"measure {name!r} reads the event {measure.event!r}, which no source delivers"
                + suggestion(measure.event, sorted(self._names.events))
            )
            return _Selection(Event(measure.event, frozenset({measure.field or VALUE}), frozenset()))
        self.known.add(name)
        field = measure.field
        if field is not None and event.column(field) is None:
            if field != VALUE:
                self._unresolved(f"measure {name!r}: {event.unknown_column(field)}")
            field = None
        return _Selection(event, measure.filters, field)

    def _short_name(self, name: str) -> str | None:
        ids = [one for one in self._names.short_names.get(name, ()) if one != self._metric.metric_id]
        if ids:
            self.known.add(name)
        if len(ids) > 1:
            self._unresolved(
                f"{name!r} is the short name of {' and '.join(ids)}; write METRIC('…') with the id"
            )
        return ids[0] if ids else None

    def _event_or_stand_in(self, node: exp.Column) -> _Selection | None:
        """The event of that name, else the numerator or denominator event that the name stands for.

        An event that only a source with an event column could deliver comes last.
        """
        name = node.name
        stand_in = self._stand_ins.get(id(node))
        if name in self._names.events or stand_in is None:
            event = self._event(name)
            return None if event is None else _Selection(event, aliases=frozenset({name}))
        part, chosen = stand_in
        event = self._names.event(chosen.event_name)
        if event is None:
            self.unknown[name] = (
                f"{name!r} stands for the {part} event {chosen.event_name!r}, which no source delivers"
                + suggestion(chosen.event_name, sorted(self._names.events))
            )
            return None
        self.known.add(name)
        field = name if event.column(name) is not None else None
        return _Selection(event, chosen.filters, field, aliases=frozenset({name}))

    # functions

    def _own_function(self, node: exp.Anonymous) -> exp.Expr:
        arguments = node.expressions
        if node.name.upper() == "HOURS_IN_PERIOD":
            if arguments:
                raise FormulaError("HOURS_IN_PERIOD() takes no argument")
            return exp.column("period_hours", table="period")
        if len(arguments) != 1 or not (isinstance(arguments[0], exp.Literal) and arguments[0].is_string):
            raise FormulaError("METRIC takes one id as text, as in METRIC('METRIC-ARPU')")
        metric_id = str(arguments[0].this)
        self.known.add(metric_id)
        if metric_id not in self._names.metric_ids:
            by_name = self._short_name(metric_id)
            if by_name is None:
                choices = sorted(self._names.metric_ids)
                raise FormulaError(f"METRIC({metric_id!r}): no such metric{suggestion(metric_id, choices)}")
            metric_id = by_name
        return self._metric_reference(metric_id)

    def _metric_reference(self, metric_id: str) -> exp.Expr:
        self.metric_refs[metric_id] = None
        return exp.column(metric_id, table="metric", quoted=True)

    def _lagged(self, node: exp.Lag) -> exp.Expr:
        offset = node.args.get("offset")
        periods = 1 if offset is None else integer(offset, "LAG's second argument", MAX_LAG, least=1)
        self._lag += periods
        self.max_lag = max(self.max_lag, self._lag)
        inner = self.number(node.this)
        self._lag -= periods
        return exp.Lag(this=inner, offset=exp.Literal.number(periods))

    # aggregates

    def _aggregate(self, node: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        name, quantile = _aggregate_name(node)
        argument = node.expressions[0] if isinstance(node, exp.Anonymous) else node.this
        if isinstance(argument, exp.Distinct):
            if name != "count" or len(argument.expressions) != 1:
                raise FormulaError(f"{brief(node)}: DISTINCT stands in COUNT(DISTINCT event.column) only")
            name, argument = "count_distinct", argument.expressions[0]
        selection = self._select(ungrouped(argument), node)
        if selection is None:
            return exp.null()
        return self._leaf_or_null(name, selection, where, quantile)

    def _select(self, argument: exp.Expr, node: exp.Expr) -> _Selection | None:
        """Which rows an aggregate reads; None where a name means nothing."""
        if isinstance(argument, exp.Column) and not argument.table:
            return self._measure(argument.name) or self._event_or_stand_in(argument)
        if argument.find(exp.AggFunc, exp.Filter, exp.Anonymous):
            raise FormulaError(
                f"{brief(node)}: an aggregate stands inside another; use measures or METRIC('…')"
            )
        columns = list(argument.find_all(exp.Column))
        owners = dict.fromkeys(column.table for column in columns if column.table)
        if not owners:
            owners = dict.fromkeys(column.name for column in columns)
        if not owners:
            raise FormulaError(f"{brief(node)} names no event")
        events = [self._event(owner) for owner in owners]
        if None in events:
            return None
        if len(owners) > 1:
            self._unresolved(f"{brief(node)} reads the events {', '.join(owners)}; an aggregate reads one")
            return None
        return None if events[0] is None else _Selection(events[0], expression=argument)

    def _leaf_or_null(
        self, name: str, selection: _Selection, where: exp.Expr | None = None, quantile: float | None = None
    ) -> exp.Expr:
        """The aggregate; null where the columns of its event do not fit what it does with them."""
        try:
            return self._leaf(name, selection, where, quantile)
        except FormulaError as error:
            return self._unresolved(str(error))

    def _leaf(
        self, name: str, selection: _Selection, where: exp.Expr | None = None, quantile: float | None = None
    ) -> exp.Expr:
        rows = Rows(selection.event, selection.aliases)
        conditions = [rows.filters(selection.filters), None if where is None else rows.condition(where)]
        present = [grouped(one) for one in conditions if one is not None]
        condition = ungrouped(exp.and_(*present)) if present else None
        argument = _argument(name, selection, rows)
        event = selection.event.name
        if name == "avg":
            counted = None if isinstance(argument, exp.Literal) else argument
            total = self._keep(make_leaf(event, "sum", argument, condition))
            return exp.Div(this=total, expression=self._keep(make_leaf(event, "count", counted, condition)))
        if name == "median" or quantile is not None:
            quantile, name = 0.5 if quantile is None else quantile, "quantile"
        return self._keep(make_leaf(event, name, argument, condition, quantile))

    def _keep(self, leaf: Leaf) -> exp.Expr:
        self.leaves[leaf.key] = leaf
        if leaf.aggregate == "sum" and self._definition.null_policy == "zero":
            return exp.Coalesce(this=leaf.reference, expressions=[exp.Literal.number(0)])
        return leaf.reference


def _argument(name: str, selection: _Selection, rows: Rows) -> exp.Expr | None:
    """What an aggregate reads of each row; None counts rows."""
    node = selection.expression
    if node is None and selection.field is not None:
        node = exp.column(selection.field, quoted=True)
    if name == "count" and node is None:
        return None
    if name == "count_distinct" and node is None:
        event = selection.event
        choices = suggestion("", sorted(event.fields | event.dimensions))
        raise FormulaError(f"COUNT(DISTINCT …) of event {event.name!r} needs a column{choices}")
    if node is None:
        return selection.event.value
    if name in ("count", "count_distinct"):
        return rows.nullable(node)
    return rows.number(node)


def _aggregate_name(node: exp.Expr) -> tuple[str, float | None]:
    if isinstance(node, exp.Anonymous):
        match = PERCENTILE.fullmatch(node.name)
        if match is None or len(node.expressions) != 1:
            raise FormulaError(f"{brief(node)}: one argument is expected")
        return "quantile", int(match[1]) / 100
    if isinstance(node, exp.Quantile):
        share = constant(node.args["quantile"]) if node.args.get("quantile") is not None else None
        if share is None or not 0 <= share <= 1:
            raise FormulaError(f"{brief(node)}: QUANTILE takes a share from 0 to 1, as in QUANTILE(x, 0.99)")
        return "quantile", share
    if isinstance(node, exp.Median):
        return "quantile", 0.5
    if type(node) not in _AGGREGATES:
        raise FormulaError(f"{brief(node)} may not stand here")
    return _AGGREGATES[type(node)], None


def _measure_aggregate(name: str, measure: Measure) -> tuple[str, float | None]:
    aggregate = measure.aggregate.lower()
    aggregate = _ALIASES.get(aggregate, aggregate)
    percentile = PERCENTILE.fullmatch(aggregate)
    if percentile is not None and int(percentile[1]) <= 100:
        return "quantile", int(percentile[1]) / 100
    if aggregate not in _MEASURE_AGGREGATES:
        legal = ", ".join((*_MEASURE_AGGREGATES, "percentile_nn"))
        raise FormulaError(f"measure {name!r}: aggregate {measure.aggregate!r} is none of {legal}")
    return aggregate, None
