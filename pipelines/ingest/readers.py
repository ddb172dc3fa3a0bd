"""Reading a local file of each format as a DuckDB relation `delivered`: one row per row of the file.

`delivered` has `row_number` (1 is the first row of data), `malformed` (why the row could not be taken apart, else
null), `raw` (JSON text of the row as delivered) and one column per wanted source column.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from duckdb import DuckDBPyConnection
from pyarrow import parquet

from core.errors import DataError
from pipelines.lake.duck import identifier, literal

_BLOCK = 8 * 1024 * 1024
_DELIMITERS = (",", ";", "\t", "|")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Column:
    """How a source column is said in SQL over `delivered`, and its DuckDB type."""

    sql: str
    type: str


@dataclass(frozen=True)
class Delivered:
    """A readable file: SQL of its rows, where each wanted column is, and what failed while rows streamed."""

    relation: str
    columns: dict[str, Column]
    raw: str
    failures: list[DataError]


def open_file(kind: str, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection) -> Delivered:
    """Open a csv, jsonl or parquet file.

    Raises:
        DataError: the file is empty, damaged, or lacks a wanted column.
    """
    if path.stat().st_size == 0:
        raise DataError("the file is empty")
    if kind == "csv":
        return _open_csv(path, wanted, connection)
    if kind == "parquet":
        return _open_parquet(path, wanted, connection)
    return _open_jsonl(path, wanted, connection)


def _require(wanted: Sequence[str], present: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in present]
    if missing:
        raise DataError(
            f"the file has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, present))}"
        )


# ---- csv -----------------------------------------------------------------------------------------------


class _CsvRows:
    """Batches of a csv file as text, its ragged lines in their places."""

    def __init__(self, path: Path, wanted: Sequence[str]) -> None:
        self.path = path
        self.ragged: dict[int, str] = {}
        self.lines: dict[int, str] = {}
        self.failures: list[DataError] = []
        with path.open("rb") as stream:
            head = stream.readline(_BLOCK)
        if head.startswith(_UTF16):
            raise DataError("the file is encoded in UTF-16; csv files must be UTF-8")
        try:
            header = head.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DataError(f"the header is not UTF-8: {error}") from error
        self.delimiter = _delimiter(header, wanted)
        self.names = self._reader(None).schema.names
        doubled = sorted({name for name in self.names if self.names.count(name) > 1})
        if doubled:
            raise DataError(f"the header names {', '.join(map(repr, doubled))} more than once")
        _require(wanted, self.names)
        self.schema = pa.schema(
            [
                ("row_number", pa.int64()),
                ("malformed", pa.string()),
                ("line", pa.string()),
                *((f"c{i}", pa.string()) for i in range(len(self.names))),
            ]
        )

    def _reader(self, types: dict[str, pa.DataType] | None) -> pacsv.CSVStreamingReader:
        try:
            return pacsv.open_csv(
                self.path,
                pacsv.ReadOptions(use_threads=False, block_size=_BLOCK),
                pacsv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=self._on_ragged
                ),
                pacsv.ConvertOptions(column_types=types, strings_can_be_null=False, check_utf8=True),
            )
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise DataError(f"the file is no csv: {error}") from error

    def _on_ragged(self, row: pacsv.InvalidRow) -> str:
        self.ragged[row.number - 1] = (
            f"the line has {row.actual_columns} values where the header has {row.expected_columns}"
        )
        self.lines[row.number - 1] = row.text
        return "skip"

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of rows; what stops the reading is put into `failures`."""
        try:
            yield from self._batches()
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            self.failures.append(DataError(f"the file cannot be read as csv: {error}"))
            raise
        except DataError as error:
            self.failures.append(error)
            raise

    def _batches(self) -> Iterator[pa.RecordBatch]:
        self.ragged.clear()
        following, last = 1, None
        for batch in self._reader(dict.fromkeys(self.names, pa.string())):
            if batch.num_rows == 0:
                continue
            numbers = np.arange(following, following + batch.num_rows + len(self.ragged))
            numbers = numbers[~np.isin(numbers, list(self.ragged))][: batch.num_rows]
            following, last = int(numbers[-1]) + 1, batch
            nothing = pa.nulls(batch.num_rows, pa.string())
            columns = [pa.array(numbers), nothing, nothing, *batch.columns]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)
        if last is not None and self._is_torn(last):
            raise DataError("a quotation mark is opened and never closed")
        if self.ragged:
            yield self._ragged_rows()

    def _is_torn(self, last: pa.RecordBatch) -> bool:
        """Whether the last row swallowed the rest of the file behind a quotation mark that nothing closes."""
        if not any("\n" in (column[-1].as_py() or "") for column in last.columns):
            return False
        marks = 0
        with self.path.open("rb") as stream:
            while chunk := stream.read(_BLOCK):
                marks += chunk.count(b'"')
        return marks % 2 == 1

    def _ragged_rows(self) -> pa.RecordBatch:
        numbers = sorted(self.ragged)
        columns = [
            pa.array(numbers, pa.int64()),
            pa.array([self.ragged[number] for number in numbers]),
            pa.array([self.lines[number] for number in numbers]),
            *(pa.nulls(len(numbers), pa.string()) for _ in self.names),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def _delimiter(header: str, wanted: Sequence[str]) -> str:
    """The first delimiter under which the header has every wanted column; a comma where none does."""
    for delimiter in _DELIMITERS:
        if set(wanted) <= set(next(csv.reader([header], delimiter=delimiter), [])):
            return delimiter
    return ","


def _open_csv(path: Path, wanted: Sequence[str], connection: DuckDBPyConnection) -> Delivered:
    rows = _CsvRows(path, wanted)
    connection.register("csv_rows", pa.RecordBatchReader.from_batches(rows.schema, rows.batches()))
    pairs = ", ".join(f"{literal(name)}, c{i}" for i, name in enumerate(rows.names))
    return Delivered(
        relation="csv_rows",
        columns={name: Column(f"c{i}", "VARCHAR") for i, name in enumerate(rows.names)},
        raw=f"CASE WHEN malformed IS NULL THEN json_object({pairs}) ELSE json_object('line', line) END",
        failures=rows.failures,
    )


# ---- jsonl ---------------------------------------------------------------------------------------------


class _JsonLines:
    """Batches of the lines of a file; blank lines are no rows."""

    schema = pa.schema([("row_number", pa.int64()), ("line", pa.string())])

    def __init__(self, path: Path) -> None:
        self.path = path
        self.failures: list[DataError] = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of lines; what stops the reading is put into `failures`."""
        following = 1
        try:
            for block in self._blocks():
                lines = [line for line in block.decode().split("\n") if line.strip()]
                numbers = pa.array(np.arange(following, following + len(lines)))
                following += len(lines)
                yield pa.RecordBatch.from_arrays([numbers, pa.array(lines, pa.string())], schema=self.schema)
        except UnicodeDecodeError as error:
            self.failures.append(DataError(f"the file is not UTF-8: {error.reason} in a line of JSON"))
            raise
        except DataError as error:
            self.failures.append(error)
            raise

    def _blocks(self) -> Iterator[bytes]:
        """Whole lines, about 8 MiB at a time."""
        rest = b""
        with self.path.open("rb") as stream:
            first = stream.read(_BLOCK).removeprefix(b"\xef\xbb\xbf")
            while first:
                whole, newline, tail = first.rpartition(b"\n")
                if newline:
                    yield rest + whole
                    rest = tail
                else:
                    rest += tail
                    if len(rest) > 8 * _BLOCK:
                        raise DataError("a line is longer than 64 MiB: is the file one JSON document?")
                first = stream.read(_BLOCK)
        yield rest


def _open_jsonl(path: Path, wanted: Sequence[str], connection: DuckDBPyConnection) -> Delivered:
    rows = _JsonLines(path)
    connection.register("json_lines", pa.RecordBatchReader.from_batches(rows.schema, rows.batches()))
    names = list(dict.fromkeys(wanted))
    # a name with dots is looked for as it stands, then as a path into nested objects
    pointers = [_pointer([name]) for name in names] + [_pointer(name.split(".")) for name in names]
    paths = f"[{', '.join(map(literal, pointers))}]"
    relation = (
        "(SELECT row_number, line, malformed, CASE WHEN malformed IS NULL "
        f"THEN json_extract_string(line, {paths}) END AS parts FROM (SELECT row_number, line, "
        "CASE WHEN NOT json_valid(line) THEN 'the line is no JSON' "
        "WHEN json_type(line) <> 'OBJECT' THEN 'the line is no JSON object' END AS malformed FROM json_lines))"
    )
    columns = {
        name: Column(
            f"coalesce(parts[{i}], parts[{i + len(names)}])" if "." in name else f"parts[{i}]", "VARCHAR"
        )
        for i, name in enumerate(names, 1)
    }
    raw = "CASE WHEN malformed IS NULL THEN line::JSON ELSE json_object('line', line) END"
    return Delivered(relation, columns, raw, rows.failures)


def _pointer(parts: Sequence[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


# ---- parquet -------------------------------------------------------------------------------------------


def _open_parquet(path: Path, wanted: Sequence[str], connection: DuckDBPyConnection) -> Delivered:
    try:
        names = parquet.read_schema(path).names
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"the file is no Parquet: {error}") from error
    _require(wanted, names)
    doubled = sorted({name for name in names if sum(name.lower() == other.lower() for other in names) > 1})
    if doubled:
        raise DataError(f"the columns {', '.join(map(repr, doubled))} differ at most by case")
    source = f"read_parquet({literal(_plain(path))}, file_row_number=true, hive_partitioning=false)"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error as error:
        raise DataError(f"the file is no Parquet that can be read: {error}") from error
    present = [(name, kind) for name, kind, *_ in described if name in names]
    columns = {name: Column(f"c{i}", kind) for i, (name, kind) in enumerate(present)}
    pairs = ", ".join(f"{literal(name)}, {column.sql}" for name, column in columns.items())
    renamed = ", ".join(f"{identifier(name)} AS {column.sql}" for name, column in columns.items())
    relation = (
        f"(SELECT file_row_number + 1 AS row_number, NULL::VARCHAR AS malformed, {renamed} FROM {source})"
    )
    return Delivered(relation, columns, f"json_object({pairs})", [])


def _plain(path: Path) -> str:
    """The path with what DuckDB would read as a pattern made literal."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
