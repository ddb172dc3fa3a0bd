"""A report in all of its formats, from one document; the same document gives the same bytes."""

from collections.abc import Collection

from reports.documents.file import FileFormat, ReportFile
from reports.documents.html.files import html_files
from reports.documents.model import ReportDocument
from schemas.documents.documents.reports import ReportFormat


def write_report(document: ReportDocument, formats: Collection[ReportFormat]) -> list[ReportFile]:
    """HTML, plain text and pictures always, since they are what is read in a mail; PDF and XLSX where asked for."""
    attached: list[FileFormat] = [each for each in formats if each != "html"]
    files = html_files(document, attached)
    # their libraries take a second to load
    if "pdf" in formats:
        from reports.documents.pdf.file import pdf_file  # noqa: PLC0415

        files.append(pdf_file(document))
    if "xlsx" in formats:
        from reports.documents.xlsx.file import xlsx_file  # noqa: PLC0415

        files.append(xlsx_file(document))
    return files
