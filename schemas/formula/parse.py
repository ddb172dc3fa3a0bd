"""From text to a syntax tree of whitelisted nodes, in bounded time; knows nothing of the catalog."""

import re
from collections.abc import Sequence
from itertools import pairwise

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.parser import Parser
from sqlglot.tokens import Token, Tokenizer, TokenType

from schemas.formula.errors import ForeignConstructError, FormulaError, NotComputableError

MAX_LENGTH = 10_000
MAX_TOKENS = 1_500
MAX_NESTING = 25  # sqlglot takes about 20 Python frames per parenthesis of the 1,000 there are
MAX_CHAIN = 100
MAX_NODES = 500

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
# for the severity alone: nobody means a metric by these, whether or not its other names are known
_SYSTEM_FUNCTION = re.compile(
    r"(read|scan|parquet|sniff|pg|lo|dblink|duckdb|sqlite|postgres|mysql|iceberg|delta|http|query|xpath)_\w+"
    r"|(read|sniff)\w+|glob|getenv|getvariable|query|current_setting|set_config|version|reflect|java_method"
    r"|system|shell|exec|eval|load_\w+|copy|sleep|input_file_\w+|secrets?|which_secret",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"(?:^|[;(])\s*(select\s|with\s+\w+\s+as\s*\(|insert\s+into\s|delete\s+from\s|update\s+\S+\s+set\s"
    r"|(?:drop|create|alter|truncate)\s+(?:or\s+replace\s+)?(?:temp|table|view|schema|database|function|macro"
    r"|secret|role|user|index)\w*\s|copy\s+\S+\s+(?:to|from)\s|attach\s+(?:database\s+)?'"
    r"|load\s+'|install\s+\w+\s*(?:;|$)|pragma\s+\w|set\s+\w+\s*=|call\s+\w+\s*\(|export\s+database\s"
    r"|import\s+database\s|grant\s+\w+\s+on\s|do\s+\$|execute\s+\w|explain\s+\w)",
    re.IGNORECASE,
)
_PREFIXES = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE})
_QUOTED_NAME = re.compile(r"[\w\-:. ]{1,200}")


def parse_formula(text: str) -> exp.Expr:
    """Parse one formula into a tree that holds nothing but whitelisted nodes.

    Takes at most some tens of milliseconds, whatever the text.

    Raises:
        FormulaError: beyond the limits, a second statement, or a construct that reaches outside.
        ForeignConstructError: one expression, but with a construct that the language has not.
        NotComputableError: the text is no expression at all.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text):,} characters; at most {MAX_LENGTH:,} are read")
    if (statement := _STATEMENT.search(text)) is not None:
        words = " ".join(statement[1].split())
        raise FormulaError(
            f"{words!r} at {_place(text, statement.start(1))} begins a statement or subquery; "
            "a formula is one expression over aggregates"
        )
    tokens = _tokenize(text)
    _check_nesting(tokens, text)
    tree = _parse(tokens, text)
    _check_size(tree)
    _check_nodes(tree, tokens, text)
    return tree


def _tokenize(text: str) -> Sequence[Token]:
    try:
        tokens = Tokenizer().tokenize(text)
    except TokenError as error:
        raise NotComputableError("not a formula: a quote or comment is opened and never closed") from error
    if not tokens:
        raise NotComputableError("the formula is empty")
    if len(tokens) > MAX_TOKENS:
        raise FormulaError(
            f"the formula has {len(tokens):,} words and signs; at most {MAX_TOKENS:,} are read"
        )
    return tokens


def _check_nesting(tokens: Sequence[Token], text: str) -> None:
    """Refuse what would recurse deeply, before anything recursive sees it."""
    still_open: list[TokenType] = []
    prefixes = 0
    for token in tokens:
        kind = token.token_type
        prefixes = prefixes + 1 if kind in _PREFIXES else 0
        if kind in (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE):
            still_open.append(kind)
        elif (
            kind in (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END) and still_open
        ):
            still_open.pop()
        if len(still_open) + prefixes > MAX_NESTING:
            raise FormulaError(
                f"nested deeper than {MAX_NESTING} levels at {_place(text, token.start)}; "
                "split the formula into measures or metrics"
            )


def _parse(tokens: Sequence[Token], text: str) -> exp.Expr:
    cut = next((i for i, token in enumerate(tokens) if token.token_type == TokenType.SEMICOLON), len(tokens))
    try:
        parsed = Parser().parse_into(exp.Condition, list(tokens[:cut]), text)
    except ParseError as error:
        raise NotComputableError(_prose(error)) from error
    except RecursionError as error:
        raise FormulaError(f"nested too deep; at most {MAX_NESTING} levels are read") from error
    if len(parsed) != 1 or parsed[0] is None:
        raise NotComputableError("not a formula: there is no expression in it")
    if cut < len(tokens):
        raise FormulaError(
            f"';' at {_place(text, tokens[cut].start)} ends a statement; a formula is one expression"
        )
    commented = next((token for token in tokens if token.comments), None)
    if commented is not None:
        raise FormulaError(
            f"a comment next to {_place(text, commented.start)}; a formula holds none, "
            "say it in formula_detail"
        )
    return parsed[0]


def _prose(error: ParseError) -> str:
    first = error.errors[0] if error.errors else {}
    cause = error.__cause__
    if isinstance(cause, ParseError) and cause.errors:
        first = cause.errors[0]
    if "line" not in first or first["line"] is None:
        return "not a formula: it cannot be read as one expression"
    near = str(first.get("highlight") or "").strip() or "its end"
    return (
        f"not a formula: it cannot be read as one expression near {near[:40]!r} "
        f"(line {first['line']}, column {first['col']})"
    )


def _check_size(tree: exp.Expr) -> None:
    level, depth, nodes = [tree], 0, 0
    while level:
        depth += 1
        nodes += len(level)
        if nodes > MAX_NODES:
            raise FormulaError(f"more than {MAX_NODES} names, numbers and operators; split it into measures")
        if depth > MAX_CHAIN:
            raise FormulaError(f"a chain of more than {MAX_CHAIN} operators; split it into measures")
        level = [child for node in level for child in node.iter_expressions()]


def _check_nodes(tree: exp.Expr, tokens: Sequence[Token], text: str) -> None:
    for node in tree.bfs():
        problem = _refusal(node)
        if problem is None:
            continue
        what, certain = problem
        message = f"{what} at {_place(text, _offset(node, tokens))} is not part of the formula language; functions are {FUNCTIONS}"
        if certain:
            raise FormulaError(message)
        raise ForeignConstructError(message, frozenset((c.table, c.name) for c in tree.find_all(exp.Column)))


def _refusal(node: exp.Expr) -> tuple[str, bool] | None:
    """What is wrong with a node and whether it is an error in any catalog; None where it may stand."""
    for kind, what in _FORBIDDEN.items():
        if isinstance(node, kind):
            return what, True
    if isinstance(node, exp.Anonymous) and str(node.this).upper() not in _OWN_FUNCTIONS:
        name = str(node.this)
        percentile = PERCENTILE.fullmatch(name)
        if percentile is None:
            return f"the function {name}", _SYSTEM_FUNCTION.fullmatch(name) is not None
        if int(percentile[1]) > 100:
            return f"the percentile {name}", False
    if isinstance(node, exp.Identifier) and node.quoted and not _QUOTED_NAME.fullmatch(node.name):
        return f"the quoted name {node.name!r}", True
    allowed = _ALLOWED.get(type(node))
    if allowed is None:
        return _name(node), isinstance(node, exp.Func) and bool(
            _SYSTEM_FUNCTION.fullmatch(_function_name(node))
        )
    if isinstance(node, exp.If) and not isinstance(node.parent, exp.Case):
        return "the function IF", False
    extra = [key for key, value in node.args.items() if key not in allowed and value not in (None, False, [])]
    return (f"{_name(node)} with {', '.join(extra)}", False) if extra else None


def _function_name(node: exp.Func) -> str:
    return str(node.meta.get("name") or node.sql_name())


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
        name = str(node.this) if isinstance(node, exp.Anonymous) else _function_name(node)
        for token, following in pairwise(tokens):
            if token.text.upper() == name.upper() and following.token_type == TokenType.L_PAREN:
                return token.start
    starts = [int(inner.meta["start"]) for inner in node.walk() if "start" in inner.meta]
    return min(starts, default=tokens[0].start)


def _place(text: str, offset: int) -> str:
    before = text[:offset]
    return f"line {before.count(chr(10)) + 1}, column {offset - before.rfind(chr(10))}"
