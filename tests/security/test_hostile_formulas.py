"""Formulas written to harm: refused with a clear message, in bounded time, before any engine sees them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.formula.compiled import Compilation
from schemas.formula.parse import MAX_CHAIN, MAX_LENGTH, MAX_NESTING
from schemas.formula.render import leaf_sql, render
from tests.unit.schemas.formula.build import compile_all, metric

# generous for a loaded machine: the longest takes about 0.03 s on one core
SECONDS = 1.0


def refusal_of(formula: str) -> str:
    """The error of a formula, found in bounded time; nothing is left to compute."""
    begun = time.process_time()
    compilation = compile_all(metric("m", formula))
    assert time.process_time() - begun < SECONDS
    assert not compilation.metrics
    assert not compilation.documented, compilation.documented
    return compilation.errors[0].message


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("login" * 20_000, "100,000 characters; at most 10,000"),
        ("(" * 100_000, "100,000 characters"),
        ("- " * 4_000 + "login", "words and signs"),
        ("-(" * 700 + "login" + ")" * 700, "words and signs"),
        ("(" * 700 + "login" + ")" * 700, "nested deeper than 25 levels at line 1, column 26"),
        ("(" * (MAX_NESTING + 1) + "login" + ")" * (MAX_NESTING + 1), "nested deeper than"),
        ("- " * 1_000 + "login", "nested deeper than"),
        ("+ " * 1_000 + "login", "nested deeper than"),
        ("NOT " * 1_000 + "login", "nested deeper than"),
        ("NOT - " * 500 + "login", "nested deeper than"),
        ("CASE WHEN " * 400 + "login", "nested deeper than"),
        ("CASE login WHEN 1 THEN " * 200 + "1" + " END" * 200, "nested deeper than"),
        ("COALESCE(" * 400 + "login" + ")" * 400, "nested deeper than"),
        ("[" * 400 + "login" + "]" * 400, "nested deeper than"),
        ("{" * 400 + "login" + "}" * 400, "nested deeper than"),
        (" AND ".join(["login"] * 600), f"a chain of more than {MAX_CHAIN} operators"),
        (" OR ".join(["login"] * 600), "a chain of more than"),
        ("+".join(["login"] * 600), "a chain of more than"),
        ("COALESCE(" + ",".join(["login"] * 400) + ")", "more than 500 names, numbers and operators"),
        ("1 / (" * 20 + "login" + ")" * 20, "engines write each out twice"),
        ("NULLIF(" * 20 + "login" + ", 1)" * 20, "engines write each out twice"),
        ("LN(" * 20 + "login" + ")" * 20, "engines write each out twice"),
        ("POWER(" * 20 + "login" + ", 2)" * 20, "engines write each out twice"),
        ("LAG(" * 20 + "login" + ")" * 20, "engines write each out twice"),
        ("CASE " * 20 + "login" + " WHEN 1 THEN 1 WHEN 2 THEN 2 END" * 20, "engines write each out twice"),
    ],
)
def test_oversized_formulas_are_refused_quickly(formula: str, message: str) -> None:
    assert message in refusal_of(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "1; DROP TABLE marts.metric_values",
        "login; DELETE FROM marts.metric_values",
        "login;;login",
        "login;\nCOPY (SELECT 1) TO '/tmp/x'",
        "DROP TABLE marts.metric_values",
        "INSERT INTO marts.metric_values VALUES (1)",
        "UPDATE marts.metric_values SET value = 1",
        "ATTACH '/etc/passwd'",
        "INSTALL httpfs",
        "PRAGMA database_list",
        "SET memory_limit = '1TB'",
        "SELECT 1",
        "(SELECT password FROM identity.users)",
        "login + (SELECT 1)",
        "COUNT(login) FILTER (WHERE platform IN (SELECT name FROM users))",
        "COUNT(login) FILTER (WHERE EXISTS (SELECT 1))",
        "WITH x AS (SELECT 1) SELECT * FROM x",
    ],
)
def test_statements_and_subqueries_are_refused(formula: str) -> None:
    message = refusal_of(formula)

    assert "begins a statement or subquery" in message or "ends a statement" in message


@pytest.mark.parametrize(
    ("formula", "named"),
    [
        ("read_csv('/etc/passwd')", "READ_CSV at line 1, column 1"),
        ("COUNT(read_csv_auto('/etc/passwd'))", "read_csv_auto at line 1, column 7"),
        ("SUM(read_text('/etc/passwd'))", "read_text at line 1, column 5"),
        ("SUM(read_parquet('x'))", "READ_PARQUET at line 1, column 5"),
        ("pg_read_file('/etc/passwd')", "pg_read_file at line 1, column 1"),
        ("pg_sleep(100)", "pg_sleep at line 1, column 1"),
        ("getenv('HOME')", "getenv at line 1, column 1"),
        ("current_setting('is_superuser')", "current_setting at line 1, column 1"),
        ("query('DROP TABLE x')", "query at line 1, column 1"),
        ("java_method('java.lang.Runtime', 'exit')", "java_method at line 1, column 1"),
        ("reflect('java.lang.System', 'getenv')", "reflect at line 1, column 1"),
        ('"/etc/passwd" / login', "the quoted name '/etc/passwd' at line 1, column 1"),
        ('"events.csv" / login', "the quoted name 'events.csv'"),
        ('"https://example.com/x".y', "the quoted name 'https://example.com/x'"),
        ("login + ?", "a parameter at line 1, column 9"),
        ("login + :secret", "a parameter"),
        ("login + @secret", "a parameter"),
        ("COUNT(login) -- FILTER (WHERE paid)", "a comment next to line 1"),
        ("COUNT(login) /* hidden */ * 2", "a comment next to line 1"),
    ],
)
def test_what_reaches_outside_is_refused_by_name_and_position(formula: str, named: str) -> None:
    assert named in refusal_of(formula)


@pytest.mark.parametrize(
    ("formula", "named"),
    [
        ("COUNT(*) / login", "the star *"),
        ("login::text", "the function CAST"),
        ("COUNT(login) OVER (PARTITION BY platform)", "'window'"),
        ("login || 'x'", "'d pipe'"),
        ("login[1]", "at line 1, column 1"),
        ("{'a': login}", "STRUCT"),
    ],
)
def test_what_the_language_has_not_computes_nothing_and_is_documented_with_the_reason(
    formula: str, named: str
) -> None:
    compilation = compile_all(metric("m", formula))
    assert not compilation.metrics
    assert named in compilation.documented["m"]


def rendered(compilation: Compilation) -> str:
    (one,) = compilation.metrics.values()
    parts = [leaf_sql(leaf, dialect) for leaf in one.leaves for dialect in ("duckdb", "spark")]
    return " ".join([*parts, render(one.expression, "duckdb", lambda column: column.copy())])


@pytest.mark.parametrize("text", ["'; DROP TABLE x; --", "a\\' OR 1=1 --", "\\", "$$x$$", "/* x */", "`x`"])
def test_texts_in_conditions_stay_texts(text: str) -> None:
    quoted = text.replace("'", "''")

    sql = rendered(compile_all(metric("m", f"COUNT(login) FILTER (WHERE platform = '{quoted}')")))

    assert f"= '{quoted}'" in sql
    spark = text.replace("\\", "\\\\").replace("'", "\\'")
    assert f"= '{spark}'" in sql


_WORDS = st.sampled_from(
    [
        *("login", "order", "status", "amount", "COUNT", "SUM", "AVG", "METRIC", "LAG", "ROUND", "FILTER"),
        *("WHERE", "CASE", "WHEN", "THEN", "ELSE", "END", "AND", "OR", "NOT", "IN", "BETWEEN", "IS", "NULL"),
        *("LIKE", "DISTINCT", "OVER", "SELECT", "FROM", "CAST", "AS", "INTERVAL", "DATE", "EXISTS", "ARRAY"),
        *("VALUES", "POSITION", "TRIM", "ANY", "ESCAPE", "ORDER", "BY", "JSON_OBJECT", "EXTRACT", "MAP"),
        *("(", ")", ",", ".", "+", "-", "*", "/", "=", "<>", "<", ">", "%", "||", "->", "::", "?", ":", "@"),
        *("[", "]", "{", "}", ";", "--", "/*", "*/", "'x'", "'", '"q"', '"', "`", "$$", "\\", "#", "^", "~"),
        *("1", "0.5", "1e", "1..", ".1", "0x", "1e999", "x'41'", "\x00", "ü", "漢", "\n"),
    ]
)


@given(st.lists(_WORDS, max_size=14), st.sampled_from([" ", ""]))
def test_any_soup_of_words_is_computed_documented_or_an_error(words: list[str], between: str) -> None:
    compilation = compile_all(metric("m", between.join(words)))

    assert len(compilation.metrics) + len(compilation.documented) + len(compilation.errors) == 1


@given(st.text(max_size=60))
def test_any_text_is_computed_documented_or_an_error(text: str) -> None:
    compilation = compile_all(metric("m", text))

    assert len(compilation.metrics) + len(compilation.documented) + len(compilation.errors) == 1


def test_the_longest_formula_that_is_read_takes_bounded_time() -> None:
    prose = "word " * (MAX_LENGTH // 5)
    begun = time.process_time()

    compile_all(metric("m", prose))

    assert time.process_time() - begun < SECONDS
