"""How cells and sentences look in mail; in Python, since a report has thousands of cells."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from reports.cells import Cell, Change, Figure, Link, PeriodCell, Share, Sparkline, Status
from reports.charts.texts import fit
from reports.documents.model import Piece, Sentence
from reports.documents.words import mark_of, piece_text, shape_of, shown
from reports.figures import NOTHING, Figures


class MailMarkup(NamedTuple):
    """Writes numbers and dates as one locale does; `link` is an address of the pages, None where there are none."""

    figures: Figures
    link: str | None = None

    def cell(self, cell: Cell) -> Markup:
        """Whatever stands in a table."""
        text = shown(cell, self.figures)
        if text == NOTHING:
            return _NONE
        write = _OF_KIND.get(type(cell))
        return write(self, cell, text) if write else _safe(f'<span dir="auto">{escape(text)}</span>')

    def sentence(self, sentence: Sentence) -> Markup:
        """Words with numbers among them; each number is kept apart from words that run the other way."""
        mark = mark_of(sentence)
        side = "good" if sentence.is_good else "bad"
        opening = f'<strong class="{side}">{mark}</strong> ' if mark else ""
        return _safe(opening + "".join(map(self._piece, sentence.pieces)))

    @property
    def home(self) -> str | None:
        """Where the pages show the report; None where they cannot be reached."""
        base = urlsplit(self.link or "")
        return self.link if base.scheme in ("http", "https") and base.netloc else None

    def address(self, path: str) -> str | None:
        """Where the pages have a path; None where they cannot be reached, or it is none of theirs."""
        is_path = path.startswith("/") and not path.startswith(("//", "/\\")) and path == fit(path)
        if self.home is None or not is_path:
            return None
        base = urlsplit(self.home)
        return f"{base.scheme}://{base.netloc}{path}"

    def _piece(self, piece: Piece) -> str:
        text = piece_text(piece, self.figures)
        write = _OF_KIND.get(type(piece))
        if isinstance(piece, str) or write is None or text == NOTHING:
            return escape(text)
        return f"<bdi>{write(self, piece, text)}</bdi>"

    def _link(self, cell: Link, _text: str) -> Markup:
        address, name, note = self.address(cell.href), fit(cell.value), fit(cell.note)
        words = f'<span dir="auto">{escape(name)}</span>'
        words = f'<a href="{escape(address)}">{words}</a>' if address and name else words
        below = f'<br><small dir="auto">{escape(note)}</small>' if note and note != name else ""
        return _safe(words + below)


def _safe(text: str) -> Markup:
    return Markup(text)  # noqa: S704  every part that is not written here was escaped


_NONE = _safe(f'<span class="none">{NOTHING}</span>')


def _data(_write: MailMarkup, cell: Any, text: str) -> Markup:
    value = cell.value if isinstance(cell, Figure | Share | Change) else cell
    is_good = cell.is_good if isinstance(cell, Change) else None
    side = "" if is_good is None else f' class="{"good" if is_good else "bad"}"'
    return _safe(f'<data{side} value="{value}">{escape(text)}</data>')


def _time(_write: MailMarkup, cell: Any, text: str) -> Markup:
    moment: date = cell.value if isinstance(cell, PeriodCell) else cell
    return _safe(f'<time datetime="{moment.isoformat()}">{escape(text)}</time>')


def _status(_write: MailMarkup, cell: Status, text: str) -> Markup:
    """The words, and the letter before them if there is one, which says nothing more."""
    letter, side = shape_of(cell.value)
    words = text.removeprefix(f"{letter} ")
    hidden = f'<span aria-hidden="true">{letter}</span> ' if words != text else ""
    return _safe(f'<span class="status{side and " " + side}">{hidden}{escape(words)}</span>')


def _sparkline(_write: MailMarkup, cell: Sparkline, text: str) -> Markup:
    said = f"the way over {len(cell.values)} periods"
    return _safe(f'<span class="spark" role="img" dir="ltr" aria-label="{said}">{text}</span>')


_OF_KIND: dict[type[Any], Callable[[MailMarkup, Any, str], Markup]] = {
    **dict.fromkeys((Figure, Share, Change, int, float), _data),
    **dict.fromkeys((PeriodCell, datetime, date), _time),
    Status: _status,
    Link: MailMarkup._link,
    Sparkline: _sparkline,
}
