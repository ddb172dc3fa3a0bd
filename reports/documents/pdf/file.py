"""A report as PDF: its plain text on paper."""

import typst

from reports.documents.extract import Extract
from reports.documents.file import ReportFile, stem_of
from reports.documents.model import ReportDocument
from reports.documents.plain_text.writing import text_of

_PAGE = b"#set page(paper: sys.inputs.paper)\n#set text(size: 9pt)\n#raw(sys.inputs.words)"
_PAPERS = {"a4": "a4", "letter": "us-letter"}


def pdf_file(document: ReportDocument) -> ReportFile:
    """The PDF; the words are data, no markup of them is run."""
    longest = max((len(table.rows) for each in document.all_sections() for table in each.tables), default=0)
    words = text_of(Extract(document, longest), "")
    content = typst.compile(_PAGE, sys_inputs={"paper": _PAPERS[document.paper], "words": words})
    period = document.cover.period
    stem = stem_of(document.cover.report_id, period.start, period.grain)
    return ReportFile(f"{stem}.pdf", "pdf", "application/pdf", content)
