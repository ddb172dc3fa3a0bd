"""Reading a sheet of an XLSX workbook: a header, then a row of the file for each row that is not empty.

What a cell holds decides, not how it is shown: dates are wall times, numbers keep all their digits, of a formula
its last result counts, and an error such as #DIV/0! in a wanted column makes its row a bad one.
"""

import math
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow as pa
from duckdb import DuckDBPyConnection
from python_calamine import CalamineSheet, CalamineWorkbook

from core.errors import DataError
from pipelines.duck import literal
from pipelines.ingest.formats.delivered import Column, Delivered, listed, require
from schemas.documents.documents import Source

_MIB = 1024 * 1024
_MOST_XML = 256 * _MIB
# cells from the first to the last row and column; the library holds all of them, empty ones too
_MOST_CELLS = 20_000_000
_MOST_SHOWN = 200
_BATCH = 10_000
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ERROR = re.compile(rb"""<(?:\w+:)?c\b([^>]*\bt=["']e["'][^>]*)>.*?<(?:\w+:)?v>([^<]*)<""", re.DOTALL)
_UNSAVED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TEXT = re.compile(rb"""\bt=["']str["']""")


def open_workbook(
    source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection
) -> Delivered:
    """Open a sheet of an XLSX workbook.

    Raises:
        DataError: it is no such workbook, is damaged or too large, or lacks the sheet or a wanted column.
    """
    xml = _Xml(path)
    # it would tell the format of a path by its suffix
    with _damage(), path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
        names = book.sheet_names
        name = source.sheet or (names[0] if names else "")
        if name not in names:
            raise DataError(f"the workbook has no sheet {name!r}; it has {listed(names)}")
        part = xml.sheet(name)
        _refuse_vast(part)
        rows = _Rows(book.get_sheet_by_name(name), _errors(part), source, wanted)
    connection.register("sheet_rows", pa.RecordBatchReader.from_batches(rows.schema, rows.batches()))
    shown = [name for i, name in enumerate(rows.header) if name and i < _MOST_SHOWN]
    pairs = ", ".join(
        f"{literal(name)}, c{rows.header.index(name)}" for name in dict.fromkeys([*wanted, *shown])
    )
    return Delivered("sheet_rows", rows.columns(source), f"json_object({pairs})", rows.failures)


@contextmanager
def _damage() -> Iterator[None]:
    """Whatever a damaged workbook makes the libraries raise, panics of Rust included, becomes a DataError."""
    try:
        yield
    except (DataError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise DataError(f"the workbook cannot be read: {str(error) or type(error).__name__}") from error


# ---- the archive ---------------------------------------------------------------------------------------


class _Xml:
    """The parts of a workbook, each looked at in bounded memory before the library unpacks it."""

    def __init__(self, path: Path) -> None:
        with _damage(), zipfile.ZipFile(path) as archive:
            self._refuse_others(archive.namelist())
            if sum(info.file_size for info in archive.infolist()) > 2 * _MOST_XML:
                raise DataError(f"the workbook unpacks to more than {2 * _MOST_XML // _MIB} MiB")
            for info in archive.infolist():  # a size that is told wrongly shows when the part is read
                with archive.open(info) as part:
                    while part.read(_MIB):
                        pass
        self._path = path

    @staticmethod
    def _refuse_others(names: Sequence[str]) -> None:
        if "xl/workbook.xml" in names:
            return
        if "xl/workbook.bin" in names:
            raise DataError("the file is a binary workbook (.xlsb); save it as .xlsx")
        if "content.xml" in names:
            raise DataError("the file is an OpenDocument sheet (.ods); save it as .xlsx")
        raise DataError("the file is a zip archive and no XLSX workbook")

    def sheet(self, name: str) -> bytes:
        """The XML of a sheet."""
        with _damage(), zipfile.ZipFile(self._path) as archive:
            book = _tree(archive.read("xl/workbook.xml"))
            links = _tree(archive.read("xl/_rels/workbook.xml.rels"))
            link = next(_attribute(s, "id") for s in book.iter() if _is(s, "sheet") and s.get("name") == name)
            target = next(entry.get("Target", "") for entry in links if entry.get("Id") == link)
            part = archive.read(posixpath.normpath(posixpath.join("/xl", target)).lstrip("/"))
        if len(part) > _MOST_XML:
            raise DataError(f"the sheet {name!r} unpacks to more than {_MOST_XML // _MIB} MiB")
        if part.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise DataError(f"the sheet {name!r} is written in UTF-16, which is not read")
        return part


def _tree(xml: bytes) -> ET.Element:
    return ET.fromstring(xml)  # noqa: S314  expat bounds what entities may grow to


def _is(element: ET.Element, name: str) -> bool:
    return element.tag.rpartition("}")[2] == name


def _attribute(element: ET.Element, name: str) -> str | None:
    """An attribute of a namespace, of which there are two in use."""
    return next((value for key, value in element.items() if key.endswith("}" + name)), None)


def _refuse_vast(part: bytes) -> None:
    width = height = 0
    for letters, row in (match.groups() for match in _REFERENCE.finditer(part)):
        width, height = max(width, _column_number(letters)), max(height, int(row))
    if width * height > _MOST_CELLS:
        raise DataError(
            f"the sheet spans {height:,} rows by {width:,} columns, more than {_MOST_CELLS:,} cells"
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _errors(part: bytes) -> dict[tuple[int, int], str]:
    """The cells that hold an error or a formula without its result, by row and column from 0.

    The library hands them over as empty. A formula whose result is the empty text has the type of text.
    """
    wrong = [
        (attributes, f"the error {text.decode(errors='replace')}")
        for attributes, text in _ERROR.findall(part)
    ]
    wrong += [
        (attributes, "a formula whose result was not saved: open and save the file in a spreadsheet program")
        for attributes in _UNSAVED.findall(part)
        if not _TEXT.search(attributes)
    ]
    found = {}
    for attributes, what in wrong:
        if reference := _REFERENCE.search(attributes):
            letters, row = reference.groups()
            cell = f"{letters.decode()}{row.decode()}"
            found[int(row) - 1, _column_number(letters) - 1] = f"the cell {cell} holds {what}"
    return found


# ---- rows ----------------------------------------------------------------------------------------------


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
            with _damage():
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
