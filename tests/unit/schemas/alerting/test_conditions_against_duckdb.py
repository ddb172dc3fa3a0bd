"""Conditions of rules mean what the same SQL means within rounding: the whole grammar, over rows with nulls."""

from typing import NamedTuple

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alerting.conditions import METRIC_NAMES, OKR_NAMES, parse_condition
from schemas.rounding import same_sql

_NUMBERS = tuple(name for name in METRIC_NAMES if name != "status")
_STATUSES = ("ok", "warning", "critical", "no_data")
_VALUES = (
    st.none()
    | st.sampled_from([0.0, 1.0, 2.5, 0.1, 0.3, 0.1 + 0.2, 1.8e-14])
    | st.integers(-50, 50).map(float)
)
_ROWS = st.lists(
    st.fixed_dictionaries(
        {**dict.fromkeys(_NUMBERS, _VALUES), "status": st.none() | st.sampled_from(_STATUSES)}
    ),
    min_size=1,
    max_size=8,
)


class Both(NamedTuple):
    """The same in MDL's words and in DuckDB's, which differ where DuckDB has decimals, errors or infinities."""

    mdl: str
    duck: str
    size: str = "0"


def _same(shape: str, *parts: Both) -> Both:
    return Both(
        shape.format(*(part.mdl for part in parts)),
        duck := shape.format(*(part.duck for part in parts)),
        f"abs({duck})",
    )


def _computed(sign: str, left: Both, right: Both) -> Both:
    """A sum, whose size is that of its greater part, or a product, whose sizes multiply."""
    sizes = f"({left.size}) * ({right.size})" if sign == "*" else f"greatest({left.size}, {right.size})"
    return Both(f"({left.mdl} {sign} {right.mdl})", f"({left.duck} {sign} {right.duck})", sizes)


def _held(sign: str, left: Both, right: Both) -> str:
    """A comparison within rounding, in DuckDB's words."""
    near = same_sql(left.duck, right.duck, f"greatest({left.size}, {right.size})")
    if sign in ("=", "<>"):
        return near if sign == "=" else f"(NOT {near})"
    is_strict = "=" not in sign
    return f"({left.duck} {sign[0]} {right.duck} {'AND NOT' if is_strict else 'OR'} {near})"


def _comparison(sign: str, left: Both, right: Both) -> Both:
    return Both(f"{left.mdl} {sign} {right.mdl}", _held(sign, left, right))


def _between(word: str, this: Both, low: Both, high: Both) -> Both:
    holds = f"({_held('>=', this, low)} AND {_held('<=', this, high)})"
    return Both(f"{this.mdl} {word}BETWEEN {low.mdl} AND {high.mdl}", f"({word} {holds})")


def _among(word: str, this: Both, *items: Both) -> Both:
    # what an item is made of does not matter, the one that is looked for does
    plain = [Both(item.mdl, item.duck) for item in items]
    holds = " OR ".join(_held("=", this, item) for item in plain)
    return Both(f"{this.mdl} {word}IN ({', '.join(item.mdl for item in items)})", f"({word} ({holds}))")


def _nullif(this: Both, other: Both) -> Both:
    near = _held("=", this, Both(other.mdl, other.duck))
    duck = f"CASE WHEN {near} THEN NULL ELSE {this.duck} END"
    return Both(f"NULLIF({this.mdl}, {other.mdl})", f"({duck})", f"coalesce(abs({duck}), 0)")


def _literal(value: float) -> Both:
    return Both(repr(value), f"CAST('{value!r}' AS DOUBLE)", repr(abs(value)))


_NAME = st.sampled_from(
    [Both(name, name, f"greatest(abs({name}), {100 if name == 'change_pct' else 0})") for name in _NUMBERS]
)
_LEAF = _NAME | st.sampled_from([0, 1, 2, 0.5, 3.5, 100]).map(_literal) | st.just(Both("NULL", "NULL"))


def _wider(number: st.SearchStrategy[Both]) -> st.SearchStrategy[Both]:
    return (
        st.builds(_computed, st.sampled_from("+-*"), number, number)
        | st.builds(_nullif, number, number)
        | st.builds(_same, st.just("COALESCE({}, {}, 1)"), number, number)
        | st.builds(
            _same, st.sampled_from(["GREATEST({}, {}, {})", "LEAST({}, {}, {})"]), number, number, number
        )
        | st.builds(
            lambda a, b: Both(
                f"({a.mdl} / {b.mdl})",
                f"({a.duck} / NULLIF({b.duck}, 0))",
                f"(({a.size}) / NULLIF(abs({b.duck}), 0))",
            ),
            number,
            number,
        )
        | st.builds(_same, st.sampled_from(["ROUND({})", "POWER({}, 2)"]), number)
        | st.builds(lambda a: _same("ABS({})", a)._replace(size=a.size), number)
        | st.builds(lambda a: _same("(-{})", a)._replace(size=a.size), number)
        | st.builds(
            lambda a: Both(
                f"LN({a.mdl})",
                f"CASE WHEN {a.duck} > 0 THEN LN({a.duck}) END",
                f"abs(CASE WHEN {a.duck} > 0 THEN LN({a.duck}) END)",
            ),
            number,
        )
        | st.builds(
            lambda a: Both(f"ROUND({a.mdl}, 1)", f"ROUND({a.duck}, 1)", f"abs(ROUND({a.duck}, 1))"), _NAME
        )
        | st.builds(
            lambda c, a, b: _same("CASE WHEN {} THEN {} ELSE {} END", c, a, b),
            _compared(number),
            number,
            number,
        )
        | st.builds(lambda c, a: _same("CASE WHEN {} THEN {} END", c, a), _compared(number), number)
    )


def _compared(number: st.SearchStrategy[Both]) -> st.SearchStrategy[Both]:
    signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    quoted = [Both(f"'{status}'", f"'{status}'") for status in (*_STATUSES, "it''s")]
    texts = ["status = {}", "status <> {}", "status IN ({}, 'ok')", "status NOT IN ({}, 'warning')"]
    return (
        st.builds(_comparison, signs, number, number)
        | st.builds(_between, st.sampled_from(["", "NOT "]), number, number, number)
        | st.builds(_among, st.sampled_from(["", "NOT "]), number, number, number)
        | st.builds(_same, st.sampled_from(["{} IS NULL", "{} IS NOT NULL"]), number)
        | st.builds(_same, st.sampled_from(texts), st.sampled_from(quoted))
        | st.sampled_from([Both(one, one) for one in ("status IS NULL", "TRUE", "FALSE")])
    )


_CONDITIONS = st.recursive(
    _compared(st.recursive(_LEAF, _wider, max_leaves=6)),
    lambda inner: (
        st.builds(_same, st.sampled_from(["({} AND {})", "({} OR {})"]), inner, inner)
        | st.builds(_same, st.just("(NOT {})"), inner)
    ),
    max_leaves=5,
)
_DUCK = duckdb.connect()


def _answers(condition: str, rows: list[dict[str, float | str | None]]) -> list[bool | None]:
    """What DuckDB makes of the condition for each row."""
    given_rows = ", ".join(
        f"({n}, {', '.join(_given(row[name]) for name in _NUMBERS)}, {_given(row['status'], 'varchar')})"
        for n, row in enumerate(rows)
    )
    columns = f"n, {', '.join(_NUMBERS)}, status"
    query = f"select ({condition}) from (values {given_rows}) t({columns}) order by n"
    return [holds for (holds,) in _DUCK.execute(query).fetchall()]


def _given(value: float | str | None, kind: str = "double") -> str:
    return f"cast({'null' if value is None else repr(str(value))} as {kind})"


@pytest.mark.slow
@settings(max_examples=150)
@given(_CONDITIONS, _ROWS)
def test_a_condition_holds_where_duckdb_says_so(
    condition: Both, rows: list[dict[str, float | str | None]]
) -> None:
    checked = parse_condition(condition.mdl)
    assert [checked.holds(row) for row in rows] == _answers(condition.duck, rows), condition.mdl


def test_numbers_that_differ_by_rounding_are_equal() -> None:
    row = {"value": 0.1 + 0.2, "previous_value": 0.3, "change_pct": 1.8e-14}
    for true in ("value <= 0.3", "value = 0.3", "value IN (0.3, 1)", "NOT value > 0.3", "change_pct = 0"):
        assert parse_condition(true).holds(row) is True, true
    for false in (
        "value > 0.3",
        "value <> previous_value",
        "value - previous_value > 0",
        "change_pct <> 0",
        "change_pct > 0",
    ):
        assert parse_condition(false).holds(row) is False, false
    assert parse_condition("value > 0.3").holds({"value": 0.3000001}) is True


def test_every_name_that_rules_read_is_tried() -> None:
    assert {*_NUMBERS, "status"} == set(METRIC_NAMES)
    for name in set(OKR_NAMES) - {"status"}:
        assert parse_condition(f"{name} > 1", OKR_NAMES).holds({name: 2.0}) is True
