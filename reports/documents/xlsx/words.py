"""Sentences of a report as texts, and the numbers and dates that stand in them."""

from datetime import date, datetime

from reports.cells import Change, Figure, PeriodCell, Share, Status
from reports.documents.model import Piece, Sentence
from reports.figures import Figures


def sentence_text(sentence: Sentence, figures: Figures) -> str:
    """A sentence as the report's locale writes it."""
    return "".join(_text(piece, figures) for piece in sentence.pieces)


def numbers_of(sentence: Sentence) -> list[Piece]:
    """The numbers and dates of a sentence, in its order."""
    return [piece for piece in sentence.pieces if not isinstance(piece, str | Status)]


def _text(piece: Piece, figures: Figures) -> str:
    match piece:
        case Figure(value, unit):
            return figures.number(value, unit)
        case Share(value):
            return figures.share(value)
        case Change(value, _):
            return figures.change(value)
        case PeriodCell(start, grain):
            return figures.period(start, grain)
        case Status(word):
            return (word or "").replace("_", " ")
        case datetime():
            return figures.instant(piece)
        case date():
            return figures.day(piece)
        case _:
            return piece
