"""Random formulas give the same number in DuckDB as in an evaluator that shares no code with MDL."""

import math

import duckdb
import pytest
from hypothesis import given, settings
from sqlglot import exp, parse_one

from schemas.formula.errors import FormulaError
from schemas.formula.parse import parse_formula
from schemas.formula.render import Dialect, render

from .build import compile_one, source
from .formulas import LEAVES, Tree, evaluated, rows, trees, written

SOURCES = tuple(source(name, "value") for name in LEAVES)


def sql_of(formula: str, dialect: Dialect) -> str:
    """SQL of a formula over columns a, b, c and d, which hold the sums of the events of those names."""
    metric = compile_one(formula, SOURCES)
    events = {leaf.key: leaf.event for leaf in metric.leaves}
    return render(metric.expression, dialect, lambda column: exp.column(events[column.name]))


def fits(tree: Tree) -> bool:
    """Whether the formula keeps within the language's limits and names an event."""
    try:
        return parse_formula(written(tree)).find(exp.Column) is not None
    except FormulaError:
        return False


def in_duckdb(expression: str, row: dict[str, float | None]) -> float | None:
    names = ", ".join(f"${name}::DOUBLE AS {name}" for name in LEAVES)
    return duckdb.execute(f"SELECT {expression} FROM (SELECT {names})", row).fetchall()[0][0]


@pytest.mark.slow
@settings(max_examples=150)
@given(trees().filter(fits), rows)
def test_random_formulas_equal_their_independent_evaluation(tree: Tree, row: dict[str, float | None]) -> None:
    value = in_duckdb(sql_of(written(tree), "duckdb"), row)

    expected = evaluated(tree, row)

    assert (value is None) == (expected is None), (value, expected)
    assert value is None or math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.slow
@settings(max_examples=50)
@given(trees().filter(fits))
def test_random_formulas_render_to_spark_sql_that_reads_back(tree: Tree) -> None:
    rendered = sql_of(written(tree), "spark")

    assert parse_one(rendered, dialect="spark").sql(dialect="spark") == rendered


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("SUM(a) / SUM(b)", None),  # 7 / 0
        ("SUM(b) / SUM(a)", 0.0),
        ("SUM(a) / SUM(c)", 3.5),  # 7 / 2: integers divide as floating point
        ("SUM(a) + SUM(d)", None),  # d is null
        ("COALESCE(SUM(d), SUM(a))", 7.0),
        ("GREATEST(SUM(a), SUM(d), SUM(c))", 7.0),  # nulls are passed over
        ("LEAST(SUM(d), SUM(c))", 2.0),
        ("LEAST(SUM(d), NULL) + SUM(a) * 0", None),
        ("NULLIF(SUM(a), 7)", None),
        ("LN(SUM(b))", None),  # the logarithm of 0
        ("LN(-SUM(a))", None),
        ("POWER(SUM(b), -1)", None),  # 1 / 0
        ("POWER(-SUM(a), 0.5)", None),  # no real number
        ("POWER(SUM(a), 1000)", None),  # more than a double holds
        ("SUM(a) * 1e308 * 10", None),
        ("SUM(c) * 9223372036854775807 * 2", 2 * 9223372036854775807 * 2.0),  # no integer overflows
        ("ROUND(SUM(a) / 8, 2)", 0.88),  # 0.875
        ("ROUND(-SUM(a) / 2)", -4.0),  # -3.5: halves go away from zero
        ("ROUND(SUM(a) * 111, -2)", 800.0),  # 777
        ("-SUM(a) - -SUM(c)", -5.0),
        ("2 - (SUM(a) - SUM(c))", -3.0),
        ("SUM(a) / (SUM(c) / 4)", 14.0),
        ("CASE WHEN SUM(d) > 1 THEN 1 WHEN SUM(a) BETWEEN 7 AND 8 THEN 2 END * SUM(c)", 4.0),
        ("CASE SUM(a) WHEN 6 THEN 1 WHEN 7 THEN 2 ELSE 3 END", 2.0),
        ("CASE WHEN NOT SUM(d) = 1 THEN 1 ELSE 0 END", 0.0),  # not null is null
        ("CASE WHEN SUM(d) IS NULL AND SUM(a) IN (1, 7) THEN 1 ELSE 0 END", 1.0),
        ("IFNULL(SUM(d), 1.5)", 1.5),
    ],
)
def test_nulls_zeros_and_overflows_are_as_documented(formula: str, value: float | None) -> None:
    assert in_duckdb(sql_of(formula, "duckdb"), {"a": 7.0, "b": 0.0, "c": 2.0, "d": None}) == value


def test_divisions_nested_to_the_limit_are_planned_fast() -> None:
    nested = "SUM(a)"
    while fits_text(f"1 / ({nested})"):
        nested = f"1 / ({nested})"

    assert nested.count("/") >= 5
    assert in_duckdb(sql_of(nested, "duckdb"), dict.fromkeys(LEAVES, 4.0)) in (4.0, 0.25)


def fits_text(formula: str) -> bool:
    try:
        parse_formula(formula)
    except FormulaError:
        return False
    return True
