"""Reading a local file of each format as a DuckDB relation `delivered`: one row per row of the file.

`delivered` has `row_number` (1 is the first row of data), `malformed` (why the row could not be taken apart, else
null), `raw` (JSON text of the row as delivered) and one column per wanted source column.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from duckdb import DuckDBPyConnection

from core.errors import DataError
from pipelines.ingest.delivered import Column, Delivered, require
from pipelines.ingest.json_documents import open_json
from pipelines.ingest.packing import refuse_other_kind
from pipelines.ingest.parquet import open_parquet
from pipelines.ingest.workbook import open_workbook
from pipelines.lake.duck import literal
from schemas.catalog.documents import Source

_BLOCK = 8 * 1024 * 1024
_DELIMITERS = (",", ";", "\t", "|")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def open_file(source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection) -> Delivered:
    """Open a file of the source's format; what a sql source fetched is JSON lines.

    Raises:
        DataError: the file is empty, damaged, of another format, or lacks a wanted column.
    """
    if path.stat().st_size == 0:
        raise DataError("the file is empty")
    refuse_other_kind(path, source.format)
    return _READERS[source.format](source, path, wanted, connection)


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
        require(wanted, self.names)
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


def _open_csv(
    _source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection
) -> Delivered:
    rows = _CsvRows(path, wanted)
    connection.register("csv_rows", pa.RecordBatchReader.from_batches(rows.schema, rows.batches()))
    pairs = ", ".join(f"{literal(name)}, c{i}" for i, name in enumerate(rows.names))
    return Delivered(
        relation="csv_rows",
        columns={name: Column(f"c{i}", "VARCHAR") for i, name in enumerate(rows.names)},
        raw=f"CASE WHEN malformed IS NULL THEN json_object({pairs}) ELSE json_object('line', line) END",
        failures=rows.failures,
    )


_READERS = {
    "csv": _open_csv,
    "jsonl": open_json,
    "json": open_json,
    "sql": open_json,
    "parquet": open_parquet,
    "xlsx": open_workbook,
}
