"""The workbook of a report."""

from reports.documents.file import ReportFile, stem_of
from reports.documents.model import ReportDocument
from reports.documents.xlsx.ends import write_about, write_front, write_numbers
from reports.documents.xlsx.sections import chapters, numbers_of, write_chapter
from reports.workbooks.book import Book
from reports.workbooks.texts import sheet_names

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OURS = ("Summary", "Sentence numbers", "About")


def xlsx_file(document: ReportDocument) -> ReportFile:
    """The document as a workbook: every number of it is a number in a cell; the same bytes each time."""
    cover = document.cover
    book = Book(cover.name, cover.owner_team or "", cover.made_at)
    sheets = chapters(document.sections)
    first, counted, last, *names = sheet_names([*_OURS, *(chapter.section.title for chapter in sheets)])
    placed = list(zip(names, sheets, strict=True))
    told = [
        (name, sentence)
        for name, sentences in (
            (first, document.summary),
            *((name, chapter.sentences) for name, chapter in placed),
        )
        for sentence in sentences
        if numbers_of(sentence)
    ]
    titles = {name: chapter.section.title for name, chapter in placed}
    write_front(book, first, document, titles | ({counted: counted} if told else {}) | {last: last})
    for name, chapter in placed:
        write_chapter(book, name, chapter, document)
    if told:
        write_numbers(book, counted, document, told)
    glossary = next((name for name, chapter in placed if chapter.section.name == "glossary"), None)
    write_about(book, last, document, glossary)
    stem = stem_of(cover.report_id, cover.period.start, cover.period.grain)
    return ReportFile(f"{stem}.xlsx", "xlsx", MEDIA_TYPE, book.content())
