"""Which constructs of SQL a formula may hold; everything else is refused by name and position."""

import re
from collections.abc import Sequence
from itertools import pairwise

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from schemas.formula.errors import ForeignConstructError, FormulaError

FUNCTIONS = (
    "COUNT, SUM, AVG, MIN, MAX, MEDIAN, PERCENTILE_nn, QUANTILE, FIRST, LAST, STDDEV, "
    "COALESCE, NULLIF, ABS, ROUND, GREATEST, LEAST, LN, POWER, METRIC, LAG, HOURS_IN_PERIOD"
)
PERCENTILE = re.compile(r"PERCENTILE_(\d{1,3})", re.IGNORECASE)

_BINARY = frozenset({"this", "expression"})
# node type -> the arguments that may be set; flags that sqlglot sets by itself included
_ALLOWED: dict[type[exp.Expr], frozenset[str]] = {
    **dict.fromkeys(
        (exp.Add, exp.Sub, exp.Mul, exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
        _BINARY,
    ),
    **dict.fromkeys((exp.Is, exp.Like, exp.Nullif, exp.Pow, exp.Filter), _BINARY),
    **dict.fromkeys((exp.Paren, exp.Neg, exp.Not, exp.Abs, exp.Ln, exp.Where), frozenset({"this"})),
    **dict.fromkeys(
        (exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.First, exp.Last, exp.Stddev), frozenset({"this"})
    ),
    exp.Div: _BINARY | {"typed", "safe"},
    exp.Count: frozenset({"this", "big_int"}),
    exp.Quantile: frozenset({"this", "quantile"}),
    exp.Distinct: frozenset({"expressions"}),
    exp.Lag: frozenset({"this", "offset"}),
    exp.Coalesce: frozenset({"this", "expressions", "is_nvl"}),
    exp.Round: frozenset({"this", "decimals"}),
    exp.Greatest: frozenset({"this", "expressions", "ignore_nulls"}),
    exp.Least: frozenset({"this", "expressions", "ignore_nulls"}),
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.If: frozenset({"this", "true"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Anonymous: frozenset({"this", "expressions"}),
    exp.Column: frozenset({"this", "table"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: frozenset({"this"}),
    exp.Null: frozenset(),
}
_OWN_FUNCTIONS = frozenset({"METRIC", "HOURS_IN_PERIOD"})
_FORBIDDEN: dict[type[exp.Expr], str] = {
    exp.Query: "a query",
    exp.Subquery: "a subquery",
    exp.Parameter: "a parameter",
    exp.Placeholder: "a parameter",
    exp.Exists: "a subquery",
}
# these carry no position of their own
_SIGNS: dict[type[exp.Expr], frozenset[TokenType]] = {
    exp.Placeholder: frozenset({TokenType.PLACEHOLDER, TokenType.COLON}),
    exp.Parameter: frozenset({TokenType.PARAMETER}),
}
# for the severity alone: nobody means a metric by these, whether or not its other names are known
_SYSTEM_FUNCTION = re.compile(
    r"(read|scan|parquet|sniff|pg|lo|dblink|duckdb|sqlite|postgres|mysql|iceberg|delta|http|query|xpath)_\w+"
    r"|(read|sniff)\w+|glob|getenv|getvariable|query|current_setting|set_config|version|reflect|java_method"
    r"|system|shell|exec|eval|load_\w+|copy|sleep|input_file_\w+|secrets?|which_secret",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?")
_QUOTED_NAME = re.compile(
    r"(?!.*[.](csv|tsv|txt|jsonl?|ndjson|parquet|db|duckdb|gz|zip)$)[\w\-:. ]{1,200}", re.IGNORECASE
)


def check_nodes(tree: exp.Expr, tokens: Sequence[Token], text: str) -> None:
    """Refuse the first construct that is not whitelisted.

    Raises:
        FormulaError: it reaches outside the formula: a query, a parameter, a file, the system.
        ForeignConstructError: it is merely no part of the language.
    """
    for node in tree.bfs():
        certain = True
        what = _reaches_outside(node)
        if what is None:
            certain = False
            what = _foreign(node)
        if what is None:
            continue
        where = place(text, _offset(node, tokens))
        message = f"{what} at {where} is not part of the formula language; its functions are {FUNCTIONS}"
        if certain:
            raise FormulaError(message)
        raise ForeignConstructError(message, frozenset((c.table, c.name) for c in tree.find_all(exp.Column)))


def _reaches_outside(node: exp.Expr) -> str | None:
    for kind, what in _FORBIDDEN.items():
        if isinstance(node, kind):
            return what
    if isinstance(node, exp.Func) and _SYSTEM_FUNCTION.fullmatch(_function_name(node)):
        return f"the function {_function_name(node)}"
    if isinstance(node, exp.Identifier) and node.quoted and not _QUOTED_NAME.fullmatch(node.name):
        return f"the quoted name {node.name!r}"
    return None


def _foreign(node: exp.Expr) -> str | None:
    allowed = _ALLOWED.get(type(node))
    if allowed is None or (isinstance(node, exp.If) and not isinstance(node.parent, exp.Case)):
        return _name(node)
    if isinstance(node, exp.Anonymous):
        percentile = PERCENTILE.fullmatch(node.name)
        if node.name.upper() not in _OWN_FUNCTIONS and (percentile is None or int(percentile[1]) > 100):
            return _name(node)
    if isinstance(node, exp.Column) and not isinstance(node.this, exp.Identifier):
        return f"the name {node.sql()!r}"
    if isinstance(node, exp.Literal) and not (node.is_string or _NUMBER.fullmatch(node.name)):
        return f"the number {node.name!r}"
    extra = [key for key, value in node.args.items() if key not in allowed and value not in (None, False, [])]
    return f"{_name(node)} with {', '.join(extra)}" if extra else None


def _function_name(node: exp.Func) -> str:
    return node.name if isinstance(node, exp.Anonymous) else str(node.meta.get("name") or node.sql_name())


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Star):
        return "the star *"
    if isinstance(node, exp.Func):
        return f"the function {_function_name(node)}"
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", type(node).__name__).lower()
    return f"the construct {words!r}"


def _offset(node: exp.Expr, tokens: Sequence[Token]) -> int:
    """Where a node begins: its function's name, else the first thing in it that has a position."""
    if isinstance(node, exp.Func):
        name = _function_name(node)
        for token, following in pairwise(tokens):
            if token.text.upper() == name.upper() and following.token_type == TokenType.L_PAREN:
                return token.start
    signs = _SIGNS.get(type(node), frozenset())
    for token in tokens:
        if token.token_type in signs:
            return token.start
    starts = [int(inner.meta["start"]) for inner in node.walk() if "start" in inner.meta]
    return min(starts, default=tokens[0].start)


def place(text: str, offset: int) -> str:
    """Line and column, both from 1, of an offset in a text."""
    before = text[:offset]
    return f"line {before.count(chr(10)) + 1}, column {offset - before.rfind(chr(10))}"
