"""Sections of a report: a sheet for each that has something to show, and for each part with tables or charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reports.documents.model import ReportDocument, Section, Sentence
from reports.documents.xlsx import charts
from reports.documents.xlsx.page import LAST_OF_TEXT, SUBTITLE, TITLE, set_up
from reports.documents.xlsx.tables import write_table
from reports.documents.xlsx.words import sentence_text
from reports.figures import Figures
from reports.workbooks.book import Book
from reports.workbooks.cell_forms import of_sentence
from reports.workbooks.sheet import Grid, Sheet


@dataclass(frozen=True)
class Leaf:
    """What stands on one sheet: a section, and those of its parts that are only texts."""

    section: Section
    texts: list[Section] = field(default_factory=list)

    @property
    def sentences(self) -> list[Sentence]:
        """All of the sheet."""
        return [sentence for each in (self.section, *self.texts) for sentence in each.sentences]


def leaves(sections: Iterable[Section]) -> list[Leaf]:
    """The sheets of sections, in their order; those of parts follow that of their section."""
    return [leaf for section in sections for leaf in _leaves(section)]


def _leaves(section: Section) -> list[Leaf]:
    texts = [part for part in section.parts if _is_text(part)]
    inner = leaves(part for part in section.parts if not _is_text(part))
    if not (section.sentences or section.tables or section.illustrations or texts):
        return inner
    return [Leaf(section, [each for part in texts for each in (part, *part.parts)]), *inner]


def _is_text(section: Section) -> bool:
    return not (section.tables or section.illustrations or section.parts)


def write_leaf(book: Book, name: str, leaf: Leaf, document: ReportDocument) -> None:
    """Title, sentences, tables below one another, and charts with their numbers; the longest table has the filter."""
    figures, section = Figures(document.locale), leaf.section
    sheet = Sheet(book, name)
    sheet.line(section.title, **TITLE)
    write_sentences(sheet, section.sentences, figures)
    for part in leaf.texts:
        sheet.line(part.title, **SUBTITLE)
        write_sentences(sheet, part.sentences, figures)
    grids: list[Grid] = []
    for table in section.tables:
        sheet.row += 1
        grids.append(write_table(sheet, table, figures))
    columns = max((grid.shown for grid in grids), default=0)
    for illustration in section.illustrations:
        sheet.row += 1
        grids.append(charts.write_illustration(book, sheet, illustration))
        columns = max(columns, grids[-1].columns + charts.COLUMNS)
    main = max(grids, key=lambda grid: grid.last - grid.head, default=None)
    if main:
        sheet.filter(main)
    set_up(sheet, document, main, max(columns, LAST_OF_TEXT + 1) if grids else 0)


def write_sentences(sheet: Sheet, sentences: Sequence[Sentence], figures: Figures) -> None:
    """A paragraph for each; what is better or worse is so by shape and colour."""
    for sentence in sentences:
        sheet.paragraph(
            sentence_text(sentence, figures), LAST_OF_TEXT, **of_sentence(is_good=sentence.is_good)
        )
