"""What counts as a number in text, and which marks it may have."""

from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.formats.delivered import Column
from pipelines.ingest.numbers import number
from schemas.documents.documents import Source


def read(texts: list[str], **marks: Any) -> list[float | None]:
    source = Source.model_validate(
        {"source_id": "s", "format": "csv", "event": "e", "timestamp": {"column": "at"}, **marks}
    )
    with duckdb.connect() as connection:
        connection.register("given", pa.table({"n": range(len(texts)), "text": pa.array(texts, pa.string())}))
        value = number(Column("text", "VARCHAR"), source)
        return [each for (each,) in connection.execute(f"SELECT {value} FROM given ORDER BY n").fetchall()]


def test_plain_numbers_are_read_as_every_language_writes_them() -> None:
    assert read(["1", "-1.5", "+2", " 5 ", "1e5", "-2.5E-3", ".5", "5.", "007", "TRUE", "false"]) == [
        *(1, -1.5, 2, 5, 100_000, -0.0025, 0.5, 5, 7, 1, 0)
    ]


@pytest.mark.parametrize(
    "marks", [{}, {"decimal": ","}, {"thousands": ","}, {"decimal": ",", "thousands": "."}]
)
@pytest.mark.parametrize(
    "text",
    [
        "$12.00",
        "(45.00)",
        "99-",
        "5%",
        "0x10",
        "\u22125",
        "\uff11\uff12",
        "1_000",
        "1 000",
        "1__0",
        "",
        "-",
        "e5",
        "1e",
        "abc",
        "inf",
        "nan",
        "Infinity",
        "--5",
        "+-5",
        "1e+-5",
        "1.2.3",
        "1,2,3",
        "1e400",
        "12 EUR",
        "\u0663",
    ],
)
def test_nothing_else_is_a_number(text: str, marks: dict[str, str]) -> None:
    assert read([text], **marks) == [None]


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({}, {"1.000": 1, "1,000": None, "1,5": None, "1.355,90": None, "1,355.90": None}),
        (
            {"decimal": ","},
            {"1.000": None, "1,000": 1, "1,5": 1.5, ",5": 0.5, "5,": 5, "1.355,90": None, "-1,5e3": -1500},
        ),
        (
            {"decimal": ",", "thousands": "."},
            {
                "1.000": 1000,
                "2.500": 2500,
                "1.355,90": 1355.9,
                "1.35": None,
                "1.0000": None,
                ".000": None,
                "1000,5": 1000.5,
            }
            | {
                "1.000.000": 1_000_000,
                "1,000": 1,
                "1.000.": None,
                "1..000": None,
                "-1.000": -1000,
                "1.000,5.0": None,
            },
        ),
        (
            {"thousands": ","},
            {"1,355.90": 1355.9, "12,34,567": 1_234_567, "1.5": 1.5, "1,5": None, "1234,567": None}
            | {"0,001": None, "-0,125": None, "00,123": None, "0.001": 0.001, "100,000": 100_000},
        ),
        (
            {"thousands": " "},
            {"1 000": 1000, "1\u00a0000": 1000, "1\u202f000.5": 1000.5, "1  000": None, " 5 ": 5},
        ),
        ({"thousands": "'"}, {"1'000": 1000, "1\u2019000.25": 1000.25}),
        ({"thousands": "]"}, {"1]000": 1000}),
        ({"thousands": "^"}, {"1^000": 1000}),
        ({"thousands": "\\"}, {"1\\000": 1000}),
    ],
)
def test_the_declared_marks_decide(marks: dict[str, str], expected: dict[str, float | None]) -> None:
    assert dict(zip(expected, read(list(expected), **marks), strict=True)) == expected


@pytest.mark.slow
@given(
    st.decimals(-(10**12), 10**12, places=2, allow_nan=False),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u00a0")]),
)
def test_a_number_grouped_in_any_style_is_that_number(value: Any, style: tuple[str, str]) -> None:
    decimal, thousands = style
    text = f"{value:,.2f}".translate({ord("."): decimal, ord(","): thousands})
    plain = f"{value:.2f}".replace(".", decimal)
    assert read([text, plain], decimal=decimal, thousands=thousands) == [float(value), float(value)]
