"""Random formulas as trees of tuples: written out as text, and evaluated in Python without any of MDL's code."""

import math
from collections.abc import Mapping

from hypothesis import strategies as st

Tree = tuple
Value = float | None

LEAVES = ("a", "b", "c", "d")
_LEAF = st.sampled_from([*(("leaf", name) for name in LEAVES), ("null",)])
_NUMBER = st.sampled_from(["0", "1", "2", "0.5", "3.25", "100", "1e3", "7"])
_KINDS = ("binary", "binary", "negative", "ABS", "LN", "POWER", "NULLIF", "ROUND", "several", "case")


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> Tree:
    """A number: a leaf, a literal, NULL, or an operation on smaller trees."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(_LEAF) if draw(st.booleans()) else ("number", draw(_NUMBER))
    smaller = trees(depth - 1)
    kind = draw(st.sampled_from(_KINDS))
    if kind == "binary":
        return ("binary", draw(st.sampled_from("+-*/")), draw(smaller), draw(smaller))
    if kind in ("POWER", "NULLIF"):
        return (kind, draw(smaller), draw(smaller))
    if kind == "ROUND":
        return (kind, draw(smaller), draw(st.integers(-3, 6)))
    if kind == "several":
        name = draw(st.sampled_from(["COALESCE", "GREATEST", "LEAST"]))
        return (name, draw(st.lists(smaller, min_size=2, max_size=3)))
    if kind == "case":
        branch = st.tuples(_conditions(depth - 1), smaller)
        return ("case", draw(st.lists(branch, min_size=1, max_size=2)), draw(st.none() | smaller))
    return (kind, draw(smaller))


@st.composite
def _conditions(draw: st.DrawFn, depth: int) -> Tree:
    numbers = trees(max(depth - 1, 0))
    kind = draw(st.sampled_from(["compare", "between", "in", "is null", "is not null", "and", "or", "not"]))
    if kind == "compare":
        return (kind, draw(st.sampled_from(["=", "<>", "<", "<=", ">", ">="])), draw(numbers), draw(numbers))
    if kind == "between":
        return (kind, draw(numbers), draw(numbers), draw(numbers))
    if kind == "in":
        return (kind, draw(numbers), draw(st.lists(numbers, min_size=1, max_size=3)))
    if kind in ("is null", "is not null") or depth == 0:
        return ("is null" if depth == 0 else kind, draw(numbers))
    if kind == "not":
        return (kind, draw(_conditions(depth - 1)))
    return (kind, draw(_conditions(depth - 1)), draw(_conditions(depth - 1)))


values = st.none() | st.sampled_from([0.0, 1.0, -1.0, 2.5, -0.125, 1000.0, 3.0]) | st.floats(-1e6, 1e6)
rows = st.fixed_dictionaries(dict.fromkeys(LEAVES, values))


def written(tree: Tree) -> str:  # noqa: PLR0911, one case per kind of node
    """The formula's text; leaf `a` is SUM(a)."""
    match tree:
        case ("leaf", name):
            return f"SUM({name})"
        case ("number", text):
            return text
        case ("null",):
            return "NULL"
        case ("binary", sign, left, right):
            return f"({written(left)} {sign} {written(right)})"
        case ("negative", inner):
            return f"(- {written(inner)})"
        case ("ROUND", inner, digits):
            return f"ROUND({written(inner)}, {digits})"
        case ("case", branches, default):
            whens = " ".join(
                f"WHEN {_written_condition(test)} THEN {written(then)}" for test, then in branches
            )
            return f"CASE {whens}{'' if default is None else ' ELSE ' + written(default)} END"
        case (("COALESCE" | "GREATEST" | "LEAST") as name, several):
            return f"{name}({', '.join(map(written, several))})"
        case (name, *inner):
            return f"{name}({', '.join(map(written, inner))})"
    raise AssertionError(tree)


def _written_condition(tree: Tree) -> str:
    match tree:
        case ("compare", sign, left, right):
            return f"{written(left)} {sign} {written(right)}"
        case ("between", this, low, high):
            return f"{written(this)} BETWEEN {written(low)} AND {written(high)}"
        case ("in", this, several):
            return f"{written(this)} IN ({', '.join(map(written, several))})"
        case (("and" | "or") as word, left, right):
            return f"({_written_condition(left)} {word} {_written_condition(right)})"
        case ("not", inner):
            return f"NOT ({_written_condition(inner)})"
        case (words, this):
            return f"{written(this)} {words}"
    raise AssertionError(tree)


def evaluated(tree: Tree, row: Mapping[str, Value]) -> Value:
    """The formula's value: SQL's nulls, division by zero null, nothing but finite numbers."""
    value = _number(tree, row)
    return value if value is not None and math.isfinite(value) else None


def _number(tree: Tree, row: Mapping[str, Value]) -> Value:  # noqa: C901, PLR0911, as above
    match tree:
        case ("leaf", name):
            return row[name]
        case ("number", text):
            return float(text)
        case ("null",):
            return None
        case ("case", branches, default):
            for test, then in branches:
                if _truth(test, row):
                    return _number(then, row)
            return None if default is None else _number(default, row)
        case ("COALESCE", several):
            return next((one for part in several if (one := _number(part, row)) is not None), None)
        case (("GREATEST" | "LEAST") as name, several):
            present = [one for part in several if (one := _number(part, row)) is not None]
            choose = max if name == "GREATEST" else min
            return choose(present, key=_order, default=None)
        case ("NULLIF", left, right):
            a, b = _number(left, row), _number(right, row)
            return None if a is not None and b is not None and _order(a) == _order(b) else a
        case ("ROUND", inner, digits):
            return _rounded(_number(inner, row), digits)
        case ("binary", _, left, right) | ("POWER", left, right):
            a, b = _number(left, row), _number(right, row)
            return (
                None if a is None or b is None else _combined(tree[1] if tree[0] == "binary" else "^", a, b)
            )
        case (name, inner):
            value = _number(inner, row)
            return None if value is None else _single(name, value)
    raise AssertionError(tree)


def _single(name: str, value: float) -> Value:
    if name == "negative":
        return -value
    if name == "ABS":
        return abs(value)
    return math.log(value) if value > 0 or math.isnan(value) else None


def _combined(sign: str, a: float, b: float) -> Value:
    if sign == "/":
        return None if b == 0 else a / b
    if sign == "^":
        try:
            power = math.pow(a, b)
        except (ValueError, OverflowError):
            return None
        return power if math.isfinite(power) else None
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b}[sign]()


def _rounded(value: Value, digits: int) -> Value:
    """Half away from zero, of the number scaled by a power of ten."""
    if value is None:
        return None
    factor = 10.0 ** abs(digits)
    scaled = value * factor if digits >= 0 else value / factor
    if math.isfinite(scaled):
        whole = math.trunc(abs(scaled))
        whole += abs(scaled) - whole >= 0.5
        scaled = math.copysign(float(whole), scaled)
    return scaled / factor if digits >= 0 else scaled * factor


def _order(value: float) -> tuple[bool, float]:
    """NaN is equal to itself and greater than every number, as in both engines."""
    return (True, 0.0) if math.isnan(value) else (False, value)


def _truth(tree: Tree, row: Mapping[str, Value]) -> bool | None:
    match tree:
        case ("compare", sign, left, right):
            return _compared(sign, _number(left, row), _number(right, row))
        case ("between", this, low, high):
            value = _number(this, row)
            return _both(
                _compared(">=", value, _number(low, row)), _compared("<=", value, _number(high, row))
            )
        case ("in", this, several):
            value = _number(this, row)
            found = [_compared("=", value, _number(one, row)) for one in several]
            return True if True in found else None if None in found else False
        case ("is null", this):
            return _number(this, row) is None
        case ("is not null", this):
            return _number(this, row) is not None
        case ("not", inner):
            value = _truth(inner, row)
            return None if value is None else not value
        case ("and", left, right):
            return _both(_truth(left, row), _truth(right, row))
        case ("or", left, right):
            parts = (_truth(left, row), _truth(right, row))
            return True if True in parts else None if None in parts else False
    raise AssertionError(tree)


def _both(*parts: bool | None) -> bool | None:
    return False if False in parts else None if None in parts else True


def _compared(sign: str, left: Value, right: Value) -> bool | None:
    if left is None or right is None:
        return None
    a, b = _order(left), _order(right)
    return {"=": a == b, "<>": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]
