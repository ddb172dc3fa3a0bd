import zipfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from core.errors import DataError
from pipelines.ingest.formats import json_elements, json_text
from pipelines.ingest.formats.readers import open_file
from schemas.documents.documents import Source


def numbered(kind: str, path: Path, column: str) -> list[tuple[int, str | None, object]]:
    """(row number, what is malformed, value of a column) of every row."""
    fields = {"source_id": "s", "format": kind, "event": "e", "timestamp": {"column": column}}
    with duckdb.connect() as connection:
        delivered = open_file(Source.model_validate(fields), path, [column], connection)
        sql = f"SELECT row_number, malformed, {delivered.columns[column].sql} FROM {delivered.relation} ORDER BY 1"
        try:
            return connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise delivered.failures[0] from error


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content)
    return path


def test_rows_keep_their_numbers_over_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "_BLOCK", 64)
    monkeypatch.setattr(json_elements, "_BATCH", 64)
    jsonl = tmp_path / "file.jsonl"
    jsonl.write_text("\n".join(f'{{"a": {n}}}' for n in range(1, 201)))
    assert numbered("jsonl", jsonl, "a") == [(n, None, str(n)) for n in range(1, 201)]


def test_a_json_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": "é"}'.encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        numbered("jsonl", path, "a")


def test_a_single_json_document_without_end_is_refused_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "_BLOCK", 64)
    monkeypatch.setattr(json_elements, "_BATCH", 64)
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


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl", "xlsx"])
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7\n1 0 obj", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
        (b"\n<!DOCTYPE html>\n<title>Sign in</title>", "an HTML page"),
        (b"SQLite format 3\0", "an SQLite database"),
    ],
)
def test_a_file_of_another_kind_is_named_for_what_it_is(
    tmp_path: Path, kind: str, content: bytes, name: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    source = Source.model_validate({"source_id": "s", "format": kind, "timestamp": {"column": "a"}})
    with duckdb.connect() as connection, pytest.raises(DataError, match=f"is {name}, which is not read"):
        open_file(source, path, ["a"], connection)


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("word/document.xml", "is a Word document, which is not read"),
        ("ppt/x.xml", "is a presentation"),
        ("content.xml", "is an OpenDocument file"),
        ("xl/workbook.xml", "is a workbook; set `format: xlsx`"),
    ],
)
def test_an_office_file_under_the_name_of_a_table_is_named(tmp_path: Path, member: str, words: str) -> None:
    path = tmp_path / "file.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr(member, "")
    source = Source.model_validate({"source_id": "s", "format": "csv", "timestamp": {"column": "a"}})
    with duckdb.connect() as connection, pytest.raises(DataError, match=words):
        open_file(source, path, ["a"], connection)
