"""The shape `a / b` of a formula, seen through constant factors, rounding and signs."""

from sqlglot import exp

from schemas.formula.typed import constant, ungrouped


def ratio_parts(node: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    """Numerator and denominator of a quotient; None where the expression is no quotient.

    Constant factors and divisors around the quotient or on its numerator, parentheses and ROUND are left
    away; a minus sign goes to the numerator.
    """
    node = ungrouped(node)
    if isinstance(node, exp.Neg):
        parts = ratio_parts(node.this)
        return None if parts is None else (exp.Neg(this=exp.Paren(this=parts[0])), parts[1])
    if isinstance(node, exp.Round):
        return ratio_parts(node.this)
    if isinstance(node, exp.Mul):
        inner = scaled(node)
        return None if inner is node else ratio_parts(inner)
    if isinstance(node, exp.Div):
        if constant(node.expression) is not None:
            return ratio_parts(node.this)
        return scaled(node.this), ungrouped(node.expression)
    return None


def scaled(node: exp.Expr) -> exp.Expr:
    """What a constant factor multiplies; the node itself where there is no such factor."""
    node = ungrouped(node)
    if isinstance(node, exp.Mul):
        if constant(node.expression) is not None:
            return scaled(node.this)
        if constant(node.this) is not None:
            return scaled(node.expression)
    return node
