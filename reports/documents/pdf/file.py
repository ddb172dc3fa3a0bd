"""A report as PDF: PDF/UA-1, set by typst."""

from importlib.resources import files

import orjson

from reports.documents.file import ReportFile, stem_of
from reports.documents.model import ReportDocument
from reports.documents.pdf.data import data_of
from reports.documents.pdf.fonts import fonts


def pdf_file(document: ReportDocument) -> ReportFile:
    """The report as PDF; the same document gives the same bytes. 34 MB of typst are loaded for the first one."""
    import typst  # noqa: PLC0415

    cover = document.cover
    content = typst.compile(
        files("reports.documents.pdf").joinpath("report.typ").read_bytes(),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"report": orjson.dumps(data_of(document)).decode()},
        pdf_standards=["ua-1"],
        timestamp=int(cover.made_at.timestamp()),
    )
    name = f"{stem_of(cover.report_id, cover.period.start, cover.period.grain)}.pdf"
    return ReportFile(name, "pdf", "application/pdf", content)
