"""Conditions of alert rules: a checked subset of SQL over a row of names, true, false or null."""

from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from schemas.alerting.condition_terms import Row, Term, term_of
from schemas.formula.errors import FormulaError, NotComputableError
from schemas.formula.names import suggestion
from schemas.formula.parse import parse_formula
from schemas.formula.typed import Typed, brief, ungrouped

METRIC_NAMES = (
    "value",
    "previous_value",
    "change_pct",
    "baseline_value",
    "target_value",
    "warning_threshold",
    "critical_threshold",
    "sample_count",
    "z_score",
    "minutes_since_data",
    "status",
)
OKR_NAMES = (
    "progress",
    "expected_progress",
    "projected_progress",
    "current_value",
    "target_value",
    "baseline_value",
    "coverage",
    "status",
)
_TEXTS = frozenset({"status"})
_LONGEST = 100  # of a name for which others like it are looked for


@dataclass(frozen=True)
class Condition:
    """A checked condition; `names` are those that it reads."""

    text: str
    names: frozenset[str]
    _holds: Term

    def holds(self, row: Row) -> bool | None:
        """Whether the condition is met; None where a null or a division by zero leaves it open, as in SQL."""
        verdict: bool | None = self._holds(row)
        return verdict


@lru_cache(maxsize=20_000)
def parse_condition(text: str, known: tuple[str, ...] = METRIC_NAMES) -> Condition:
    """Check a condition and make it ready to be evaluated.

    Raises:
        FormulaError: it is no condition, or names what rules cannot read.
    """
    try:
        tree = parse_formula(text)
    except NotComputableError as error:
        raise FormulaError(str(error)) from error
    checked = _Grammar(known).condition(tree)
    names = frozenset(column.name for column in checked.find_all(exp.Column))
    return Condition(text, names, term_of(checked))


class _Grammar(Typed):
    """Numbers by name, and texts that may be equal to others or not."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self._known = known

    def operand(self, node: exp.Expr) -> exp.Expr | None:
        """A name that stands for a number."""
        if not isinstance(node, exp.Column):
            return None
        name = node.name.lower()
        if node.table or name not in self._known:
            close = suggestion(name, list(self._known)) if len(name) <= _LONGEST else ""
            raise FormulaError(f"a condition cannot read {brief(node)}{close}; see docs/alerts.md")
        if name in _TEXTS:
            raise FormulaError(f"{name} is a text; compare it with = , <> or IN")
        return exp.column(name)

    def nullable(self, node: exp.Expr) -> exp.Expr:
        """A text or a number."""
        return self._text(node) or self.number(node)

    def comparison(self, operator: type[exp.Expr], left: exp.Expr, right: exp.Expr) -> exp.Expr:
        """Two numbers, or a text that is equal to another or not."""
        text = self._text(left)
        if text is None:
            return super().comparison(operator, left, right)
        if not issubclass(operator, exp.EQ | exp.NEQ):
            raise FormulaError(f"{text.name} has no order; compare it with = , <> or IN")
        return operator(this=text, expression=_quoted(right))

    def membership(self, node: exp.In) -> exp.Expr:
        """A text or a number among others."""
        text = self._text(node.this)
        if text is None:
            return super().membership(node)
        return exp.In(this=text, expressions=[_quoted(item) for item in node.expressions])

    def _text(self, node: exp.Expr) -> exp.Expr | None:
        node = ungrouped(node)
        is_text = isinstance(node, exp.Column) and not node.table and node.name.lower() in _TEXTS
        return exp.column(node.name.lower()) if is_text and node.name.lower() in self._known else None


def _quoted(node: exp.Expr) -> exp.Expr:
    node = ungrouped(node)
    if not (isinstance(node, exp.Literal) and node.is_string):
        raise FormulaError(f"{brief(node)}: a text is compared with a text such as 'critical'")
    return node.copy()
