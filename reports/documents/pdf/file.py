"""A report as PDF: PDF/UA-1, set by typst."""

import ctypes
import subprocess
import sys
from importlib.resources import as_file, files

import orjson

from core.errors import PermanentError, TookTooLongError
from reports.documents.file import ReportFile, stem_of
from reports.documents.model import ReportDocument
from reports.documents.pdf.data import data_of
from reports.documents.pdf.fonts import font_folders

_PACKAGE = "reports.documents.pdf"
_SUSPECTS = b"/MarkInfo<</Marked true/Suspects false>>"
_SECONDS = 120
"""A report of 1,000 metrics takes two."""


def pdf_file(document: ReportDocument) -> ReportFile:
    """The report as PDF; the same document gives the same bytes.

    Raises:
        TookTooLongError: typst had not ended after two minutes.
        PermanentError: typst does not set it, and says why.
    """
    cover = document.cover
    asked = {
        "template": files(_PACKAGE).joinpath("report.typ").read_text(encoding="utf-8"),
        "report": orjson.dumps(data_of(document)).decode(),
        "fonts": font_folders(),
        "timestamp": int(cover.made_at.timestamp()),
    }
    name = f"{stem_of(cover.report_id, cover.period.start, cover.period.grain)}.pdf"
    _give_back()
    return ReportFile(name, "pdf", "application/pdf", _typeset(orjson.dumps(asked)))


def _give_back() -> None:
    """Free memory back to the system: of a large report some 30 MiB, beside those that typst takes."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _typeset(asked: bytes) -> bytes:
    with as_file(files(_PACKAGE).joinpath("typst_process.py")) as script:
        try:
            done = subprocess.run(  # noqa: S603  our own script
                [sys.executable, "-P", str(script)],
                input=asked,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TookTooLongError(
                f"typst had not set the PDF after {_SECONDS} s; it is tried again"
            ) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise PermanentError(
            f"typst did not set the PDF: {said[-500:] or f'it ended with {done.returncode}'}"
        )
    return _without_suspects(done.stdout)


def _without_suspects(content: bytes) -> bytes:
    """The file without a mark that means nothing where it is false, but of which poppler complains."""
    before, found, after = content.rpartition(_SUSPECTS)
    return before + found.replace(b"/Suspects false", b" " * 15) + after
