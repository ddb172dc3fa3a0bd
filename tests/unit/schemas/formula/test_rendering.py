"""What rendering leaves to its caller: the columns that stand for references, and LAG."""

import pytest
from sqlglot import exp

from schemas.formula.compiled import CompiledMetric
from schemas.formula.render import leaf_sql, render, row_sql

from .build import compile_all, compile_one, metric, source


def column(reference: exp.Column) -> exp.Expr:
    return exp.column(f"{reference.table} {reference.name}", quoted=True)


def lagged() -> CompiledMetric:
    compilation = compile_all(metric("x", "COUNT(login)"), metric("y", "LAG(METRIC('x') / time_period, 2)"))
    return compilation.metrics["y"]


def test_columns_and_lags_are_what_the_caller_says() -> None:
    sql = render(
        lagged().expression, "duckdb", column, lag=lambda value, periods: exp.func("ago", value, periods)
    )

    assert '"metric x" / NULLIF("period period_days", 0e0)' in sql
    assert "AGO(CASE WHEN ABS(" in sql


def test_a_lag_that_nobody_renders_is_refused() -> None:
    with pytest.raises(ValueError, match="say how to render it"):
        render(lagged().expression, "duckdb", column)


def test_names_with_quotes_stay_names_in_both_dialects() -> None:
    hostile = 'x" or 1=1 --`'
    sources = (source("e", "", ""),)
    sources[0].dimensions[hostile] = "c"
    sources[0].fields[hostile + "n"] = "n"
    compiled = compile_one(
        "some",
        sources,
        measures={"some": {"event": "e", "filters": [{"field": hostile, "value": 1}]}},
    )

    (leaf,) = compiled.leaves
    assert leaf_sql(leaf, "duckdb") == 'COUNT(CASE WHEN "dim_x"" or 1=1 --`" = \'1\' THEN 1 END)'
    assert leaf_sql(leaf, "spark") == "COUNT(CASE WHEN `dim_x\" or 1=1 --``` = '1' THEN 1 END)"
    assert leaf.condition is not None
    assert row_sql(leaf.condition, "duckdb") == '"dim_x"" or 1=1 --`" = \'1\''
