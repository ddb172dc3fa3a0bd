"""Reading a local file of each format as a DuckDB relation `delivered`: one row per row of the file.

`delivered` has `row_number` (1 is the first row of data), `malformed` (why the row could not be taken apart, else
null), `raw` (JSON text of the row as delivered) and one column per wanted source column.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from duckdb import DuckDBPyConnection
from pyarrow import parquet

from core.errors import DataError
from pipelines.ingest.delimited import DelimitedRows
from pipelines.lake.duck import identifier, literal
from schemas.catalog.documents import Source

_BLOCK = 8 * 1024 * 1024


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


def open_file(source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection) -> Delivered:
    """Open a csv, jsonl or parquet file.

    Raises:
        DataError: the file is empty, damaged, or lacks a wanted column.
    """
    if path.stat().st_size == 0:
        raise DataError("the file is empty")
    if source.format == "csv":
        return _open_csv(source, path, wanted, connection)
    if source.format == "parquet":
        return _open_parquet(path, wanted, connection)
    return _open_jsonl(path, wanted, connection)


def _require(wanted: Sequence[str], present: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in present]
    if missing:
        raise DataError(
            f"the file has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, present))}"
        )


# ---- csv -----------------------------------------------------------------------------------------------


def _open_csv(source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection) -> Delivered:
    rows = DelimitedRows(source, path, wanted)
    connection.register("csv_rows", pa.RecordBatchReader.from_batches(rows.schema, rows.batches()))
    pairs = ", ".join(f"{literal(name)}, {column}" for column, name in rows.shown.items())
    return Delivered(
        relation="csv_rows",
        columns={name: Column(column, "VARCHAR") for name, column in rows.columns.items()},
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
