"""Aggregates over rows in DuckDB: a dozen rows by hand, and the numbers that follow from them."""

from datetime import UTC, datetime

import duckdb
import pytest

from schemas.documents.documents import Filter, Measure
from schemas.formula.render import leaf_sql

from .build import compile_one

# occurred_at second, file, row, value, amount, status, customer
ROWS = [
    (1, "f2", 1, 5.0, 10.0, "200", "u1"),
    (1, "f1", 9, 4.0, None, "404", "u1"),
    (0, "f9", 1, None, 30.0, None, "u2"),
    (3, "f1", 2, 1.0, 40.0, "abc", None),
    (3, "f1", 3, 2.0, 0.0, "1e2", "u3"),
    (4, "f1", 1, None, 50.0, "nan", "u3"),
]


@pytest.fixture
def orders() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE e (occurred_at TIMESTAMPTZ, file_id TEXT, row_number BIGINT, field_value DOUBLE, "
        "field_amount DOUBLE, dim_status TEXT, dim_customer_id TEXT)"
    )
    for second, *rest in ROWS:
        at = datetime(2024, 1, 1, 0, 0, second, tzinfo=UTC)
        connection.execute("INSERT INTO e VALUES (?, ?, ?, ?, ?, ?, ?)", [at, *rest])
    return connection


def result(orders: duckdb.DuckDBPyConnection, formula: str, **definition: object) -> object:
    (leaf,) = compile_one(formula, **definition).leaves
    return orders.execute(f"SELECT {leaf_sql(leaf, 'duckdb')} FROM e").fetchall()[0][0]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("COUNT(order)", 6),
        ("COUNT(order.value)", 4),
        ("SUM(order)", 12.0),
        ("SUM(order.amount) FILTER (WHERE amount > 100)", None),
        ("COUNT(order) FILTER (WHERE amount > 100)", 0),
        ("MIN(order)", 1.0),
        ("MAX(order.amount)", 50.0),
        ("MEDIAN(order)", 3.0),  # of 1 2 4 5
        ("PERCENTILE_25(order)", 1.75),  # 1 + 0.75 * (2 - 1)
        ("QUANTILE(order, 1)", 5.0),
        ("COUNT(DISTINCT order.customer_id)", 3),
        ("COUNT(DISTINCT order.customer_id) FILTER (WHERE amount > 20)", 2),
        ("STDDEV(order) FILTER (WHERE value <= 2)", 0.5**0.5),  # of 1 and 2, a sample
        ("STDDEV(order) FILTER (WHERE value = 1)", None),
        ("FIRST(order)", 4.0),  # the row at 0 has no value; at 1 file f1 comes before f2
        ("LAST(order)", 2.0),  # the row at 4 has no value; at 3 row 3 comes after row 2
        ("LAST(order.amount)", 50.0),
        ("COUNT(order) FILTER (WHERE status IN (200, 404))", 2),
        ("COUNT(order) FILTER (WHERE status <> 200)", 4),  # a missing status is not "other than 200"
        ("COUNT(order) FILTER (WHERE status > 150)", 2),  # 200 and 404; 'nan' is no number
        ("COUNT(order) FILTER (WHERE status BETWEEN 100 AND 200)", 2),
        ("COUNT(order) FILTER (WHERE status > 'a')", 2),
        ("MAX(order.status)", 404.0),
        ("SUM(order.value - order.amount)", -5.0 - 39.0 + 2.0),
        ("COUNT(order.value / order.amount)", 2),  # 5/10 and 1/40; 2/0 is null
        ("SUM(ROUND(order.value / 3, 1))", 1.7 + 1.3 + 0.3 + 0.7),
        ("SUM(CASE WHEN order.status = 200 THEN order.amount ELSE 1 END)", 15.0),
        ("COUNT(LN(order.amount))", 4),
    ],
)
def test_aggregates_over_rows(orders: duckdb.DuckDBPyConnection, formula: str, value: float | None) -> None:
    expected = value if value is None else pytest.approx(value)

    assert result(orders, formula) == expected


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (Filter(field="status", value=200), 1),
        (Filter(field="status", operator="ne", value=200), 5),  # a missing status is other than 200
        (Filter(field="status", operator="not_in", value=[200, "404"]), 4),
        (Filter(field="status", operator="gte", value=200), 2),
        (Filter(field="status", operator="contains", value="0"), 2),
        (Filter(field="status", operator="is_null"), 1),
        (Filter(field="amount", operator="lt", value=30), 2),
        (Filter(field="amount", operator="ne", value=10), 5),
    ],
)
def test_filters_of_documents_over_rows(orders: duckdb.DuckDBPyConnection, one: Filter, count: int) -> None:
    assert result(orders, "some", measures={"some": Measure(event="order", filters=[one])}) == count


def test_the_same_leaves_in_spark_sql() -> None:
    formula = "QUANTILE(order, 0.9) + FIRST(order) FILTER (WHERE status = 'o''k') + STDDEV(order)"
    first = "MIN_BY(`field_value`, STRUCT(`occurred_at`, `file_id`, `row_number`))"

    assert [leaf_sql(leaf, "spark") for leaf in compile_one(formula).leaves] == [
        "PERCENTILE(`field_value`, 0.9)",
        f"{first} FILTER(WHERE (`dim_status` = 'o\\'k') AND NOT (`field_value`) IS NULL)",
        "STDDEV_SAMP(`field_value`)",
    ]
