"""A real spreadsheet program opens the workbook of a report, without mending it, and shows what is meant."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from reports.cells import Change, Figure, Share, Sparkline, Status
from reports.documents.model import Illustration, ReportDocument, Section, Sentence
from reports.documents.xlsx.file import xlsx_file
from tests.documents import HOSTILE, cover, document, table_of
from tests.unit.reports.charts.build import series
from tests.unit.reports.documents.test_xlsx import hostile_document

_EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
    pytest.mark.timeout(180),
]


def converted(report: ReportDocument, folder: Path, kind: str) -> list[Path]:
    """The files that LibreOffice makes of the workbook."""
    source = folder / "report.xlsx"
    source.write_bytes(xlsx_file(report).content)
    assert SOFFICE
    command = [SOFFICE, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind]
    subprocess.run(  # of a program that the machine has
        [*command, "--outdir", folder / "out", source], check=True, capture_output=True, timeout=150
    )
    return sorted((folder / "out").iterdir())


def test_a_spreadsheet_program_shows_numbers_in_their_units(tmp_path: Path) -> None:
    rows = [
        ["=1+1", Figure(1234.5, "EUR"), Share(0.42), Change(-12.5, is_good=False), Status("at_risk")],
        ["orders", Figure(17, 'a "b"'), Share(1), Change(130.0), Status("ok")],
        ["bytes", Figure(5.3e9, "bytes"), Share(0), Change(0.0, is_good=True), Status("no_data")],
        ["share", Figure(12.345, "%"), None, Sparkline((1.0, 2.5)), None],
    ]
    shown = table_of(rows, "Name", "Value", "Share", "Change", "Status")
    chart = Illustration("c", series([1.0, None, 3.0]))
    report = document(
        Section("s", "S", [Sentence(["Rose to ", Figure(5), "."])], [shown], [chart]),
        cover=cover(name="R & D", doubts=(), link=None),
    )
    (printed,) = converted(report, tmp_path, "pdf")
    text = _packed(" ".join(page.extract_text() for page in PdfReader(printed).pages))
    for shown_as in (
        *("=1+1", "EUR 1,235", "42%", "-12.5%", "▼", "at risk", "▲", '17 a "b"', "100%", "+130%", "●", "ok"),
        *("5.30 GB", "0%", "= 0.0%", "○ no data", "12.35%", "2026-03-01", "R & D", "Page 1 of 4"),
    ):
        assert _packed(shown_as) in text


def _packed(text: str) -> str:
    """Without blanks, which readers of PDF find where there are none."""
    return "".join(text.split())


def test_a_spreadsheet_program_reads_hostile_texts_as_they_are(tmp_path: Path) -> None:
    # every sheet in a file of its own
    written = converted(hostile_document(HOSTILE[::6]), tmp_path, _EVERY_SHEET)
    found = {cell for path in written for row in csv.reader(io.StringIO(path.read_text())) for cell in row}
    assert not set(HOSTILE) - found
