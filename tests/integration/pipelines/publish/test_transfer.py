"""Rows on their way between DuckDB and PostgreSQL."""

import math
import random
import struct
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Engine, text

from pipelines.publish.transfer import exchange

TEXTS = ["", None, r"\N", '"', "a,b", "two\nlines", "\r\n", "'", "naïve ✓", "NULL"]
TYPES = {"position": "BIGINT", "number": "DOUBLE", "words": "VARCHAR"}


def any_double(chance: random.Random) -> float:
    return float(struct.unpack("<d", chance.randbytes(8))[0])


def test_numbers_and_texts_come_back_as_they_went(database: Engine, tmp_path: Path) -> None:
    chance = random.Random(11)
    numbers = [0.1 + 0.2, 5e-324, -0.0, 1e308, None, *(any_double(chance) for _ in range(2_000))]
    finite = [number for number in numbers if number is None or math.isfinite(number)]
    words = [TEXTS[position % len(TEXTS)] for position in range(len(finite))]
    sent = pa.table({"position": range(len(finite)), "number": finite, "words": words})
    with database.begin() as connection, exchange(connection, tmp_path, "200MB") as between:
        between.load("here", sent)
        connection.execute(
            text("create schema t create table there (position bigint, number float8, words text)")
        )
        between.append("t.there", "select * from here", TYPES)
        between.fetch("back", "select position, number, words from t.there", TYPES)
        back = between.duck.execute("select number, words from back order by position").fetchall()
    assert [(repr(number), word) for number, word in back] == list(zip(map(repr, finite), words, strict=True))
