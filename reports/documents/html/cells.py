"""How cells and sentences look in mail; in Python, since a report has thousands of cells."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from babel import Locale
from markupsafe import Markup, escape

from reports.cells import Cell, Change, Figure, Link, PeriodCell, Share, Sparkline, Status, plain
from reports.charts.texts import fit
from reports.documents.links import address
from reports.documents.model import Cover, Piece, Sentence
from reports.documents.words import mark_of, piece_text, turns, words
from reports.figures import NOTHING, Figures


class MailMarkup(NamedTuple):
    """Writes numbers and dates as one locale does.

    cover: of the report, which says where the pages are. start: the side on which lines begin, left or right.
    """

    figures: Figures
    cover: Cover
    start: str = "left"

    @property
    def end(self) -> str:
        """The other side."""
        return "left" if self.start == "right" else "right"

    def cell(self, cell: Cell, text: str, beside: str = "") -> Markup:
        """Whatever stands in a table, as `shown` has it; `beside` stands before it in the same line."""
        write = _OF_KIND.get(type(cell))
        if _is_nothing(cell, text):
            return _NONE
        apart = self._apart(f"{beside}{text}")
        if write:
            return write(self, cell, text, apart)
        return _safe(f"<span{apart}>{escape(text)}</span>" if apart else escape(text))

    def sentence(self, sentence: Sentence) -> Markup:
        """Words with numbers among them, each kept apart from words that run the other way."""
        mark = mark_of(sentence)
        side = "good" if sentence.is_good else "bad"
        opening = f'<strong class="{side}">{mark}</strong> ' if mark else ""
        return _safe(opening + "".join(map(self._piece, sentence.pieces)))

    def _piece(self, piece: Piece) -> str:
        text = piece_text(piece, self.figures)
        write = _OF_KIND.get(type(piece))
        if write is None or _is_nothing(piece, text):
            return escape(text)
        return write(self, piece, text, _APART)

    def link_to(self, cell: Link, apart: str) -> Markup:
        """A text that leads to the pages, and its note below."""
        where, name, note = address(self.cover, cell.href), fit(cell.value), fit(cell.note)
        words = f"<span{apart}>{escape(name)}</span>"
        if where and name:
            words = f'<a href="{escape(where)}"{apart}>{escape(name)}</a>'
        below = f"<br><small{apart}>{escape(note)}</small>" if note and note != name else ""
        return _safe(words + below)

    def _apart(self, text: str) -> str:
        """What keeps a text apart from what is around it: nothing where all of it runs as the page does."""
        return _APART if self.start == "right" or turns(text) else ""


def start_of(locale: str) -> str:
    """The side on which lines of a locale begin."""
    return "right" if Locale.parse(locale).text_direction == "rtl" else "left"


def _safe(text: str) -> Markup:
    return Markup(text)  # noqa: S704  every part that is not written here was escaped


_APART = ' dir="auto"'
_NONE = _safe(NOTHING)


def _is_nothing(cell: Cell, text: str) -> bool:
    """Whether a dash stands there for want of anything else: a number may be too large to be written."""
    return plain(cell) is None or (text == NOTHING and _OF_KIND.get(type(cell)) is not _data)


def _data(_write: MailMarkup, cell: Any, text: str, apart: str) -> Markup:
    is_good = cell.is_good if isinstance(cell, Change) else None
    side = "" if is_good is None else f' class="{"good" if is_good else "bad"}"'
    return _safe(f'<data{side} value="{plain(cell)}"{apart}>{escape(text)}</data>')


def _time(_write: MailMarkup, cell: Any, text: str, apart: str) -> Markup:
    return _safe(f'<time datetime="{plain(cell).isoformat()}"{apart}>{escape(text)}</time>')


def _status(write: MailMarkup, cell: Status, text: str, apart: str) -> Markup:
    """The words, and in cells the letter before them, which says nothing more."""
    said = fit(words(cell, write.figures))
    letter = text.removesuffix(said)
    hidden = f'<span aria-hidden="true">{letter}</span>' if letter else ""
    return _safe(f'<strong class="{cell.side or "status"}"{apart}>{hidden}{escape(said)}</strong>')


def _sparkline(_write: MailMarkup, cell: Sparkline, text: str, _apart: str) -> Markup:
    said = f"the way over {len(cell.values)} periods"
    return _safe(f'<span class="spark" role="img" dir="ltr" aria-label="{said}">{text}</span>')


_OF_KIND: dict[type[Any], Callable[[MailMarkup, Any, str, str], Markup]] = {
    **dict.fromkeys((Figure, Share, Change, int, float), _data),
    **dict.fromkeys((PeriodCell, datetime, date), _time),
    Status: _status,
    Link: lambda write, cell, _text, apart: write.link_to(cell, apart),
    Sparkline: _sparkline,
}
