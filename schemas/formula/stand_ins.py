"""The fallback of older documents: names in `a / b` that stand for the numerator and denominator events."""

from collections.abc import Mapping

from sqlglot import exp

from schemas.documents.documents import Definition, EventSelection
from schemas.formula.ratio import ratio_parts, scaled
from schemas.formula.typed import constant, ungrouped
from schemas.formula.whitelist import PERCENTILE

NO_EVENT = "not_applicable"


def stand_ins(tree: exp.Expr, definition: Definition) -> Mapping[int, tuple[str, EventSelection]]:
    """Column node (by identity) of `a / b`, `AGG(a) / AGG(b)` or `AGG(x)` -> the event it may stand for."""
    pair = ratio_parts(tree)
    parts = [("numerator", pair[0]), ("denominator", pair[1])] if pair else []
    if pair is None and _is_aggregate(whole := _without_constants(tree)):
        parts = [("numerator", whole)]
    chosen = {"numerator": definition.numerator, "denominator": definition.denominator}
    found = {}
    for part, node in parts:
        column, selection = _only_name(node), chosen[part]
        if column is not None and selection is not None and selection.event_name != NO_EVENT:
            found[id(column)] = (part, selection)
    return found


def _without_constants(node: exp.Expr) -> exp.Expr:
    """What is left of an expression without constant factors and divisors, signs, ROUND and parentheses."""
    node = scaled(node)
    if isinstance(node, exp.Neg | exp.Round):
        return _without_constants(node.this)
    if isinstance(node, exp.Div) and constant(node.expression) is not None:
        return _without_constants(node.this)
    return node


def _is_aggregate(node: exp.Expr) -> bool:
    own = isinstance(node, exp.Anonymous) and PERCENTILE.fullmatch(node.name) is not None
    return own or isinstance(node, exp.AggFunc | exp.Filter)


def _only_name(node: exp.Expr) -> exp.Column | None:
    """The bare identifier that a node is, or that its aggregate holds."""
    node = ungrouped(node)
    if isinstance(node, exp.Neg):
        return _only_name(node.this)
    if isinstance(node, exp.Filter):
        node = node.this
    if isinstance(node, exp.Anonymous) and PERCENTILE.fullmatch(node.name) and node.expressions:
        node = ungrouped(node.expressions[0])
    elif isinstance(node, exp.AggFunc):
        node = ungrouped(node.this)
        if isinstance(node, exp.Distinct):
            node = ungrouped(node.expressions[0])
    return node if isinstance(node, exp.Column) and not node.table else None
