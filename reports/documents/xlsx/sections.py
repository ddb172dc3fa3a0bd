"""Sections of a report: a sheet for each that has something to show, and for each part with tables or charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reports.cells import Status
from reports.documents.model import Piece, ReportDocument, Section, Sentence
from reports.documents.words import sentence_text
from reports.documents.xlsx import illustrations
from reports.documents.xlsx.page import SUBTITLE, TITLE, set_up
from reports.documents.xlsx.tables import write_table
from reports.figures import Figures
from reports.workbooks.book import Book
from reports.workbooks.cell_forms import of_sentence
from reports.workbooks.sheet import Grid, Sheet


@dataclass(frozen=True)
class Chapter:
    """What stands on one sheet: a section, and those of its parts that are only texts."""

    section: Section
    texts: list[Section] = field(default_factory=list)

    @property
    def sentences(self) -> list[Sentence]:
        """All of the sheet."""
        return [sentence for each in (self.section, *self.texts) for sentence in each.sentences]


def chapters(sections: Iterable[Section]) -> list[Chapter]:
    """The sheets of sections, in their order; those of parts follow that of their section."""
    return [chapter for section in sections for chapter in _chapters(section)]


def _chapters(section: Section) -> list[Chapter]:
    texts = [part for part in section.parts if _is_text(part)]
    inner = chapters(part for part in section.parts if not _is_text(part))
    if not (section.sentences or section.tables or section.illustrations or texts):
        return inner
    return [Chapter(section, texts), *inner]


def _is_text(section: Section) -> bool:
    return not (section.tables or section.illustrations or section.parts)


def write_chapter(book: Book, name: str, chapter: Chapter, document: ReportDocument) -> None:
    """Title, sentences, tables below one another, and charts with their numbers; the longest table has the filter."""
    figures, section = Figures(document.locale), chapter.section
    sheet = Sheet(book, name)
    sheet.line(section.title, **TITLE)
    write_sentences(sheet, section.sentences, figures)
    for part in chapter.texts:
        sheet.line(part.title, **SUBTITLE)
        write_sentences(sheet, part.sentences, figures)
    grids: list[Grid] = []
    for table in section.tables:
        sheet.row += 1
        grids.append(write_table(sheet, table, figures))
    for illustration in section.illustrations:
        sheet.row += 1
        beside = grids if len(section.illustrations) == 1 else []
        grids.append(illustrations.write_illustration(book, sheet, illustration, beside))
    is_cut = any(grid.shown < grid.columns for grid in grids)
    right = illustrations.COLUMNS if section.illustrations else 0
    set_up(sheet, document, grids, max(grid.shown + right for grid in grids) if is_cut else 0)


def numbers_of(sentence: Sentence) -> list[Piece]:
    """The numbers and dates of a sentence, in its order."""
    return [piece for piece in sentence.pieces if not isinstance(piece, str | Status)]


def write_sentences(sheet: Sheet, sentences: Sequence[Sentence], figures: Figures) -> None:
    """A paragraph for each; what is better or worse is so by shape and colour."""
    for sentence in sentences:
        sheet.paragraph(sentence_text(sentence, figures), **of_sentence(is_good=sentence.is_good))
