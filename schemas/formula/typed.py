"""The grammar that rows and metrics share: numbers and conditions, rebuilt node by node."""

import math
from abc import ABC, abstractmethod

from sqlglot import exp

from schemas.formula.errors import FormulaError

MAX_DECIMALS = 12
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Pow, exp.Nullif)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_CONDITIONS = (*_COMPARISONS, exp.And, exp.Or, exp.Not, exp.In, exp.Between, exp.Is, exp.Like, exp.Boolean)
_UNGROUPED = (exp.Func, exp.Column, exp.Literal, exp.Paren, exp.Null, exp.Boolean)


def grouped(node: exp.Expr) -> exp.Expr:
    """The node, in parentheses where its parent operator could tear it apart."""
    whole = isinstance(node, _UNGROUPED) and not isinstance(node, exp.Connector | exp.Pow | exp.Case)
    return node if whole else exp.Paren(this=node)


def ungrouped(node: exp.Expr) -> exp.Expr:
    """The node without the parentheses around it."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


class Typed(ABC):
    """Builds numbers and conditions anew from whitelisted nodes; the subclasses know what names mean."""

    @abstractmethod
    def operand(self, node: exp.Expr) -> exp.Expr | None:
        """A name or call of the subclass as a number; None where the node is none of its own."""

    @abstractmethod
    def nullable(self, node: exp.Expr) -> exp.Expr:
        """The operand of IS NULL: a number, or a text where the subclass knows texts."""

    def number(self, node: exp.Expr) -> exp.Expr:
        """Rebuild an expression that gives a number.

        Raises:
            FormulaError: it gives a text or true/false, or holds what may not stand there.
        """
        node = ungrouped(node)
        own = self.operand(node)
        if own is not None:
            return own
        if isinstance(node, _CONDITIONS):
            self.condition(node)
            raise FormulaError(
                f"{brief(node)} is true or false where a number is expected; use CASE WHEN … THEN … END"
            )
        if isinstance(node, exp.Literal):
            return number_literal(node)
        if isinstance(node, _ARITHMETIC):
            return self._arithmetic(node)
        if isinstance(node, exp.Case):
            return self._case(node)
        return self._function(node)

    def _arithmetic(self, node: exp.Expr) -> exp.Expr:
        left, right = self.number(node.this), self.number(node.args["expression"])
        if isinstance(node, exp.Pow | exp.Nullif):
            return type(node)(this=left, expression=right)
        return type(node)(this=grouped(left), expression=grouped(right))

    def _case(self, node: exp.Case) -> exp.Expr:
        branches = []
        for branch in node.args["ifs"]:
            test = branch.this
            if node.this is not None:
                test = exp.EQ(this=node.this.copy(), expression=test.copy())
            branches.append(exp.If(this=self.condition(test), true=self.number(branch.args["true"])))
        default = node.args.get("default")
        return exp.Case(ifs=branches, default=None if default is None else self.number(default))

    def _function(self, node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Null):
            return exp.null()
        if isinstance(node, exp.Neg):
            return exp.Neg(this=grouped(self.number(node.this)))
        if isinstance(node, exp.Abs | exp.Ln):
            return type(node)(this=self.number(node.this))
        if isinstance(node, exp.Round):
            decimals = node.args.get("decimals")
            digits = 0 if decimals is None else integer(decimals, "ROUND's second argument", MAX_DECIMALS)
            return exp.Round(
                this=self.number(node.this), decimals=exp.Literal(this=str(digits), is_string=False)
            )
        if isinstance(node, exp.Coalesce):
            return exp.Coalesce(this=self.number(node.this), expressions=self._numbers(node))
        if isinstance(node, exp.Greatest | exp.Least):
            return type(node)(this=self.number(node.this), expressions=self._numbers(node), ignore_nulls=True)
        raise FormulaError(f"{brief(node)} may not stand here")

    def _numbers(self, node: exp.Expr) -> list[exp.Expr]:
        return [self.number(part) for part in node.expressions]

    def condition(self, node: exp.Expr) -> exp.Expr:
        """Rebuild an expression that is true, false or null.

        Raises:
            FormulaError: it is a number or a text.
        """
        node = ungrouped(node)
        if isinstance(node, exp.Boolean | exp.Null | exp.Not | exp.And | exp.Or):
            return self._logic(node)
        if isinstance(node, _COMPARISONS):
            return self.comparison(type(node), node.this, node.expression)
        if isinstance(node, exp.Between):
            return self.between(node)
        if isinstance(node, exp.In):
            return self.membership(node)
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return exp.Is(this=grouped(self.nullable(node.this)), expression=exp.null())
        return self.truth(node)

    def _logic(self, node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Not):
            return exp.Not(this=grouped(self.condition(node.this)))
        if isinstance(node, exp.And | exp.Or):
            left, right = self.condition(node.this), self.condition(node.expression)
            return type(node)(this=grouped(left), expression=grouped(right))
        return node.copy()

    def comparison(self, operator: type[exp.Expr], left: exp.Expr, right: exp.Expr) -> exp.Expr:
        """Two numbers compared."""
        return operator(this=grouped(self.number(left)), expression=grouped(self.number(right)))

    def between(self, node: exp.Between) -> exp.Expr:
        """A number within bounds, both included."""
        this, low, high = (self.number(node.args[part]) for part in ("this", "low", "high"))
        return exp.Between(this=grouped(this), low=grouped(low), high=grouped(high))

    def membership(self, node: exp.In) -> exp.Expr:
        """A number among numbers."""
        return exp.In(this=grouped(self.number(node.this)), expressions=self._numbers(node))

    def truth(self, node: exp.Expr) -> exp.Expr:
        """What is left: nothing that is true or false."""
        if isinstance(node, _CONDITIONS):
            raise FormulaError(f"{brief(node)} may not stand here")
        self.number(node)
        raise FormulaError(
            f"{brief(node)} is a number where a condition is expected; compare it with something"
        )


def number_literal(node: exp.Literal) -> exp.Expr:
    """The literal itself.

    Raises:
        FormulaError: it is a text, or too large for a double.
    """
    if node.is_string:
        raise FormulaError(f"the text {node.this!r} stands where a number is expected")
    if not math.isfinite(float(node.this)):
        raise FormulaError(f"the number {node.this} is too large")
    return exp.Literal.number(node.this)


def constant(node: exp.Expr) -> float | None:
    """The value of a number that is written out, with its sign; None for anything else."""
    node = ungrouped(node)
    if isinstance(node, exp.Neg):
        inner = constant(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and not node.is_string:
        return float(node.this)
    return None


def integer(node: exp.Expr, what: str, limit: int, least: int | None = None) -> int:
    """The value of a whole number that is written out, from `least` (default -limit) to `limit`.

    Raises:
        FormulaError: it is something else; `what` names it.
    """
    low = -limit if least is None else least
    value = constant(node)
    if value is None or not value.is_integer() or not low <= value <= limit:
        raise FormulaError(f"{what} is {brief(node)}; a whole number from {low} to {limit} is expected")
    return int(value)


def brief(node: exp.Expr) -> str:
    """The node as text for a message, cut to a line."""
    text = node.sql()
    return repr(text if len(text) <= 60 else text[:57] + "…")
