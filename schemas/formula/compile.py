"""From catalog to computable metrics: what is computed, what is only documented and why, what is wrong."""

from dataclasses import replace

from sqlglot import exp

from schemas.documents.documents import Catalog, Metric
from schemas.documents.problems import Problem
from schemas.formula.compiled import Compilation, CompiledMetric
from schemas.formula.errors import ForeignConstructError, FormulaError, NotComputableError, UnresolvedError
from schemas.formula.hash import value_fingerprint
from schemas.formula.leaves import Leaf, make_leaf
from schemas.formula.memory import Memory
from schemas.formula.names import VALUE, Names, collect_names
from schemas.formula.order import dependency_order
from schemas.formula.parse import parse_formula
from schemas.formula.ratio import ratio_parts
from schemas.formula.resolve import Resolver

__all__ = ["Compilation", "CompiledMetric", "Leaf", "compile_catalog", "compile_metric"]
OBSERVED_PREFIX = "metric:"


def compile_metric(metric: Metric, names: Names) -> CompiledMetric:
    """Compile one metric's formula on its own; its `events` are those of its leaves.

    Whether a formula is wrong depends on its own document alone: what sources and other metrics come or go can
    only make it computed or documented.

    Raises:
        FormulaError: the formula is forbidden, or wrong whatever its names mean and certainly of this language, as it
            uses METRIC or a measure of its own document.
        NotComputableError: it is no formula, or names something that the catalog does not know.
    """
    formula = metric.definition.formula
    if formula is None or not formula.strip():
        raise NotComputableError("it has no formula")
    try:
        tree = parse_formula(formula)
    except ForeignConstructError as error:
        if any((event or name) in metric.definition.measures for event, name in error.names):
            raise
        raise NotComputableError(str(error)) from error
    resolver = Resolver(metric, names, tree)
    expression = _resolve(resolver, tree, metric)
    numerator, denominator = ratio_parts(expression) or (None, None)
    return CompiledMetric(
        metric.metric_id,
        expression,
        tuple(resolver.leaves.values()),
        tuple(resolver.metric_refs),
        numerator,
        denominator,
        max_lag=resolver.max_lag,
        events=frozenset(leaf.event for leaf in resolver.leaves.values()),
        names=frozenset(resolver.known),
    )


def _resolve(resolver: Resolver, tree: exp.Expr, metric: Metric) -> exp.Expr:
    """The resolved expression; what cannot be resolved, or is wrong in a text of elsewhere, is not computable."""
    uses_metric = any(function.name.upper() == "METRIC" for function in tree.find_all(exp.Anonymous))
    words = {column.table or column.name for column in tree.find_all(exp.Column)}
    wrong: FormulaError | None = None
    expression: exp.Expr = exp.null()
    try:
        expression = resolver.number(tree)
    except FormulaError as error:
        if uses_metric or not words.isdisjoint(metric.definition.measures):
            raise
        wrong = error
    said = "; ".join([*resolver.unknown.values(), *([str(wrong)] if wrong else [])])
    if said or not resolver.known:
        reason = said or "it names no event, measure or metric"
        raise UnresolvedError(reason, tuple(resolver.metric_refs)) from wrong
    return expression


def compile_catalog(catalog: Catalog, memory: Memory | None = None) -> Compilation:
    """Compile every metric of a catalog; nothing is raised, every problem is in the result.

    With `memory`, of an earlier catalog, the same comes out, sooner; it then holds this catalog's.
    """
    names = collect_names(catalog)
    memory = memory or Memory()
    outcomes = memory.outcomes_of(catalog.metrics.values(), names, compile_metric)
    compiled = {name: one for name, one in outcomes.items() if isinstance(one, CompiledMetric)}
    documented = {name: str(one) for name, one in outcomes.items() if isinstance(one, NotComputableError)}
    errors = [
        Problem(str(one), document_id=name, path="definition.formula")
        for name, one in outcomes.items()
        if isinstance(one, FormulaError)
    ]
    reads = {
        name: one.metric_refs
        for name, one in outcomes.items()
        if isinstance(one, CompiledMetric | UnresolvedError)
    }
    order, cycles = dependency_order(reads)
    for cycle in cycles:
        message = f"metrics read one another in a circle: {' → '.join(cycle)}"
        errors.append(Problem(message, document_id=cycle[0], path="definition.formula"))
    metrics = _settle(catalog, names, compiled, documented, order, memory)
    warnings = [*_ignored_filters(catalog, metrics), *_documented_warnings(documented)]
    observed = frozenset(metrics) & frozenset(documented)
    return Compilation(metrics, documented, errors, list(metrics), observed, warnings)


def _settle(
    catalog: Catalog,
    names: Names,
    compiled: dict[str, CompiledMetric],
    documented: dict[str, str],
    order: list[str],
    memory: Memory,
) -> dict[str, CompiledMetric]:
    """Metrics that have values, in order; those that read a metric without values become documented."""
    metrics: dict[str, CompiledMetric] = {}
    wholes = {}
    for name in documented:
        _observe(catalog.metrics[name], names, metrics)
    for name in order:
        one = compiled.get(name)
        if one is None:
            continue
        missing = [ref for ref in one.metric_refs if ref not in metrics]
        if not missing:
            known = [metrics[ref].fingerprint for ref in one.metric_refs]
            before, known_before, whole = memory.wholes.get(name, (None, None, one))
            if before is not one or known_before != known:
                whole = _whole(catalog.metrics[name], one, [metrics[ref] for ref in one.metric_refs])
            metrics[name], wholes[name] = whole, (one, known, whole)
            continue
        if all(ref in documented for ref in missing):
            documented[name] = f"it reads {' and '.join(missing)}, which is only documented"
            _observe(catalog.metrics[name], names, metrics)
    memory.wholes = wholes
    return metrics


def _whole(metric: Metric, one: CompiledMetric, read: list[CompiledMetric]) -> CompiledMetric:
    """A compiled metric with the events of those that it reads, and its fingerprint."""
    whole = replace(one, events=one.events.union(*(other.events for other in read)))
    known = [other.fingerprint for other in read]
    return replace(whole, fingerprint=value_fingerprint(metric.definition, whole, known))


def _observe(metric: Metric, names: Names, metrics: dict[str, CompiledMetric]) -> None:
    """Give a documented metric its observed values, where some source can deliver them."""
    event = names.event(OBSERVED_PREFIX + metric.metric_id)
    if event is None or VALUE not in event.fields:
        return
    leaf = make_leaf(event.name, "last", event.value)
    one = CompiledMetric(metric.metric_id, leaf.reference, (leaf,), events=frozenset({event.name}))
    fingerprint = value_fingerprint(metric.definition, one, [])
    metrics[metric.metric_id] = replace(one, fingerprint=fingerprint)


def _documented_warnings(documented: dict[str, str]) -> list[Problem]:
    return [
        Problem(f"not computed, only documented: {reason}", "warning", "", metric_id, "definition.formula")
        for metric_id, reason in documented.items()
    ]


def _ignored_filters(catalog: Catalog, metrics: dict[str, CompiledMetric]) -> list[Problem]:
    """Filters of a numerator or denominator whose event the formula names itself, so that they do nothing."""
    problems = []
    for metric_id, compiled in metrics.items():
        definition = catalog.metrics[metric_id].definition
        for part in ("numerator", "denominator"):
            selection = getattr(definition, part)
            if selection is None or not selection.filters:
                continue
            own = {leaf.event for leaf in compiled.leaves if leaf.condition is None}
            if selection.event_name in own:
                message = (
                    f"these filters do nothing: the formula names the event {selection.event_name!r} itself; "
                    "use FILTER (WHERE …) or a measure"
                )
                problems.append(Problem(message, "warning", "", metric_id, f"definition.{part}.filters"))
    return problems
