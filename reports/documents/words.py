"""How cells, and the numbers in sentences, are written: the text that people see in HTML and plain text alike."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from reports.blocks import sparkline
from reports.cells import Cell, Change, Figure, Link, PeriodCell, Restricted, Share, Sparkline, Status
from reports.charts.texts import fit
from reports.documents.model import Piece, Sentence
from reports.figures import NOTHING, Figures

_GAP = "\N{MIDDLE DOT}"
_UP, _DOWN, _SAME = "\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DOWN-POINTING TRIANGLE}", "="
_GOOD, _CARE, _BAD, _OTHER = "\N{BLACK CIRCLE}", "\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DIAMOND}", "○"
_SHAPES = {
    **dict.fromkeys(("ok", "on_track", "achieved", "resolved", "done", "accepted"), (_GOOD, "good")),
    **dict.fromkeys(("warning", "at_risk", "acknowledged", "quarantined"), (_CARE, "care")),
    **dict.fromkeys(
        ("critical", "off_track", "open", "firing", "rejected", "refused", "lost"), (_BAD, "bad")
    ),
}


def shown(cell: Cell, figures: Figures) -> str:
    """What stands in a cell, in one line; a dash where there is nothing."""
    write = _OF_KIND.get(type(cell))
    text = write(cell, figures) if write else fit("" if cell is None else str(cell))
    return text or NOTHING


def shape_of(status: str | None) -> tuple[str, str]:
    """The letter that stands before a status, and its side: good, care, bad, or "" for neither."""
    return _SHAPES.get(status or "", (_OTHER, ""))


def piece_text(piece: Piece, figures: Figures) -> str:
    """A part of a sentence, in which words say what letters and arrows say in a cell; words keep the blanks around."""
    if isinstance(piece, Change):
        return figures.change(piece.value)
    if isinstance(piece, Status):
        return shown(piece, figures).partition(" ")[2] or NOTHING
    if not isinstance(piece, str):
        return shown(piece, figures)
    edges = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
    before, after = (" " if edge else "" for edge in edges)
    return f"{before}{text}{after}" if (text := fit(piece)) else " "


def mark_of(sentence: Sentence) -> str:
    """The word before a sentence that tells something good or bad."""
    return "" if sentence.is_good is None else "Better:" if sentence.is_good else "Worse:"


def _change(cell: Change, figures: Figures) -> str:
    if cell.value is None:
        return ""
    arrow = _UP if cell.value > 0 else _DOWN if cell.value < 0 else _SAME
    return f"{arrow} {figures.change(cell.value)}"


def _status(cell: Status, _figures: Figures) -> str:
    return f"{shape_of(cell.value)[0]} {fit(cell.value).replace('_', ' ')}" if cell.value else ""


def _link(cell: Link, _figures: Figures) -> str:
    name, note = fit(cell.value), fit(cell.note)
    return f"{name} ({note})" if note and note != name else name


_OF_KIND: dict[type[Any], Callable[[Any, Figures], str]] = {
    Figure: lambda cell, figures: fit(figures.number(cell.value, cell.unit)),
    Share: lambda cell, figures: figures.share(cell.value),
    Change: _change,
    Status: _status,
    PeriodCell: lambda cell, figures: figures.period(cell.value, cell.grain),
    Link: _link,
    Sparkline: lambda cell, _figures: sparkline(cell.values, _GAP),
    Restricted: lambda cell, _figures: fit(cell.value),
    datetime: lambda moment, figures: figures.instant(moment),
    date: lambda day, figures: figures.day(day),
    bool: lambda value, _figures: "yes" if value else "no",
    int: lambda value, figures: figures.number(value),
    float: lambda value, figures: figures.number(value),
}
