"""Opening a local file of each format as a DuckDB relation `delivered`: one row per row of the file.

`delivered` has `row_number` (1 is the first row of data), `malformed` (why the row could not be taken apart, else
null), `raw` (JSON text of the row as delivered) and one column per wanted source column.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from duckdb import DuckDBPyConnection

from core.errors import DataError
from pipelines.duck import literal
from pipelines.ingest.formats.delimited import DelimitedRows
from pipelines.ingest.formats.delivered import Column, ReadableFile
from pipelines.ingest.formats.json_documents import open_json
from pipelines.ingest.formats.parquet import open_parquet
from pipelines.ingest.formats.signatures import refuse_other_kind
from pipelines.ingest.formats.workbook import open_workbook
from schemas.documents.documents import Source


def open_file(
    source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection
) -> ReadableFile:
    """Open a file of the source's format; what a sql source fetched is JSON lines.

    Raises:
        DataError: the file is empty, damaged, of another format, or lacks a wanted column.
    """
    if path.stat().st_size == 0:
        raise DataError("the file is empty")
    refuse_other_kind(path, source.format)
    return _READERS[source.format](source, path, wanted, connection)


def _open_csv(
    source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection
) -> ReadableFile:
    rows = DelimitedRows(source, path, wanted)
    connection.register("csv_rows", pa.RecordBatchReader.from_batches(rows.schema, rows.batches()))
    pairs = ", ".join(f"{literal(name)}, {column}" for column, name in rows.shown.items())
    return ReadableFile(
        relation="csv_rows",
        columns={name: Column(column, "VARCHAR") for name, column in rows.columns.items()},
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
