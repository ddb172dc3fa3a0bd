"""From catalog to computable metrics: what is computed, what is only documented and why, what is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlglot import exp

from schemas.catalog.documents import Catalog, Metric
from schemas.catalog.problems import Problem
from schemas.formula.errors import ForeignConstructError, FormulaError, NotComputableError
from schemas.formula.leaves import Leaf, make_leaf
from schemas.formula.names import VALUE, Names, collect_names
from schemas.formula.order import dependency_order
from schemas.formula.parse import parse_formula
from schemas.formula.ratio import ratio_parts
from schemas.formula.resolve import Resolver

__all__ = ["Compilation", "CompiledMetric", "Leaf", "compile_catalog", "compile_metric"]
OBSERVED_PREFIX = "metric:"


@dataclass(frozen=True)
class CompiledMetric:
    """A metric's formula, resolved.

    In the expressions, columns of table `leaf` are leaves by key, of table `metric` other metrics by id, of
    table `period` `period_days` and `period_hours`; LAG(x, n) is kept as `exp.Lag`. `numerator` and
    `denominator` are set for quotients and averages. `max_lag` counts this expression's own periods;
    `events` includes those of the metrics it reads.
    """

    metric_id: str
    expression: exp.Expr
    leaves: tuple[Leaf, ...]
    metric_refs: tuple[str, ...] = ()
    numerator: exp.Expr | None = None
    denominator: exp.Expr | None = None
    max_lag: int = 0
    events: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Compilation:
    """What became of every metric of a catalog.

    `metrics` holds what has values, in the order of `order`: each after those it reads. `documented` maps
    the rest to reasons; those of them that take observed values are in `observed` and in `metrics` too.
    A metric with an error, or that reads one, is in none of them.
    """

    metrics: dict[str, CompiledMetric] = field(default_factory=dict)
    documented: dict[str, str] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    observed: frozenset[str] = frozenset()
    warnings: list[Problem] = field(default_factory=list)


def compile_metric(metric: Metric, names: Names) -> CompiledMetric:
    """Compile one metric's formula on its own; its `events` are those of its leaves.

    Raises:
        FormulaError: the formula is wrong or forbidden.
        NotComputableError: it is no formula, or names nothing that the catalog knows.
    """
    formula = metric.definition.formula
    if formula is None or not formula.strip():
        raise NotComputableError("it has no formula")
    try:
        tree = parse_formula(formula)
    except ForeignConstructError as error:
        if _knows_any(error.names, metric, names):
            raise
        raise NotComputableError(str(error)) from error
    resolver = Resolver(metric, names, tree)
    expression = _resolve(resolver, tree)
    parts = ratio_parts(expression)
    return CompiledMetric(
        metric.metric_id,
        expression,
        tuple(resolver.leaves.values()),
        tuple(resolver.metric_refs),
        *(parts or (None, None)),
        max_lag=resolver.max_lag,
        events=frozenset(leaf.event for leaf in resolver.leaves.values()),
    )


def _knows_any(words: Iterable[tuple[str, str]], metric: Metric, names: Names) -> bool:
    known = {*names.events, *names.short_names, *metric.definition.measures}
    return any((event or name) in known for event, name in words)


def _resolve(resolver: Resolver, tree: exp.Expr) -> exp.Expr:
    """The resolved expression; a text that names nothing known is not computable, whatever else is wrong."""
    wrong: FormulaError | None = None
    expression: exp.Expr = exp.null()
    try:
        expression = resolver.number(tree)
    except FormulaError as error:
        wrong = error
    said = "; ".join([*resolver.unknown.values(), *([str(wrong)] if wrong else [])])
    if not resolver.known:
        raise NotComputableError(said or "it names no event, measure or metric") from wrong
    if said:
        raise FormulaError(said) from wrong
    return expression


def compile_catalog(catalog: Catalog) -> Compilation:
    """Compile every metric of a catalog; nothing is raised, every problem is in the result."""
    names = collect_names(catalog)
    compiled: dict[str, CompiledMetric] = {}
    documented: dict[str, str] = {}
    errors: list[Problem] = []
    for metric in catalog.metrics.values():
        try:
            compiled[metric.metric_id] = compile_metric(metric, names)
        except NotComputableError as error:
            documented[metric.metric_id] = str(error)
        except FormulaError as error:
            errors.append(Problem(str(error), document_id=metric.metric_id, path="definition.formula"))
    order, cycles = dependency_order({name: one.metric_refs for name, one in compiled.items()})
    for cycle in cycles:
        message = f"metrics read one another in a circle: {' → '.join(cycle)}"
        errors.append(Problem(message, document_id=cycle[0], path="definition.formula"))
    metrics = _settle(catalog, names, compiled, documented, order)
    warnings = [*_ignored_filters(catalog, metrics), *_documented_warnings(documented)]
    observed = frozenset(metrics) & frozenset(documented)
    return Compilation(metrics, documented, errors, list(metrics), observed, warnings)


def _settle(
    catalog: Catalog,
    names: Names,
    compiled: dict[str, CompiledMetric],
    documented: dict[str, str],
    order: list[str],
) -> dict[str, CompiledMetric]:
    """Metrics that have values, in order; those that read a metric without values become documented."""
    metrics: dict[str, CompiledMetric] = {}
    for name in documented:
        _observe(name, names, metrics)
    for name in order:
        one = compiled[name]
        missing = [ref for ref in one.metric_refs if ref not in metrics]
        if not missing:
            events = one.events.union(*(metrics[ref].events for ref in one.metric_refs))
            metrics[name] = replace(one, events=events)
            continue
        reasons = [
            f"it reads {ref}, which is not computable: {documented[ref]}"
            for ref in missing
            if ref in documented
        ]
        if len(reasons) == len(missing):
            documented[name] = "; ".join(reasons)
            _observe(name, names, metrics)
    return metrics


def _observe(metric_id: str, names: Names, metrics: dict[str, CompiledMetric]) -> None:
    """Give a documented metric its observed values, where some source can deliver them."""
    event = names.event(OBSERVED_PREFIX + metric_id)
    if event is None or VALUE not in event.fields:
        return
    leaf = make_leaf(event.name, "last", event.value)
    metrics[metric_id] = CompiledMetric(metric_id, leaf.reference, (leaf,), events=frozenset({event.name}))


def _documented_warnings(documented: dict[str, str]) -> list[Problem]:
    return [
        Problem(f"not computed, only documented: {reason}", "warning", "", metric_id, "definition.formula")
        for metric_id, reason in documented.items()
    ]


def _ignored_filters(catalog: Catalog, metrics: dict[str, CompiledMetric]) -> list[Problem]:
    """Filters of a numerator or denominator whose event the formula names itself, so that they do nothing."""
    problems = []
    for metric_id in metrics:
        definition = catalog.metrics[metric_id].definition
        for part in ("numerator", "denominator"):
            selection = getattr(definition, part)
            if selection is None or not selection.filters:
                continue
            own = {leaf.event for leaf in metrics[metric_id].leaves if leaf.condition is None}
            if selection.event_name in own:
                message = (
                    f"these filters do nothing: the formula names the event {selection.event_name!r} itself; "
                    "use FILTER (WHERE …) or a measure"
                )
                problems.append(Problem(message, "warning", "", metric_id, f"definition.{part}.filters"))
    return problems
