"""Conditions of rules mean what the same SQL means: the whole grammar, over rows with nulls, against DuckDB."""

from typing import NamedTuple

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alerting.conditions import METRIC_NAMES, OKR_NAMES, parse_condition

_NUMBERS = tuple(name for name in METRIC_NAMES if name != "status")
_STATUSES = ("ok", "warning", "critical", "no_data")
_VALUES = st.none() | st.sampled_from([0.0, 1.0, -1.0, 2.5, 100.0, 0.1]) | st.integers(-50, 50).map(float)
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


def _same(shape: str, *parts: Both) -> Both:
    return Both(shape.format(*(part.mdl for part in parts)), shape.format(*(part.duck for part in parts)))


def _literal(value: float) -> Both:
    return Both(repr(value), f"CAST('{value!r}' AS DOUBLE)")


_NAME = st.sampled_from([Both(name, name) for name in _NUMBERS])
_LEAF = _NAME | st.sampled_from([0, 1, 2, 0.5, 3.5, 100]).map(_literal) | st.just(Both("NULL", "NULL"))


def _wider(number: st.SearchStrategy[Both]) -> st.SearchStrategy[Both]:
    shapes = st.sampled_from(["({} + {})", "({} - {})", "({} * {})", "NULLIF({}, {})", "COALESCE({}, {}, 1)"])
    return (
        st.builds(_same, shapes, number, number)
        | st.builds(
            _same, st.sampled_from(["GREATEST({}, {}, {})", "LEAST({}, {}, {})"]), number, number, number
        )
        | st.builds(
            lambda a, b: Both(f"({a.mdl} / {b.mdl})", f"({a.duck} / NULLIF({b.duck}, 0))"), number, number
        )
        | st.builds(_same, st.sampled_from(["ABS({})", "ROUND({})", "(-{})", "POWER({}, 2)"]), number)
        | st.builds(lambda a: Both(f"LN({a.mdl})", f"CASE WHEN {a.duck} > 0 THEN LN({a.duck}) END"), number)
        | st.builds(lambda a: Both(f"ROUND({a.mdl}, 1)", f"ROUND({a.duck}, 1)"), _NAME)
        | st.builds(
            lambda c, a, b: _same("CASE WHEN {} THEN {} ELSE {} END", c, a, b),
            _compared(number),
            number,
            number,
        )
        | st.builds(lambda c, a: _same("CASE WHEN {} THEN {} END", c, a), _compared(number), number)
    )


def _compared(number: st.SearchStrategy[Both]) -> st.SearchStrategy[Both]:
    signs = st.sampled_from(["{} = {}", "{} <> {}", "{} < {}", "{} <= {}", "{} > {}", "{} >= {}"])
    several = ["{} BETWEEN {} AND {}", "{} NOT BETWEEN {} AND {}", "{} IN ({}, {})", "{} NOT IN ({}, {})"]
    quoted = [Both(f"'{status}'", f"'{status}'") for status in (*_STATUSES, "it''s")]
    texts = ["status = {}", "status <> {}", "status IN ({}, 'ok')", "status NOT IN ({}, 'warning')"]
    return (
        st.builds(_same, signs, number, number)
        | st.builds(_same, st.sampled_from(several), number, number, number)
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


@settings(max_examples=150)
@given(_CONDITIONS, _ROWS)
def test_a_condition_holds_where_duckdb_says_so(
    condition: Both, rows: list[dict[str, float | str | None]]
) -> None:
    checked = parse_condition(condition.mdl)
    assert [checked.holds(row) for row in rows] == _answers(condition.duck, rows), condition.mdl


def test_every_name_that_rules_read_is_tried() -> None:
    assert {*_NUMBERS, "status"} == set(METRIC_NAMES)
    for name in set(OKR_NAMES) - {"status"}:
        assert parse_condition(f"{name} > 1", OKR_NAMES).holds({name: 2.0}) is True
