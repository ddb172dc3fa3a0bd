"""Parquet: columns by exact name, fields of structs by their path, and why a file is refused."""

import random
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from core.errors import DataError
from pipelines.ingest.formats.readers import open_file
from schemas.documents.documents import Source


def read(path: Path, *names: str) -> list[tuple[Any, ...]]:
    """The values of the named columns, in the file's order."""
    source = Source.model_validate({"source_id": "s", "format": "parquet", "timestamp": {"column": names[0]}})
    with duckdb.connect() as connection:
        delivered = open_file(source, path, names, connection)
        values = ", ".join(delivered.columns[name].sql for name in names)
        found = connection.execute(
            f"SELECT row_number, {values}, {delivered.raw} FROM {delivered.relation} ORDER BY 1"
        ).fetchall()
        assert delivered.verify
        delivered.verify()
    assert [number for number, *_ in found] == list(range(1, len(found) + 1))
    return [tuple(values) for _, *values, _ in found]


def written(folder: Path, table: pa.Table, **how: Any) -> Path:
    path = folder / "file.parquet"
    parquet.write_table(table, path, **how)
    return path


def reason(path: Path, *names: str) -> str:
    with pytest.raises(DataError) as caught:
        read(path, *names)
    return str(caught.value)


def test_fields_of_structs_are_read_by_their_path_and_a_name_as_it_stands_comes_first(tmp_path: Path) -> None:
    rows = [{"a": {"b": {"c": 1}, "B": 2}, "a.b.c": 5, "x.y": 7}, {"a": None, "a.b.c": 6, "x.y": 8}]
    path = written(tmp_path, pa.Table.from_pylist(rows))
    assert read(path, "a.b.c", "x.y") == [(5, 7), (6, 8)]
    path = written(tmp_path, pa.Table.from_pylist([{"a": {"b": {"c": 1}}}, {"a": {"b": None}}, {"a": None}]))
    assert read(path, "a.b.c") == [(1,), (None,), (None,)]
    assert "no column 'a.b.C'" in reason(path, "a.b.C")


def test_names_that_differ_by_case_or_not_at_all_matter_where_they_are_read(tmp_path: Path) -> None:
    table = pa.table([[1], [2], [3], [4], [5]], names=["a", "A", "b", "b", "c"])
    path = written(tmp_path, table)
    assert read(path, "c") == [(5,)]
    assert "'a', 'A' differ at most by case" in reason(path, "c", "A")
    assert "'b', 'b' differ at most by case" in reason(path, "b")
    path = written(tmp_path, pa.table({"s": [{"x": 1, "X": 2, "y": 3}]}))
    assert read(path, "s.y") == [(3,)]
    assert "'x', 'X' differ at most by case" in reason(path, "s.x")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (pa.array([[1]]), "BIGINT[]"),
        (pa.array([{"x": 1}]), "STRUCT"),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), "MAP"),
        (pa.array([b"x"]), "BLOB"),
    ],
)
def test_a_wanted_column_must_be_a_single_value(tmp_path: Path, value: pa.Array, why: str) -> None:
    path = written(tmp_path, pa.table({"a": [1], "v": value}))
    assert read(path, "a") == [(1,)]
    assert reason(path, "a", "v") == f"the column 'v' is {why}, where one value is wanted"


def test_files_without_rows_or_columns(tmp_path: Path) -> None:
    assert read(written(tmp_path, pa.table({"a": pa.array([], pa.int64())})), "a") == []
    assert read(written(tmp_path, pa.table({"a": pa.nulls(2)})), "a") == [(None,), (None,)]
    assert reason(written(tmp_path, pa.table({})), "a") == "the file has no column 'a'; it has none"


def test_a_column_called_like_the_row_number_of_duckdb_is_a_column(tmp_path: Path) -> None:
    table = pa.table({"file_row_number": list(range(300)), "a": list(range(300))})
    path = written(tmp_path, table, row_group_size=50)
    assert read(path, "a", "file_row_number") == [(n, n) for n in range(300)]


def test_thousands_of_columns_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, pa.table({f"c{n}": [n] for n in range(3000)}))
    assert read(path, "c7", "c2999") == [(7, 2999)]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PAR1" + bytes(50) + b"PARE", "no Parquet"),
        (b"PARE" + bytes(50) + b"PARE", "encrypted, which is not read"),
        (b"a,b\n1,2\n", "no Parquet"),
        (b"PAR1", "no Parquet"),
    ],
)
def test_what_is_no_parquet_says_so(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "file.parquet"
    path.write_bytes(content)
    assert why in reason(path, "a")


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json", "xlsx"])
def test_parquet_of_another_format_is_named(tmp_path: Path, kind: str) -> None:
    source = Source.model_validate({"source_id": "s", "format": kind, "timestamp": {"column": "a"}})
    with duckdb.connect() as connection, pytest.raises(DataError, match="is Parquet; set `format: parquet`"):
        open_file(source, written(tmp_path, pa.table({"a": [1]})), ["a"], connection)


@pytest.mark.slow
def test_a_damaged_file_is_read_or_refused_and_raises_nothing_else(tmp_path: Path) -> None:
    table = pa.table({"a": list(range(100)), "s": [{"x": "y"}] * 100})
    whole, dice = written(tmp_path, table).read_bytes(), random.Random(3)
    path = tmp_path / "damaged.parquet"
    for turn in range(120):
        damaged = bytearray(whole)
        if turn % 3:
            for _ in range(dice.randrange(1, 4)):
                damaged[dice.randrange(len(whole))] = dice.randrange(256)
        else:
            damaged = damaged[: dice.randrange(1, len(whole))]
        path.write_bytes(damaged)
        try:
            read(path, "a", "s.x")
        except (DataError, duckdb.Error):  # staging makes a refusal of what DuckDB raises while rows stream
            continue


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd"])
@pytest.mark.parametrize("is_dictionary", [True, False])
@pytest.mark.parametrize("has_checksums", [True, False])
def test_of_damaged_pages_what_is_read_is_what_arrow_reads_strictly(
    tmp_path: Path, codec: str, *, is_dictionary: bool, has_checksums: bool
) -> None:
    dice = random.Random(f"{codec} {is_dictionary} {has_checksums}")
    table = pa.table(
        {
            "n": [dice.choice([None, n, n * 10**9]) for n in range(300)],
            "x": [dice.choice([None, n / 7]) for n in range(300)],
            "t": [dice.choice([None, f"v{n % 9}", "ä" * (n % 20)]) for n in range(300)],
        }
    )
    path = written(
        tmp_path,
        table,
        compression=codec,
        use_dictionary=is_dictionary,
        write_page_checksum=has_checksums,
        data_page_version=dice.choice(["1.0", "2.0"]),
        row_group_size=100,
    )
    whole = path.read_bytes()
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    for _ in range(15):
        damaged = bytearray(whole)
        for _ in range(dice.choice([1, 1, 3])):
            damaged[dice.randrange(4, footer)] = dice.randrange(256)
        path.write_bytes(damaged)
        try:
            found = read(path, "n", "x", "t")
        except (DataError, duckdb.Error):
            continue
        with parquet.ParquetFile(path, page_checksum_verification=True) as strict:
            expected = [tuple(row.values()) for row in strict.read().to_pylist()]
        assert repr([row[:3] for row in found]) == repr(expected)


def test_a_page_that_fails_its_checksum_refuses_the_file(tmp_path: Path) -> None:
    table = pa.table({"a": list(range(100)), "b": list(range(100))})
    how = {"compression": "none", "use_dictionary": False, "column_encoding": "PLAIN"}
    path = written(tmp_path, table, write_page_checksum=True, **how)
    changed = path.read_bytes().replace((77).to_bytes(8, "little"), (78).to_bytes(8, "little"))
    path.write_bytes(changed)
    assert reason(path, "a").startswith("the file is damaged, it must be written or copied anew: ")
    path = written(tmp_path, table, **how)
    path.write_bytes(path.read_bytes().replace((77).to_bytes(8, "little"), (78).to_bytes(8, "little")))
    assert read(path, "a")[77] == (78,)  # nobody can tell


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"n": st.none() | st.integers(-(2**63), 2**63 - 1), "t": st.none() | st.text(max_size=5)}
        ),
        min_size=1,
    ),
    codec=st.sampled_from(["none", "snappy", "gzip", "zstd", "brotli", "lz4"]),
)
def test_rows_are_those_that_arrow_reads(tmp_path: Path, rows: list[dict[str, Any]], codec: str) -> None:
    schema = pa.schema([("n", pa.int64()), ("t", pa.string()), ("s", pa.struct([("t", pa.string())]))])
    table = pa.Table.from_pylist([{**row, "s": {"t": row["t"]}} for row in rows], schema)
    path = written(tmp_path, table, compression=codec, row_group_size=3)
    expected = [(row["n"], row["t"], row["s"]["t"]) for row in parquet.read_table(path).to_pylist()]
    assert read(path, "n", "t", "s.t") == expected
