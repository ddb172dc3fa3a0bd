"""How wide the columns of a table are, and how large its type, so that it fits the page."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.documents.pdf.texts import width_of

PAGE_WIDTHS = {"a4": 493.0, "letter": 510.0}
"""Between the margins, in points."""
INSET = 0.6
"""Left and right of a cell's text, in em."""
_BREAKS = re.compile("[ \u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
_NARROWEST, _WIDEST, _WIDEST_WORD = 2.0, 30.0, 11.0
_SLACK = 0.3
"""Em beyond what was measured, so that nothing breaks by a hair."""
_TRIED = [
    *itertools.product((11.0, 9.0, 7.0), (7.0,)),
    *itertools.product((9.0, 7.0, 5.0, 4.0, 3.0), (6.5,)),
    (0.0, 6.0),
]
"""Widths that each column should have, if it wants them, in em, with the least type for it, in points."""
_LEAST, _MOST, _SPARE = 0.4, 0.8, 1.5
"""Shares of the page that a narrow table takes at least and at most, and em that each of its columns has to spare."""


@dataclass(frozen=True)
class Columns:
    """size: of the type, in points. widths: of the columns without their insets, in em. points: of all of them."""

    size: float
    widths: tuple[float, ...]
    points: float


def columns_for(texts: Sequence[Sequence[str]], points: float) -> Columns:
    """Columns within so many points; `texts` are those of each column, its heading among them.

    Type is made smaller until no column is so narrow that dates break and texts stand a word a line; if that is not
    enough, until no word need break, or it could not be read. A few short columns stand together.
    """
    whole = [max(_NARROWEST, *map(width_of, column)) + _SLACK for column in texts]
    wanted = [min(_WIDEST, each) for each in whole]
    words = [min(wide, _longest_word(column)) for wide, column in zip(wanted, texts, strict=True)]
    size, needed = _fitting(wanted, words, lambda each: _room(each, texts, points))
    used = max(_LEAST * points, size * (sum(whole) + (2 * INSET + _SPARE) * len(texts)))
    used = points if used > _MOST * points else used
    return Columns(size, tuple(_shared(wanted, needed, _room(size, texts, used))), used)


def _fitting(
    wanted: list[float], words: list[float], room: Callable[[float], float]
) -> tuple[float, list[float]]:
    """The size of type, and what each column has at least."""
    for floor, least in _TRIED:
        needed = [max(word, min(wide, floor)) for wide, word in zip(wanted, words, strict=True)]
        for size in _SIZES:
            if size >= least and sum(needed) <= room(size):
                return size, needed
    return _SIZES[-1], words


def _room(size: float, texts: Sequence[Sequence[str]], points: float) -> float:
    """How many em of such a size are left for texts."""
    return max(1.0, points / size - 2 * INSET * len(texts))


def _longest_word(column: Sequence[str]) -> float:
    """Of a column; what breaks anywhere by itself, as Japanese does, is no word."""
    words = (word for text in column for word in _BREAKS.split(text))
    return max(_NARROWEST, *(min(_WIDEST_WORD, width_of(word)) for word in words))


def _shared(wanted: list[float], needed: list[float], room: float) -> list[float]:
    """Each column what it needs, and of what is left the more the more it wants."""
    more = [most - least for most, least in zip(wanted, needed, strict=True)]
    left = room - sum(needed)
    if left < 0:
        return [room * least / sum(needed) for least in needed]
    if left < sum(more):
        return [least + left * part / sum(more) for least, part in zip(needed, more, strict=True)]
    spare = (left - sum(more)) / len(wanted)
    return [most + spare for most in wanted]
