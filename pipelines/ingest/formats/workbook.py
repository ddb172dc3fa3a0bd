"""Reading a sheet of an XLSX workbook: a header, then a row of the file for each row that is not empty.

What a cell holds decides, not how it is shown: dates are wall times, numbers keep all their digits, of a formula
its last result counts, and an error such as #DIV/0! in a wanted column makes its row a bad one.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection
from python_calamine import CalamineSheet, CalamineWorkbook

from core.errors import DataError
from pipelines.duck import literal
from pipelines.ingest.formats.delivered import Column, ReadableFile, listed, require
from pipelines.ingest.formats.workbook_archive import (
    WorkbookArchive,
    refuse_vast,
    refusing_damage,
    wrong_cells,
)
from schemas.documents.documents import Source

_MOST_SHOWN = 200
_BATCH = 10_000


def open_workbook(
    source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection
) -> ReadableFile:
    """Open a sheet of an XLSX workbook.

    Raises:
        DataError: it is no such workbook, is damaged or too large, or lacks the sheet or a wanted column.
    """
    xml = WorkbookArchive(path)
    # it would tell the format of a path by its suffix
    with refusing_damage(), path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
        names = book.sheet_names
        name = source.sheet or (names[0] if names else "")
        if name not in names:
            raise DataError(f"the workbook has no sheet {name!r}; it has {listed(names)}")
        part = xml.sheet(name)
        refuse_vast(part)
        rows = _Rows(book.get_sheet_by_name(name), wrong_cells(part), source, wanted)
    connection.register("sheet_rows", pa.RecordBatchReader.from_batches(rows.schema, rows.batches()))
    shown = [name for i, name in enumerate(rows.header) if name and i < _MOST_SHOWN]
    pairs = ", ".join(
        f"{literal(name)}, c{rows.header.index(name)}" for name in dict.fromkeys([*wanted, *shown])
    )
    return ReadableFile("sheet_rows", rows.columns(source), f"json_object({pairs})", rows.failures)


class _Rows:
    """Batches of the rows below the header, every cell as text."""

    def __init__(
        self, sheet: CalamineSheet, errors: dict[tuple[int, int], str], source: Source, wanted: Sequence[str]
    ) -> None:
        self._sheet = sheet
        self._errors = errors
        self._skip = source.skip_rows
        self.failures: list[DataError] = []
        filled = [number for number, row in self._numbered() if self._is_row(number, row)]
        self._last = filled[-1 - source.skip_footer] if len(filled) > source.skip_footer else -1
        self.header = self._header()
        require(wanted, [name for name in self.header if name])
        doubled = [name for name in wanted if self.header.count(name) > 1]
        if doubled:
            raise DataError(f"the header names {listed(doubled)} more than once")
        self._places = {self.header.index(name): name for name in wanted}
        self._kinds = self._kinds_of_columns()
        # beside text, a number in a column of numbers is written with the mark that the source reads
        commas = set(source.fields.values()) if source.decimal == "," else set()
        self._commas = {
            place
            for place, name in self._places.items()
            if name in commas and self._kinds[place] == "VARCHAR"
        }
        texts = [(f"c{i}", pa.string()) for i in range(len(self.header))]
        self.schema = pa.schema([("row_number", pa.int64()), ("malformed", pa.string()), *texts])

    def _numbered(self) -> Iterator[tuple[int, list[Any]]]:
        """Rows of the sheet with their number from 0, those above the header left out."""
        for number, row in enumerate(self._sheet.iter_rows()):
            if number >= self._skip:
                yield number, row

    def _is_row(self, number: int, row: Sequence[Any]) -> bool:
        return any(cell != "" for cell in row) or any(
            (number, place) in self._errors for place in range(len(row))
        )

    def _header(self) -> list[str]:
        number, row = next(self._numbered(), (self._skip, []))
        names = [_text(cell) or "" for cell in row]
        if not any(names):
            raise DataError(f"the row {number + 1} of the sheet, where its header is expected, is empty")
        return names

    def _data(self) -> Iterator[tuple[int, list[Any]]]:
        rows = self._numbered()
        next(rows, None)
        for number, row in rows:
            if number <= self._last and self._is_row(number, row):
                yield number, row

    def _kinds_of_columns(self) -> dict[int, str]:
        """The DuckDB type that holds every cell of a wanted column."""
        seen: dict[int, set[str]] = {place: set() for place in self._places}
        for _, row in self._data():
            for place, kinds in seen.items():
                kinds.add(_kind(row[place]))
        return {place: _common(kinds - {""}) for place, kinds in seen.items()}

    def columns(self, source: Source) -> dict[str, Column]:
        """Where each wanted column is; texts stay texts where they name something."""
        naming = {source.event_column, *source.dimensions.values(), *source.unique_key}
        found = {}
        for place, name in self._places.items():
            kind = self._kinds[place]
            kind = "VARCHAR" if kind == "DOUBLE" and name in naming else kind
            found[name] = Column(f"c{place}" if kind == "VARCHAR" else f"c{place}::{kind}", kind)
        return found

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of rows; what stops the reading is put into `failures`."""
        try:
            with refusing_damage():
                yield from self._batches()
        except DataError as error:
            self.failures.append(error)
            raise

    def _batches(self) -> Iterator[pa.RecordBatch]:
        batch: list[list[str | None]] = []
        first = 1
        for number, row in self._data():
            wrong = (self._errors.get((number, place)) for place in self._places)
            texts = [
                (text.replace(".", ",") if isinstance(cell, float) and i in self._commas else text)
                if (text := _text(cell)) is not None
                else None
                for i, cell in enumerate(row)
            ]
            batch.append([next((reason for reason in wrong if reason), None), *texts])
            if len(batch) == _BATCH:
                yield self._batch(first, batch)
                first, batch = first + len(batch), []
        yield self._batch(first, batch)

    def _batch(self, first: int, rows: Sequence[Sequence[str | None]]) -> pa.RecordBatch:
        columns = zip(*rows, strict=True) if rows else [()] * (len(self.schema) - 1)
        numbers = pa.array(range(first, first + len(rows)), pa.int64())
        return pa.RecordBatch.from_arrays(
            [numbers, *(pa.array(column, pa.string()) for column in columns)], schema=self.schema
        )


def _kind(cell: Any) -> str:
    if cell == "" and isinstance(cell, str):
        return ""
    if isinstance(cell, date):
        return "TIMESTAMP"
    if isinstance(cell, float) and math.isfinite(cell):
        return "BIGINT" if cell.is_integer() and abs(cell) < 2**53 else "DOUBLE"
    return "VARCHAR"


def _common(kinds: set[str]) -> str:
    if kinds == {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    return kinds.pop() if len(kinds) == 1 else "VARCHAR"


def _text(cell: Any) -> str | None:
    """What a cell holds as text; null where it is empty."""
    if cell == "" and isinstance(cell, str):
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell)
