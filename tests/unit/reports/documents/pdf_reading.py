"""What a PDF says, read back by pypdf and by poppler."""

import io
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest

from reports.cells import Cell, Change, Figure, PeriodCell, Share
from reports.documents.model import Piece, ReportDocument
from reports.figures import NOTHING, Figures

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")


def squeezed(text: str) -> str:
    """Without blanks and places to break, which readers put and leave out as lines break."""
    return re.sub("[\\s\u200b]", "", text)


def text_of(content: bytes) -> str:
    """All text, as pypdf reads it."""
    return squeezed("".join(page.extract_text() for page in reader_of(content).pages))


def reader_of(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content), strict=True)


def poppler(program: str, content: bytes, folder: Path, *options: str) -> str:
    """What a program of poppler answers, which has nothing to complain of."""
    path = folder / "report.pdf"
    path.write_bytes(content)
    to_stdout = [] if program == "pdfinfo" else ["-"]
    done = subprocess.run(
        [program, *options, str(path), *to_stdout], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout


def elements(reader: pypdf.PdfReader) -> Iterator[Any]:
    """Every element of the structure tree."""

    def below(node: Any) -> Iterator[Any]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for each in node:
                yield from below(each)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node
            yield from below(node.get("/K"))

    root: Any = reader.trailer["/Root"]
    yield from below(root["/StructTreeRoot"]["/K"])


def kinds(reader: pypdf.PdfReader) -> Counter[str]:
    """How many elements of each kind there are."""
    return Counter(str(each["/S"]) for each in elements(reader))


def figures_in_order(document: ReportDocument) -> list[str]:
    """What stands for each number and date in the document, in the order in which it is read."""
    write = Figures(document.locale)
    found: list[str] = [write.period(document.cover.period.start, document.cover.period.grain)]
    found += [_written(write, piece) for sentence in document.summary for piece in sentence.pieces]
    for section in document.all_sections():
        found += [_written(write, piece) for sentence in section.sentences for piece in sentence.pieces]
        for table in section.tables:
            found += [_written(write, row.get(key)) for row in table.rows for key in table.columns]
    return [squeezed(text) for text in found if text]


def _written(write: Figures, value: Cell | Piece) -> str:
    match value:
        case Figure():
            return write.number(value.value, value.unit)
        case Share():
            return write.share(value.value)
        case Change():
            return write.change(value.value)
        case PeriodCell():
            return write.period(value.value, value.grain)
        case date() if type(value) is date:
            return write.day(value)
        case None:
            return NOTHING
        case _:
            return ""


def are_in_order(wanted: list[str], text: str) -> str | None:
    """The first that is not found behind the one before it."""
    at = 0
    for each in wanted:
        found = text.find(each, at)
        if found < 0:
            return each
        at = found + len(each)
    return None
