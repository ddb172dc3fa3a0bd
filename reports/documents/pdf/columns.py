"""How wide the columns of a table are, and how large its type, so that it fits the page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.documents.pdf.texts import width_of

PAGE_WIDTHS = {"a4": 493.0, "letter": 510.0}
"""Between the margins, in points."""
INSET = 0.6
"""Left and right of a cell's text, in em."""
_BREAKS = re.compile("[ \u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
_NARROWEST, _WIDEST, _WIDEST_WORD = 2.0, 30.0, 11.0


@dataclass(frozen=True)
class Columns:
    """size: of the type, in points. widths: of the columns without their insets, in em."""

    size: float
    widths: tuple[float, ...]


def columns_for(texts: Sequence[Sequence[str]], points: float) -> Columns:
    """Columns that fill so many points; `texts` are those of each column, its heading among them.

    Type is made smaller until no word need break, or it could not be read.
    """
    wanted = [min(_WIDEST, max(_NARROWEST, *map(width_of, column))) for column in texts]
    needed = [min(wide, _longest_word(column)) for wide, column in zip(wanted, texts, strict=True)]
    size = next((each for each in _SIZES if sum(needed) <= _room(each, texts, points)), _SIZES[-1])
    room = _room(size, texts, points)
    return Columns(size, tuple(_shared(wanted, needed, room)))


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
