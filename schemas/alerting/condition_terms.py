"""What the parts of a condition come to on a row: null is None, and swallows what it touches as in SQL."""

import math
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlglot import exp

from schemas.rounding import less, same

Row = Mapping[str, float | str | None]
Term = Callable[[Row], Any]


def term_of(node: exp.Expr) -> Term:
    """The node as a function of a row; recursion is bounded by the parser's limits."""
    if isinstance(node, exp.Paren):
        return term_of(node.this)
    if isinstance(node, exp.Column):
        name = node.name
        return lambda row: row.get(name)
    if isinstance(node, exp.Literal):
        value = node.this if node.is_string else float(node.this)
        return lambda _: value
    if isinstance(node, exp.Boolean):
        truth = bool(node.this)
        return lambda _: truth
    if isinstance(node, exp.Null):
        return lambda _: None
    special = _SPECIAL.get(type(node))
    if special is not None:
        return special(node)
    function = _STRICT[type(node)]
    parts = [term_of(part) for part in _operands(node)]
    return lambda row: _strictly(function, [part(row) for part in parts])


def _operands(node: exp.Expr) -> list[exp.Expr]:
    named = [node.args.get(name) for name in ("this", "low", "high", "expression", "decimals")]
    return [part for part in named if isinstance(part, exp.Expr)]


def _strictly(function: Callable[..., Any], values: list[Any]) -> Any:
    """Null where an operand is null or the result is none: division by zero, a logarithm of 0, an overflow."""
    if None in values:
        return None
    try:
        result = function(*values)
    except (ArithmeticError, ValueError):
        return None
    return None if isinstance(result, complex) or not math.isfinite(result) else result


def _round(value: float, digits: float = 0) -> float:
    """Half away from zero, as SQL rounds."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP))


_STRICT: Mapping[type[exp.Expr], Callable[..., Any]] = {
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
    exp.Div: lambda a, b: a / b,
    exp.Pow: math.pow,
    exp.Neg: lambda a: -a,
    exp.Abs: abs,
    exp.Ln: math.log,
    exp.Round: _round,
    exp.Not: lambda a: not a,
}


# ---- comparison: numbers that differ by rounding are equal, so that 0.1 + 0.2 is not above 0.3 -----------
def _equal(left: Any, right: Any, size: float = 0.0) -> bool:
    """Texts as they are, numbers within rounding."""
    return left == right if isinstance(left, str) or isinstance(right, str) else same(left, right, size)


_COMPARED: Mapping[type[exp.Expr], Callable[[Any, Any, float], bool]] = {
    exp.EQ: _equal,
    exp.NEQ: lambda a, b, size: not _equal(a, b, size),
    exp.GT: lambda a, b, size: less(b, a, size),
    exp.GTE: lambda a, b, size: not less(a, b, size),
    exp.LT: less,
    exp.LTE: lambda a, b, size: not less(b, a, size),
}
_PERCENT = 100.0  # of what a change_pct is: 1e-14 percent are rounding


def _comparison(node: exp.Expr) -> Term:
    compared = _COMPARED[type(node)]
    left, right = term_of(node.this), term_of(node.expression)
    sizes = [_size(side) for side in (node.this, node.expression) if not _is_its_size(side)]

    def holds(row: Row) -> bool | None:
        first, second = left(row), right(row)
        if first is None or second is None:
            return None
        return compared(first, second, max(size(row) for size in sizes) if sizes else 0.0)

    return holds


def _is_its_size(node: exp.Expr) -> bool:
    """Whether a number is made of no larger ones, which is most of what is compared."""
    if isinstance(node, exp.Paren | exp.Neg | exp.Abs):
        return _is_its_size(node.this)
    is_change = isinstance(node, exp.Column) and node.name == "change_pct"
    return not is_change and not isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div)


def _size(node: exp.Expr) -> Callable[[Row], float]:
    """How large the numbers were that a number is made of: their difference may be rounding beside them."""
    if isinstance(node, exp.Paren | exp.Neg | exp.Abs):
        return _size(node.this)
    value = term_of(node)
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        first, second = _size(node.this), _size(node.expression)
        if isinstance(node, exp.Mul):
            return lambda row: first(row) * second(row)
        return lambda row: max(first(row), second(row))
    if isinstance(node, exp.Div):
        above, below = _size(node.this), term_of(node.expression)
        return lambda row: above(row) / abs(divisor) if (divisor := below(row)) else 0.0
    least = _PERCENT if isinstance(node, exp.Column) and node.name == "change_pct" else 0.0
    return lambda row: max(least, _magnitude(value(row)))


def _magnitude(value: Any) -> float:
    return 0.0 if value is None or isinstance(value, str) else abs(value)


def _and(node: exp.Expr) -> Term:
    left, right = term_of(node.this), term_of(node.expression)

    def both(row: Row) -> bool | None:
        first, second = left(row), right(row)
        if first is False or second is False:
            return False
        return None if first is None or second is None else True

    return both


def _or(node: exp.Expr) -> Term:
    left, right = term_of(node.this), term_of(node.expression)

    def either(row: Row) -> bool | None:
        first, second = left(row), right(row)
        if first is True or second is True:
            return True
        return None if first is None or second is None else False

    return either


def _is_null(node: exp.Expr) -> Term:
    part = term_of(node.this)
    return lambda row: part(row) is None


def _in(node: exp.Expr) -> Term:
    part, size = term_of(node.this), _size(node.this)
    items = [term_of(item) for item in node.expressions]

    def among(row: Row) -> bool | None:
        value, found = part(row), [item(row) for item in items]
        if value is None:
            return None
        if any(item is not None and _equal(value, item, size(row)) for item in found):
            return True
        return None if None in found else False

    return among


def _between(node: exp.Expr) -> Term:
    this, low, high = (node.args[name] for name in ("this", "low", "high"))
    return _and(
        exp.And(this=exp.GTE(this=this, expression=low), expression=exp.LTE(this=this, expression=high))
    )


def _coalesce(node: exp.Expr) -> Term:
    parts = [term_of(part) for part in (node.this, *node.expressions)]
    return lambda row: next((value for part in parts if (value := part(row)) is not None), None)


def _nullif(node: exp.Expr) -> Term:
    this, other, size = term_of(node.this), term_of(node.expression), _size(node.this)

    def unless_equal(row: Row) -> Any:
        value, unwanted = this(row), other(row)
        is_equal = value is not None and unwanted is not None and _equal(value, unwanted, size(row))
        return None if is_equal else value

    return unless_equal


def _extreme(choose: Callable[[list[float]], float]) -> Callable[[exp.Expr], Term]:
    def build(node: exp.Expr) -> Term:
        parts = [term_of(part) for part in (node.this, *node.expressions)]

        def chosen(row: Row) -> float | None:
            known = [value for part in parts if (value := part(row)) is not None]
            return choose(known) if known else None

        return chosen

    return build


def _case(node: exp.Expr) -> Term:
    branches = [(term_of(branch.this), term_of(branch.args["true"])) for branch in node.args["ifs"]]
    default = node.args.get("default")
    otherwise = term_of(default) if default is not None else lambda _: None
    return lambda row: next((value(row) for when, value in branches if when(row) is True), otherwise(row))


_SPECIAL: Mapping[type[exp.Expr], Callable[[exp.Expr], Term]] = {
    exp.And: _and,
    exp.Or: _or,
    **dict.fromkeys(_COMPARED, _comparison),
    exp.Is: _is_null,
    exp.In: _in,
    exp.Between: _between,
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    exp.Greatest: _extreme(max),
    exp.Least: _extreme(min),
    exp.Case: _case,
}
