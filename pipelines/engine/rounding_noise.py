"""Sums and differences of aggregates without the noise that doubles leave where they cancel out."""

from collections.abc import Iterator

from sqlglot import exp

_NOISE = "2e-15"
"""Relative to what was added up: doubles know 15 decimal digits of it."""


def settled_sums(expression: exp.Expr) -> exp.Expr:
    """A formula in which SUM(a) - SUM(b) is 0 where the two differ by rounding alone; whole numbers have no noise.

    Only the outermost sums are settled, so that the SQL does not grow with how deeply they nest.
    """
    return expression.transform(_settled)


def _settled(node: exp.Expr) -> exp.Expr:
    if not isinstance(node, exp.Add | exp.Sub):
        return node
    size: exp.Expr | None = None
    for term in _terms(node):
        part = exp.Abs(this=term.copy())
        size = part if size is None else exp.Add(this=size, expression=part)
    total = exp.Paren(this=node.copy())
    least = exp.Mul(this=exp.Literal.number(_NOISE), expression=exp.Paren(this=size))
    whole = exp.Round(this=total.copy(), decimals=exp.Literal.number(0))
    is_noise = exp.And(
        this=exp.LTE(this=exp.Abs(this=total.copy()), expression=least),
        expression=exp.NEQ(this=total.copy(), expression=whole),
    )
    return exp.Paren(this=exp.Case(ifs=[exp.If(this=is_noise, true=exp.Literal.number(0))], default=total))


def _terms(node: exp.Expr) -> Iterator[exp.Expr]:
    """What a sum adds up, signs left out."""
    if isinstance(node, exp.Add | exp.Sub):
        yield from _terms(node.this)
        yield from _terms(node.expression)
    elif isinstance(node, exp.Paren | exp.Neg):
        yield from _terms(node.this)
    else:
        yield node
