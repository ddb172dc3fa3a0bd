"""Which metrics look back with LAG in a way that only the beginning of a slice can answer."""

from sqlglot import exp

from schemas.catalog.documents import Catalog
from schemas.formula.compiled import Compilation, CompiledMetric

# give a number where what they read has none
_FILLING = (exp.Coalesce, exp.Case, exp.Greatest, exp.Least)


def looking_at_beginnings(compilation: Compilation, catalog: Catalog) -> frozenset[str]:
    """Metrics whose LAG could find a number before their first period, where it has to find none.

    Most find none anyway: of a period without rows an aggregate has no value. Of the others, which treat what is
    missing as zero or put a number in its place, values hang on where a slice begins.
    """
    filling: set[str] = set()
    found: set[str] = set()
    for metric_id in compilation.order:
        compiled = compilation.metrics[metric_id]
        is_zero = catalog.metrics[metric_id].definition.null_policy == "zero"
        reads_filling = not filling.isdisjoint(compiled.metric_refs)
        if is_zero or reads_filling or (compiled.metric_refs and _fills(compiled)):
            filling.add(metric_id)
        if compiled.max_lag and (is_zero or reads_filling or _fills(compiled)):
            found.add(metric_id)
    return frozenset(found)


def _fills(compiled: CompiledMetric) -> bool:
    return compiled.expression.find(*_FILLING) is not None
