"""A report as a workbook: a sheet for each table."""

from dataclasses import replace

from reports.cells import to_xlsx
from reports.documents.file import ReportFile, stem_of
from reports.documents.model import ReportDocument

_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_file(document: ReportDocument) -> ReportFile:
    """The workbook."""
    tables = (table for section in document.all_sections() for table in section.tables)
    named = [replace(table, name=f"{number} {table.name}") for number, table in enumerate(tables, 1)]
    period = document.cover.period
    stem = stem_of(document.cover.report_id, period.start, period.grain)
    return ReportFile(f"{stem}.xlsx", "xlsx", _KIND, to_xlsx(named))
