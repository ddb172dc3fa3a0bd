"""Which metrics look back, with LAG or to carry, in a way that only the beginning of a slice can answer."""

from sqlglot import exp

from schemas.documents.documents import Catalog
from schemas.formula.compiled import Compilation

# give a number where what they read has none
_FILLING = (exp.Coalesce, exp.Case, exp.Greatest, exp.Least)


def looking_at_beginnings(compilation: Compilation, catalog: Catalog) -> frozenset[str]:
    """Metrics that could find a number before their first period, where they have to find none.

    Most find none anyway: of a period without rows an aggregate has no value. Of the others, which treat what is
    missing as zero or put a number in its place, values hang on where a slice begins.
    """
    filling: set[str] = set()
    found: set[str] = set()
    for metric_id in compilation.order:
        compiled = compilation.metrics[metric_id]
        policy = catalog.metrics[metric_id].definition.null_policy
        is_filling = (
            policy == "zero"
            or not filling.isdisjoint(compiled.metric_refs)
            or compiled.expression.find(*_FILLING) is not None
        )
        if is_filling and (policy == "zero" or compiled.metric_refs):
            filling.add(metric_id)
        if is_filling and (compiled.max_lag or policy == "carry"):
            found.add(metric_id)
    return frozenset(found)
