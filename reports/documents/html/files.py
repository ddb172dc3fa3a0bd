"""The HTML of a report with its pictures, and its plain-text twin: what goes into the body of a mail."""

from collections.abc import Collection

from reports.documents.extract import Extract, largest_that_fits
from reports.documents.file import FileFormat, ReportFile, stem_of
from reports.documents.framing import charts_left_out, elsewhere, sections_left_out, tables_left_out
from reports.documents.html.rendering import html_of
from reports.documents.model import ReportDocument, Section
from reports.documents.pictures import MOST_PICTURES, pictures_of
from reports.documents.plain_text.writing import text_of

MOST_BYTES = 100_000
"""Of the HTML: mail readers cut off what is longer."""


def html_files(document: ReportDocument, attached: Collection[FileFormat] = ()) -> list[ReportFile]:
    """HTML, plain text and pictures.

    Both texts show the same. Where not all of it fits, they say how much is left out, and whether `attached` has it.
    """
    pictures, where = pictures_of(document), elsewhere(document.cover, attached)

    def html(extract: Extract) -> bytes:
        return html_of(extract, pictures, where, _left_out(extract, where))

    chosen = largest_that_fits(document, lambda extract: len(html(extract)) <= MOST_BYTES)
    text = text_of(chosen, where, _left_out(chosen, where))
    there = _illustrations(chosen.document.all_sections())
    cover = document.cover
    stem = stem_of(cover.report_id, cover.period.start, cover.period.grain)
    return [
        ReportFile(f"{stem}.html", "html", "text/html; charset=utf-8", html(chosen)),
        ReportFile(f"{stem}.txt", "text", "text/plain; charset=utf-8", text.encode()),
        *(picture.file for key, picture in pictures.items() if key in there),
    ]


def _left_out(extract: Extract, where: str) -> list[str]:
    lines = [sections_left_out(extract.sections_left_out, where)] if extract.sections_left_out else []
    if tables := extract.tables_left_out():
        lines.append(tables_left_out(tables, where))
    charts = len(_illustrations(extract.document.all_sections())) - MOST_PICTURES
    return [*lines, charts_left_out(charts, where, has_tables=not lines)] if charts > 0 else lines


def _illustrations(sections: Collection[Section]) -> set[int]:
    return {id(each) for section in sections for each in section.illustrations}
