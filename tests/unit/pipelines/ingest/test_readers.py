from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from core.errors import DataError
from pipelines.ingest import json_text, readers
from pipelines.ingest.readers import open_file
from schemas.catalog.documents import Source


def numbered(kind: str, path: Path, column: str) -> list[tuple[int, str | None, object]]:
    """(row number, what is malformed, value of a column) of every row."""
    source = Source.model_validate({"source_id": "s", "format": kind, "timestamp": {"column": column}})
    with duckdb.connect() as connection:
        delivered = open_file(source, path, [column], connection)
        sql = f"SELECT row_number, malformed, {delivered.columns[column].sql} FROM {delivered.relation} ORDER BY 1"
        try:
            return connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise delivered.failures[0] from error


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content)
    return path


def test_ragged_lines_keep_their_place_among_the_rows(tmp_path: Path) -> None:
    path = written(tmp_path, b'a,b\n1,x\n2\n3,"y\nz"\n\n4,x,x\n5,x\n')
    assert numbered("csv", path, "a") == [
        (1, None, "1"),
        (2, "the line has 1 values where the header has 2", None),
        (3, None, "3"),
        (4, "the line has 3 values where the header has 2", None),
        (5, None, "5"),
    ]


def test_rows_keep_their_numbers_over_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_BLOCK", 64)
    monkeypatch.setattr(json_text, "_BLOCK", 64)
    lines = [f"{n}" if n % 10 == 3 else f"{n},x" for n in range(1, 201)]
    path = written(tmp_path, ("a,b\n" + "\n".join(lines)).encode())
    expected = [(n, None, str(n)) for n in range(1, 201) if n % 10 != 3]
    assert [row for row in numbered("csv", path, "a") if row[1] is None] == expected
    jsonl = tmp_path / "file.jsonl"
    jsonl.write_text("\n".join(f'{{"a": {n}}}' for n in range(1, 201)))
    assert numbered("jsonl", jsonl, "a") == [(n, None, str(n)) for n in range(1, 201)]


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfa;b\r\n1;x\r\n", b"a\tb\n1\tx\n", b'"a"|b\n1|x'])
def test_byte_order_marks_and_other_delimiters_are_understood(tmp_path: Path, content: bytes) -> None:
    assert numbered("csv", written(tmp_path, content), "a") == [(1, None, "1")]


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    assert numbered("csv", written(tmp_path, b"a,b\n"), "a") == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"b,c\n1,2\n", "the file has no column 'a'; it has 'b', 'c'"),
        (b"a,b,b\n1,2,3\n", "the header names 'b' more than once"),
        ("a,b\n1,é\n".encode("utf-16"), "UTF-16"),
        ("a,b\n1,é\n".encode("latin-1"), "invalid UTF8 data"),
        ("é,a\n1,2\n".encode("latin-1"), "the header is not UTF-8"),
        (b'a,b\n1,"x\n2,y\n3,z\n', "a quotation mark is opened and never closed"),
        (b"a,b\n1,\xff\xfe\n2", "UTF8"),
        (b"\n\n\n", "the file is no csv: .*Empty CSV"),
        (b"\x00\x01\x02\x03", "the file is no csv"),
    ],
)
def test_a_csv_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        numbered("csv", written(tmp_path, content), "a")


def test_quotation_marks_within_a_value_are_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path, b'a,b\n1,5" pipe\n2,"say ""hi"""\n')
    assert [value for *_, value in numbered("csv", path, "b")] == ['5" pipe', 'say "hi"']


def test_a_json_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": "é"}'.encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        numbered("jsonl", path, "a")


def test_a_single_json_document_without_end_is_refused_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "_BLOCK", 64)
    with pytest.raises(DataError, match="is the file one JSON document"):
        numbered("jsonl", written(tmp_path, b'{"a": [' + b"1," * 1000), "a")


@pytest.mark.parametrize("cut", [4, 100, -4])
def test_a_parquet_file_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    whole = tmp_path / "whole.parquet"
    duckdb.execute(f"COPY (SELECT i AS a FROM range(1000) t(i)) TO '{whole}' (FORMAT parquet)")
    with pytest.raises(DataError, match="no Parquet"):
        numbered("parquet", written(tmp_path, whole.read_bytes()[:cut]), "a")


def test_parquet_columns_that_differ_by_case_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    parquet.write_table(pa.table({"a": [1], "A": [2]}), path)
    with pytest.raises(DataError, match="differ at most by case"):
        numbered("parquet", path, "a")


def test_a_path_may_hold_any_letters(tmp_path: Path) -> None:
    path = tmp_path / "it's [1] *?.parquet"
    duckdb.execute("COPY (SELECT 7 AS a) TO '" + str(path).replace("'", "''") + "' (FORMAT parquet)")
    assert numbered("parquet", path, "a") == [(1, None, 7)]
