"""From text to a syntax tree of whitelisted nodes, in bounded time; knows nothing of the catalog."""

import re
from collections.abc import Sequence

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from schemas.formula.errors import FormulaError, NotComputableError
from schemas.formula.whitelist import check_nodes, place

MAX_LENGTH = 10_000
MAX_TOKENS = 1_500
MAX_NESTING = 25  # sqlglot takes about 20 Python frames per parenthesis of the 1,000 there are
MAX_CHAIN = 100
MAX_NODES = 500
# DuckDB plans NULLIF(a, b) as CASE WHEN a = b …, twice a: 15 divisors within divisors took it 10 seconds
MAX_WRITTEN_OUT = 2_000

_STATEMENT = re.compile(
    r"(?:^|[;(])\s*(select\s|with\s+\w+\s+as\s*\(|insert\s+into\s|delete\s+from\s|update\s+\S+\s+set\s"
    r"|(?:drop|create|alter|truncate)\s+(?:or\s+replace\s+)?(?:temp|table|view|schema|database|function|macro"
    r"|secret|role|user|index)\w*\s|copy\s+\S+\s+(?:to|from)\s|attach\s+(?:database\s+)?'"
    r"|load\s+'|install\s+\w+\s*(?:;|$)|pragma\s+\w|set\s+\w+\s*=|call\s+\w+\s*\(|export\s+database\s"
    r"|import\s+database\s|grant\s+\w+\s+on\s|do\s+\$|execute\s+\w|explain\s+\w)",
    re.IGNORECASE,
)
_TEXT = re.compile(r"'[^']*'")
_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})
_PREFIXES = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE})


class _Language(Dialect):
    """Plain SQL; does not log what looks like a malformed JSON path, which the whitelist refuses anyway."""

    STRICT_JSON_PATH_SYNTAX = False


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
    statement = _STATEMENT.search(_TEXT.sub(lambda match: f"'{'_' * (len(match[0]) - 2)}'", text))
    if statement is not None:
        words = " ".join(statement[1].split())
        raise FormulaError(
            f"{words!r} at {place(text, statement.start(1))} begins a statement or subquery; "
            "a formula is one expression over aggregates"
        )
    tokens = _tokenize(text)
    _check_nesting(tokens, text)
    tree = _parse(tokens, text)
    _check_size(tree)
    check_nodes(tree, tokens, text)
    return tree


def _tokenize(text: str) -> Sequence[Token]:
    try:
        tokens = _Language().tokenize(text)
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
        if kind in _OPENING:
            still_open.append(kind)
        elif (
            kind in (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END) and still_open
        ):
            still_open.pop()
        if len(still_open) + prefixes > MAX_NESTING:
            raise FormulaError(
                f"nested deeper than {MAX_NESTING} levels at {place(text, token.start)}; "
                "split the formula into measures or metrics"
            )


def _parse(tokens: Sequence[Token], text: str) -> exp.Expr:
    cut = next((i for i, token in enumerate(tokens) if token.token_type == TokenType.SEMICOLON), len(tokens))
    try:
        parsed = _Language().parser().parse_into(exp.Condition, list(tokens[:cut]), text)
    except ParseError as error:
        raise NotComputableError(_prose(error)) from error
    except RecursionError as error:
        raise FormulaError(f"nested too deep; at most {MAX_NESTING} levels are read") from error
    if len(parsed) != 1 or parsed[0] is None:
        raise NotComputableError("not a formula: there is no expression in it")
    if cut < len(tokens):
        raise FormulaError(
            f"';' at {place(text, tokens[cut].start)} ends a statement; a formula is one expression"
        )
    commented = next((token for token in tokens if token.comments), None)
    if commented is not None:
        raise FormulaError(
            f"a comment next to {place(text, commented.start)}; a formula holds none, "
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
    if _written_out(tree) > MAX_WRITTEN_OUT:
        raise FormulaError(
            "divisors, NULLIF, POWER, LN, LAG or CASE operands are nested too deeply in one another, "
            "and engines write each out twice; split the formula into metrics"
        )


def _written_out(node: exp.Expr) -> int:
    """Nodes of the expression as an engine plans it; recursion is bounded by MAX_CHAIN."""
    parts = {key: _written_out(value) for key, value in node.args.items() if isinstance(value, exp.Expr)}
    listed = sum(_written_out(one) for one in node.iter_expressions() if one.index is not None)
    once = 1 + sum(parts.values()) + listed
    if isinstance(node, exp.Div):
        return once + parts["expression"]
    if isinstance(node, exp.Nullif):
        return once + parts["this"]
    if isinstance(node, exp.Pow | exp.Ln | exp.Lag):
        return 2 * once
    if isinstance(node, exp.Case) and "this" in parts:
        return once + parts["this"] * len(node.args["ifs"])
    return once
