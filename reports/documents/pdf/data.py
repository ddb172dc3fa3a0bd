"""A report as the data that the template sets: every text is a text there, none is markup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from reports.cells import Cell, Change, Link, Restricted, Sparkline, Status, Table
from reports.charts.texts import shortened
from reports.documents.framing import facts, footer, period_of
from reports.documents.links import address, own_page
from reports.documents.model import Cover, Illustration, ReportDocument, Section, Sentence
from reports.documents.pdf.columns import INSET, PAGE_WIDTHS, Columns, columns_for
from reports.documents.pdf.fonts import families
from reports.documents.pdf.pictures import Data, chart_pictures, sparkline_picture
from reports.documents.pdf.texts import breakable, is_right_to_left, kept_apart, shown, width_of
from reports.documents.words import arrowed, words
from reports.figures import NOTHING, Figures

_LINE, _TITLE = 60.0, 22.0
"""Widths of a page in em, of its text and of its title."""
_DEEPEST = 6
_MOST_LINES = 6
_FEW_ROWS, _HALF, _READABLE = 13, 0.52, 7.0
"""Rows that stay together, the part of the page that a table beside its chart has, and its type at least."""
_LONGEST_FOOTER = 60
_SPARKLINE, _NOTE = 6.4, 0.8
"""Width of one, and the size of notes, in em."""
_SPACE = "\N{NO-BREAK SPACE}"


def data_of(document: ReportDocument) -> Data:
    """All that stands in the report."""
    figures, width = Figures(document.locale), PAGE_WIDTHS[document.paper]
    plain = _Writing(document.cover, figures, width, {})
    writing = replace(plain, pictures=chart_pictures(document, plain.beside(document)))
    return {
        "paper": {"a4": "a4", "letter": "us-letter"}[document.paper],
        "fonts": families(document.locale),
        "inset": INSET,
        "width": writing.width,
        "half": writing.width * (0.97 - _HALF),
        **writing.cover(),
        "summary": [writing.sentence(each) for each in document.summary],
        "sections": [each for section in document.sections for each in writing.sections(section, 1)],
        "end": [_line(each) for each in footer(document, writing.figures)],
    }


@dataclass(frozen=True)
class _Writing:
    about: Cover
    figures: Figures
    width: float
    pictures: Mapping[int, Data]

    def cover(self) -> Data:
        """What stands on top, and what the file says of itself."""
        about, write = self.about, self.figures
        name = shown(about.name) or NOTHING
        return {
            "title": name,
            "author": shown(about.owner_team or "") or "Metrics Definition Library",
            "name": _line(name, _TITLE),
            "footer": _line(shortened(name, _LONGEST_FOOTER)),
            "period": _line(period_of(about, write)),
            "audience": _line(f"for {about.audience}"),
            "description": _line(about.description) if about.description else None,
            "doubts": [_line(each) for each in about.doubts],
            "facts": [[name, _line(text, _LINE / 4)] for name, text in facts(about, write)],
            "link": own_page(about),
        }

    def sections(self, section: Section, level: int) -> list[Data]:
        """A section, and those within it after it."""
        here = {
            "level": level,
            "title": _line(section.title or NOTHING, _TITLE),
            "sentences": [self.sentence(each) for each in section.sentences],
            "blocks": self.blocks(section),
        }
        below = min(level + 1, _DEEPEST)
        return [here, *(each for part in section.parts for each in self.sections(part, below))]

    def sentence(self, sentence: Sentence) -> Data:
        """Its pieces, with those that are numbers marked as such."""
        texts = kept_apart([_piece(words(each, self.figures)) for each in sentence.pieces])
        return {
            "pieces": [
                {"text": breakable(text, _LINE), "number": not isinstance(piece, str)}
                for text, piece in zip(texts, sentence.pieces, strict=True)
            ],
            "tone": {None: None, True: "good", False: "bad"}[sentence.is_good],
            "rtl": is_right_to_left("".join(texts)),
        }

    def beside(self, document: ReportDocument) -> frozenset[int]:
        """The `id` of each chart that has its table beside it, and so half of the page."""
        blocks = [block for section in document.all_sections() for block in self._blocks(section)]
        return frozenset(id(chart) for chart, table in blocks if chart and table)

    def blocks(self, section: Section) -> list[Data]:
        """Tables and charts in the order of reading; a chart stands beside its table where that is small."""
        found = []
        for chart, table in self._blocks(section):
            block: Data = {"picture": self.pictures[id(chart)]} if chart else {}
            if table:
                block["table"] = self.table(table, section.title, _HALF if chart else 1.0)
            found.append(block)
        return found

    def _blocks(self, section: Section) -> list[tuple[Illustration | None, Table | None]]:
        """Charts and tables, both of one where they stand side by side."""
        found: list[tuple[Illustration | None, Table | None]] = []
        for each in section.in_order():
            if isinstance(each, Illustration):
                found.append((each, None))
            elif each.columns and found and self._is_beside(*found[-1], each):
                found[-1] = (found[-1][0], each)
            elif each.columns:
                found.append((None, each))
        return found

    def _is_beside(self, chart: Illustration | None, other: Table | None, table: Table) -> bool:
        """Whether what stands before the table is its chart, and half of the page has room for the table."""
        is_its = chart is not None and other is None and chart.name == table.name
        return is_its and len(table.rows) <= _FEW_ROWS and _TableWriting(self, table, _HALF).is_readable

    def table(self, table: Table, title: str, part: float = 1.0) -> Data:
        """Rows of cells, and columns that fit the page, or such a part of its width."""
        return _TableWriting(self, table, part).data() | {
            "caption": None if table.caption == title else _line(table.caption),
        }

    def cell(self, cell: Cell, width: float) -> Data:
        """A text with its tone, its note and where it leads, or a picture."""
        if isinstance(cell, Sparkline) and any(each is not None for each in cell.values):
            return sparkline_picture(cell)
        found = _line(_words(cell, self.figures), width)
        more: Data = {"tone": _tone(cell), "shape": isinstance(cell, Status) and bool(cell.value)}
        if isinstance(cell, Link):
            more["note"] = _line(cell.note, width / _NOTE) if cell.note else None
            more["link"] = address(self.about, cell.href)
        return found | {name: value for name, value in more.items() if value}


@dataclass(frozen=True)
class _TableWriting:
    writing: _Writing
    table: Table
    part: float = 1.0

    @property
    def is_readable(self) -> bool:
        """Whether it fits in such type that few cells break."""
        return self._columns.size >= _READABLE

    @cached_property
    def _columns(self) -> Columns:
        return columns_for(self._texts, self.writing.width * self.part)

    def data(self) -> Data:
        columns = self._columns
        keys = list(zip(self.table.columns, columns.widths, strict=True))
        return {
            "size": columns.size,
            "points": columns.points,
            "inset": 0.5 if self.part == 1 else 0.38,
            # a short one stays on a page as a whole
            "whole": len(self.table.rows) <= _FEW_ROWS,
            "widths": list(columns.widths),
            "right": [key in self.table.numeric for key in self.table.columns],
            # one as high as the page would come again on each
            "repeats": all(width_of(self.table.columns[key]) < _MOST_LINES * width for key, width in keys),
            "heads": [_line(self.table.columns[key] or NOTHING, width) for key, width in keys],
            "rows": [self._row(row, keys) for row in self.table.rows],
        }

    def _row(self, row: Mapping[str, Cell], keys: Sequence[tuple[str, float]]) -> Data:
        """Its cells; one of few lines stays on a page as a whole."""
        cells = [self.writing.cell(row.get(key), width) for key, width in keys]
        lines = (
            width_of(f"{cell.get('text', '')}{cell.get('note', {}).get('text', '')}") / width
            for cell, (_, width) in zip(cells, keys, strict=True)
        )
        return {"cells": cells, "whole": max(lines) < _MOST_LINES}

    @cached_property
    def _texts(self) -> list[list[str]]:
        """What stands in each column."""
        return [
            [shown(heading), *(text for row in self.table.rows for text in self._measured(row.get(key)))]
            for key, heading in self.table.columns.items()
        ]

    def _measured(self, cell: Cell) -> list[str]:
        """Texts as wide as what is set: notes are smaller than the rest."""
        if isinstance(cell, Sparkline):
            return [_SPACE * round(_SPARKLINE / width_of(_SPACE))]
        text = shown(_words(cell, self.writing.figures))
        note = shown(cell.note) if isinstance(cell, Link) else ""
        return [f"{_SPACE}{_SPACE}{text}" if _tone(cell) else text, note[: round(len(note) * _NOTE)]]


def _line(text: str, width: float = _LINE) -> Data:
    """A text of its own, which runs as its first letter does."""
    found: Data = {"text": breakable(shown(text) or NOTHING, width)}
    return found | {"rtl": True} if is_right_to_left(found["text"]) else found


def _words(cell: Cell, figures: Figures) -> str:
    return arrowed(cell, figures) if isinstance(cell, Change) else words(cell, figures)


def _tone(cell: Cell) -> str | None:
    """How it is marked: good, care, bad, unknown, faint, or not at all."""
    if isinstance(cell, Status):
        return cell.side or "unknown"
    if isinstance(cell, Change) and cell.is_good is not None:
        return "good" if cell.is_good else "bad"
    return "faint" if cell is None or isinstance(cell, Restricted) else None


def _piece(text: str) -> str:
    """A part of a sentence; the blanks around it are kept."""
    before, after = (" " if edge.isspace() else "" for edge in (text[:1], text[-1:]))
    return f"{before}{shown(text)}{after}" if text.strip() else " "
