"""The first sheet of a report, which is read, and the last ones, which say what it rests on."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.cells import Cell, Status
from reports.documents.model import Cover, ReportDocument, Sentence
from reports.documents.words import sentence_text
from reports.documents.xlsx.page import FAINT, SUBTITLE, TITLE, set_up
from reports.documents.xlsx.sections import numbers_of, write_sentences
from reports.figures import Figures
from reports.workbooks.book import Book
from reports.workbooks.cell_forms import CARE
from reports.workbooks.sheet import Sheet

_NOTES = (
    "Numbers are exact; formats round what is shown. Dates and times are by the clock of the time zone above.",
    "Right of a table with lines of trend stand the values that they are drawn of, the latest last.",
    "Numbers of sentences, where there are any, stand as numbers in the sheet before this one.",
)
_UNITS_LEFT_OUT = "There are more units than formats of a workbook: some numbers stand without theirs."


def write_front(book: Book, name: str, document: ReportDocument, sheets: Mapping[str, str]) -> None:
    """Name, period, what the numbers rest on, the summary, and which sheets there are."""
    cover, figures = document.cover, Figures(document.locale)
    sheet = Sheet(book, name)
    sheet.widen(0, 18)
    sheet.line(cover.name, **TITLE)
    if cover.description:
        sheet.paragraph(cover.description, **FAINT)
    sheet.pair("Period", figures.period(cover.period.start, cover.period.grain))
    sheet.pair("For", cover.audience)
    _trust(sheet, cover)
    if document.summary:
        sheet.row += 1
        sheet.line("Summary", **SUBTITLE)
        write_sentences(sheet, document.summary, figures)
    sheet.row += 1
    sheet.line("Sheets", **SUBTITLE)
    for each, title in sheets.items():
        sheet.pair(each, "" if title == each else title)
    set_up(sheet, document)
    sheet.raw.activate()


def write_numbers(
    book: Book, name: str, document: ReportDocument, told: Sequence[tuple[str, Sentence]]
) -> None:
    """A row for each sentence that has numbers, by the sheet that it stands in: the text, and each number as one."""
    figures = Figures(document.locale)
    sheet = Sheet(book, name)
    sheet.line("Numbers of the sentences", **TITLE)
    rows: list[list[Cell]] = [
        [where, sentence_text(sentence, figures), *numbers_of(sentence)] for where, sentence in told
    ]
    most = max(map(len, rows))
    headings = ["Sheet", "Sentence", *(f"Number {place}" for place in range(1, most - 1))]
    grid = sheet.grid(headings, [[*row, *[None] * (most - len(row))] for row in rows])
    set_up(sheet, document, [grid])


def write_about(book: Book, name: str, document: ReportDocument, glossary: str | None) -> None:
    """What the report rests on, for whom it is, and how to read the workbook; where its definitions are."""
    cover = document.cover
    sheet = Sheet(book, name)
    sheet.line("About this report", **TITLE)
    sheet.pair("Report", cover.report_id)
    sheet.pair("Name", cover.name)
    sheet.pair("Owner", cover.owner_team)
    sheet.pair("Audience", cover.audience)
    sheet.pair("Grain", cover.period.grain)
    sheet.pair("Period begins", cover.period.start)
    sheet.pair("Period ends before", cover.period.end)
    sheet.pair("Made", cover.made_at)
    _trust(sheet, cover)
    if glossary:
        sheet.pair("Definitions", f"with their versions and hashes on the sheet {glossary}")
    _named(sheet, "Metrics", document.metrics)
    _named(sheet, "Restricted for this audience", document.hidden)
    notes = (*_NOTES, _UNITS_LEFT_OUT) if book.left_out_units else _NOTES
    sheet.row += 1
    for note in notes:
        sheet.paragraph(note, **FAINT)
    set_up(sheet, document)


def _trust(sheet: Sheet, cover: Cover) -> None:
    sheet.pair("Data through", cover.data_through or "no data yet")
    sheet.pair("Published", cover.published_at)
    sheet.pair("Publication", cover.publication_id, num_format="0")
    sheet.pair("Time zone", cover.timezone)
    sheet.pair("Quality", Status(cover.quality or "unknown"))
    _named(sheet, "Doubts", cover.doubts, font_color=CARE)
    if cover.link:
        sheet.put(0, "On the pages", bold=True)
        sheet.link(1, cover.link)
        sheet.row += 1


def _named(sheet: Sheet, label: str, names: Sequence[str], **looks: Any) -> None:
    for place, each in enumerate(names):
        sheet.pair("" if place else label, each, **looks)
