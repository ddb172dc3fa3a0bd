"""Expressions over the rows of one event: what stands inside an aggregate, in FILTER and in `filters`."""

import re
from collections.abc import Sequence

from sqlglot import exp

from schemas.documents.documents import Filter, Scalar
from schemas.formula.errors import FormulaError
from schemas.formula.names import DIMENSION_PREFIX, Event
from schemas.formula.typed import Typed, brief, constant, grouped, ungrouped

# both engines read these alike; without it Spark takes '1d' and both take 'nan'
_NUMBER_TEXT = "^ *[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})? *$"
_NUMBER = re.compile(_NUMBER_TEXT)
_WRITTEN_OUT = (exp.Literal, exp.Boolean, exp.Neg)
_EQUALITY = (exp.EQ, exp.NEQ)
_ORDERED: dict[str, type[exp.Expr]] = {"gt": exp.GT, "gte": exp.GTE, "lt": exp.LT, "lte": exp.LTE}
_MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT,
    exp.LT: exp.GT,
    exp.GTE: exp.LTE,
    exp.LTE: exp.GTE,
}


class Rows(Typed):
    """Resolves columns of one event to the lake's columns; a dimension is text, a field a number."""

    def __init__(self, event: Event, aliases: frozenset[str] = frozenset()) -> None:
        self._event = event
        self._aliases = aliases | {event.name}

    def column(self, node: exp.Expr) -> exp.Expr | None:
        """The lake's column, or the event's value for the bare event name; None for anything but a name.

        Raises:
            FormulaError: no source maps the name, or it is of another event.
        """
        node = ungrouped(node)
        if not isinstance(node, exp.Column):
            return None
        if node.table and node.table not in self._aliases:
            raise FormulaError(
                f"{brief(node)} is of another event than {self._event.name!r}; an aggregate reads one event"
            )
        column = self._event.column(node.name)
        if column is None and not node.table and node.name in self._aliases:
            return self._event.value
        if column is None:
            raise FormulaError(self._event.unknown_column(node.name))
        return column

    def operand(self, node: exp.Expr) -> exp.Expr | None:
        """A field, or a dimension read as a number."""
        if isinstance(node, exp.AggFunc | exp.Filter | exp.Anonymous):
            raise FormulaError(f"{brief(node)} stands inside another aggregate")
        column = self.column(node)
        return _as_number(column) if column is not None and _is_text(column) else column

    def nullable(self, node: exp.Expr) -> exp.Expr:
        """A column as it is, else a number."""
        column = self.column(node)
        return self.number(node) if column is None else column

    def comparison(self, operator: type[exp.Expr], left: exp.Expr, right: exp.Expr) -> exp.Expr:
        """Compare as text where a dimension meets a text, or equals a number; else as numbers."""
        left, right = ungrouped(left), ungrouped(right)
        if isinstance(left, _WRITTEN_OUT) and not isinstance(right, _WRITTEN_OUT):
            return self.comparison(_MIRRORED.get(operator, operator), right, left)
        if isinstance(right, exp.Boolean):
            return self._boolean(operator, left, right)
        text = self._text(left)
        if text is None:
            return operator(this=grouped(self.number(left)), expression=grouped(self._as_operand(right)))
        other = self._text(right)
        if issubclass(operator, _EQUALITY):
            literal = _literal_text(right) if other is None else None
            if other is not None or literal is not None:
                return operator(this=text, expression=other or exp.Literal.string(literal))
        elif isinstance(right, exp.Literal) and right.is_string and not _NUMBER.match(right.this):
            return operator(this=text, expression=right.copy())
        return operator(this=_as_number(text), expression=grouped(self._as_operand(right)))

    def between(self, node: exp.Between) -> exp.Expr:
        """Of a dimension: at least the low bound and at most the high one, each compared by its kind."""
        if self._text(node.this) is None:
            return super().between(node)
        low = self.comparison(exp.GTE, node.this, node.args["low"])
        return exp.And(this=low, expression=self.comparison(exp.LTE, node.this, node.args["high"]))

    def membership(self, node: exp.In) -> exp.Expr:
        """A dimension among texts, a field among numbers."""
        text = self._text(node.this)
        if text is None:
            items = [self._as_operand(item) for item in node.expressions]
            return exp.In(this=grouped(self.number(node.this)), expressions=items)
        texts = [_literal_text(item) for item in node.expressions]
        if any(item is None for item in texts):
            raise FormulaError(f"{brief(node)}: the list of IN holds something else than texts and numbers")
        return exp.In(this=text, expressions=[exp.Literal.string(item) for item in texts])

    def truth(self, node: exp.Expr) -> exp.Expr:
        """LIKE, or a column that is itself true or false."""
        if isinstance(node, exp.Like):
            return self._like(node)
        if isinstance(node, exp.Column):
            return self._boolean(exp.EQ, node, exp.true())
        return super().truth(node)

    def _text(self, node: exp.Expr) -> exp.Expr | None:
        column = self.column(node)
        return column if column is not None and _is_text(column) else None

    def _boolean(self, operator: type[exp.Expr], left: exp.Expr, right: exp.Boolean) -> exp.Expr:
        if not issubclass(operator, _EQUALITY):
            raise FormulaError(f"{brief(right)} has no order; compare it with = or <>")
        text = self._text(left)
        if text is not None:
            wanted = exp.Literal.string("true" if right.this else "false")
            return operator(this=exp.Lower(this=text), expression=wanted)
        return operator(this=grouped(self.number(left)), expression=exp.Literal.number(int(right.this)))

    def _as_operand(self, node: exp.Expr) -> exp.Expr:
        """A number; a text that reads as one is taken for it."""
        if isinstance(node, exp.Literal) and node.is_string and _NUMBER.match(node.this):
            return _signed(node.this.strip())
        return self.number(node)

    def _like(self, node: exp.Like) -> exp.Expr:
        text, pattern = self._text(node.this), ungrouped(node.expression)
        if text is None or not (isinstance(pattern, exp.Literal) and pattern.is_string):
            raise FormulaError(f"{brief(node)}: LIKE compares a dimension with a text such as 'abc%'")
        if "\\" in pattern.this:
            raise FormulaError(
                f"{brief(node)}: a backslash in a LIKE pattern means different things to engines"
            )
        return exp.Like(this=text, expression=pattern.copy())

    def filters(self, filters: Sequence[Filter]) -> exp.Expr | None:
        """All filters of a document, joined by AND; None where there are none.

        Raises:
            FormulaError: unknown field, or a value that does not fit the operator or the field.
        """
        conditions = [self._filter(one) for one in filters]
        return exp.and_(*map(grouped, conditions)) if conditions else None

    def _filter(self, one: Filter) -> exp.Expr:
        column = self._event.column(one.field.removeprefix(f"{self._event.name}."))
        if column is None:
            raise FormulaError(self._event.unknown_column(one.field))
        if one.operator == "is_null":
            missing = exp.Is(this=column, expression=exp.null())
            return exp.Not(this=missing) if one.value is False else missing
        if one.operator in ("in", "not_in"):
            return self._list_filter(one, column)
        value = one.value
        if value is None or isinstance(value, list):
            raise FormulaError(f"filter on {one.field!r}: {one.operator} needs one value, not {value!r}")
        if one.operator == "contains":
            return self._contains(one, column, str(value))
        node = _value_node(value)
        if one.operator in _ORDERED:
            return self.comparison(_ORDERED[one.operator], self._source(one), node)
        equal = self.comparison(exp.EQ, self._source(one), node)
        if one.operator == "eq":
            return equal
        return exp.NullSafeNEQ(this=equal.this, expression=equal.expression)

    def _list_filter(self, one: Filter, column: exp.Column) -> exp.Expr:
        values = one.value if isinstance(one.value, list) else [one.value]
        if None in values:
            raise FormulaError(f"filter on {one.field!r}: {one.operator} needs a list of values; see is_null")
        nodes = [_value_node(value) for value in values if value is not None]
        found: exp.Expr = exp.false()
        if nodes:
            found = self.membership(exp.In(this=self._source(one), expressions=nodes))
        if one.operator == "in":
            return found
        missing = exp.Is(this=column.copy(), expression=exp.null())
        return exp.Or(this=missing, expression=exp.Not(this=grouped(found)))

    def _contains(self, one: Filter, column: exp.Column, part: str) -> exp.Expr:
        if not _is_text(column):
            raise FormulaError(
                f"filter on {one.field!r}: contains needs a dimension, {one.field!r} is a number"
            )
        return exp.GT(
            this=exp.StrPosition(this=column, substr=exp.Literal.string(part)),
            expression=exp.Literal.number(0),
        )

    def _source(self, one: Filter) -> exp.Column:
        return exp.column(one.field.removeprefix(f"{self._event.name}."), quoted=True)


def _is_text(column: exp.Expr) -> bool:
    return isinstance(column, exp.Column) and column.name.startswith(DIMENSION_PREFIX)


def _as_number(text: exp.Expr) -> exp.Expr:
    """A text column as a double; null where it reads as no finite decimal number."""
    reads = exp.RegexpLike(this=text.copy(), expression=exp.Literal.string(_NUMBER_TEXT))
    number = exp.TryCast(this=text.copy(), to=exp.DataType.build("double"))
    return exp.Case(ifs=[exp.If(this=reads, true=number)])


def _literal_text(node: exp.Expr) -> str | None:
    """The text that a literal equals in a dimension: a number as it is written, true and false in words."""
    node = ungrouped(node)
    if isinstance(node, exp.Neg) and constant(node.this) is not None and isinstance(node.this, exp.Literal):
        return f"-{node.this.this}"
    if isinstance(node, exp.Boolean):
        return "true" if node.this else "false"
    return str(node.this) if isinstance(node, exp.Literal) else None


def _signed(text: str) -> exp.Expr:
    number = exp.Literal.number(text.lstrip("+-"))
    return exp.Neg(this=number) if text.startswith("-") else number


def _value_node(value: Scalar) -> exp.Expr:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    return _signed(repr(value))
