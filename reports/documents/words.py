"""How cells, and the numbers in sentences, are written: the words of every format."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from reports.blocks import sparkline
from reports.cells import (
    SHAPES,
    Cell,
    Change,
    Figure,
    Link,
    PeriodCell,
    Restricted,
    Share,
    Sparkline,
    Status,
)
from reports.charts.texts import fit
from reports.documents.model import Piece, Sentence
from reports.figures import NOTHING, Figures

_GAP = "\N{MIDDLE DOT}"
_HELD = "\N{NO-BREAK SPACE}"
_UP, _DOWN, _SAME = "\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DOWN-POINTING TRIANGLE}", "="
_FROM_RIGHT = frozenset({"R", "AL", "AN"})


def words(value: Cell, figures: Figures) -> str:
    """What it says in words alone, as it stands in a sentence; people's own are as they wrote them."""
    write = _OF_KIND.get(type(value))
    return (write(value, figures) if write else str("" if value is None else value)) or NOTHING


def arrowed(cell: Change, figures: Figures) -> str:
    """A change as it stands in a cell: with an arrow that points where it goes."""
    text = words(cell, figures)
    if cell.value is None or text == NOTHING:
        return text
    return f"{_UP if cell.value > 0 else _DOWN if cell.value < 0 else _SAME}{_HELD}{text}"


def shown(cell: Cell, figures: Figures) -> str:
    """What stands in a cell, in one line of letters; a dash where there is nothing."""
    match cell:
        case Change():
            return arrowed(cell, figures)
        case Status(value) if value:
            return f"{SHAPES[cell.side]}{_HELD}{fit(words(cell, figures))}"
        case Link(value, _, note):
            name, below = fit(value), fit(note)
            return (f"{name} ({below})" if below and below != name else name) or NOTHING
        case Sparkline(values):
            return sparkline(values, _GAP) or NOTHING
        case _:
            return fit(words(cell, figures)) or NOTHING


def piece_text(piece: Piece, figures: Figures) -> str:
    """A part of a sentence, in one line; words keep the blanks around them."""
    if not isinstance(piece, str):
        return fit(words(piece, figures)) or NOTHING
    edges = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
    before, after = (" " if edge else "" for edge in edges)
    return f"{before}{text}{after}" if (text := fit(piece)) else " "


def sentence_text(sentence: Sentence, figures: Figures) -> str:
    """A whole sentence; people's words are as they wrote them."""
    return "".join(each if isinstance(each, str) else words(each, figures) for each in sentence.pieces)


def mark_of(sentence: Sentence) -> str:
    """The word before a sentence that tells something good or bad."""
    return "" if sentence.is_good is None else "Better:" if sentence.is_good else "Worse:"


def turns(text: str) -> bool:
    """Whether some of it runs from right to left, which may turn what is beside it."""
    return not text.isascii() and any(unicodedata.bidirectional(letter) in _FROM_RIGHT for letter in text)


def isolated(text: str) -> str:
    """The text, kept apart from what is around it by letters that nobody sees."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


_OF_KIND: dict[type[Any], Callable[[Any, Figures], str]] = {
    Figure: lambda cell, figures: figures.number(cell.value, cell.unit),
    Share: lambda cell, figures: figures.share(cell.value),
    Change: lambda cell, figures: figures.change(cell.value),
    Status: lambda cell, _figures: (cell.value or "").replace("_", " "),
    PeriodCell: lambda cell, figures: figures.period(cell.value, cell.grain),
    Link: lambda cell, _figures: cell.value,
    Restricted: lambda cell, _figures: cell.value,
    Sparkline: lambda _cell, _figures: "",
    datetime: lambda moment, figures: figures.instant(moment),
    date: lambda day, figures: figures.day(day),
    bool: lambda value, _figures: "yes" if value else "no",
    int: lambda value, figures: figures.number(value),
    float: lambda value, figures: figures.number(value),
}
