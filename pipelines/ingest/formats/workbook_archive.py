"""The archive that a workbook is: its parts in bounded memory, and what its cells hold that the library passes over."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

from core.errors import DataError

_MIB = 1024 * 1024
_MOST_XML = 256 * _MIB
# cells from the first to the last row and column; the library holds all of them, empty ones too
_MOST_CELLS = 20_000_000
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ERROR = re.compile(rb"""<(?:\w+:)?c\b([^>]*\bt=["']e["'][^>]*)>.*?<(?:\w+:)?v>([^<]*)<""", re.DOTALL)
_UNSAVED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TEXT = re.compile(rb"""\bt=["']str["']""")


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Whatever a damaged workbook makes the libraries raise, panics of Rust included, becomes a DataError."""
    try:
        yield
    except (DataError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise DataError(f"the workbook cannot be read: {str(error) or type(error).__name__}") from error


class WorkbookArchive:
    """The parts of a workbook, each looked at in bounded memory before the library unpacks it."""

    def __init__(self, path: Path) -> None:
        with refusing_damage(), zipfile.ZipFile(path) as archive:
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
        with refusing_damage(), zipfile.ZipFile(self._path) as archive:
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


def refuse_vast(part: bytes) -> None:
    """Refuse a sheet of more cells than are held in memory.

    Raises:
        DataError: it spans more.
    """
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


def wrong_cells(part: bytes) -> dict[tuple[int, int], str]:
    """The cells that hold an error or a formula without its result, by row and column from 0.

    The library hands them over as empty. A formula whose result is the empty text has the type of text.
    """
    wrong = [(cell, f"the error {text.decode(errors='replace')}") for cell, text in _ERROR.findall(part)]
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
