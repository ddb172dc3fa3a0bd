"""Texts fit for PDF: in one line, of letters that the fonts have, with places to break where words are too long."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from reports.documents.pdf.fonts import letters_of_fonts
from reports.documents.words import isolated, turns

UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_BLANKS = re.compile("[\t-\r\x85\u2028\u2029 ]+")
_BREAK = "\N{ZERO WIDTH SPACE}"
_JOINER = "\N{ZERO WIDTH JOINER}"
# shapers obey them without a glyph; what turns the direction of the text around it is not among them
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u2060\ufe00-\ufe0f\U000e0020-\U000e007f]")
_MARKS = frozenset({"Mn", "Mc", "Me"})
_SKINS = range(0x1F3FB, 0x1F400)


@lru_cache(maxsize=8_192)
def shown(text: str) -> str:
    """The text in one line; what no font shows, and what would reverse its surroundings, is a visible sign instead."""
    line = _BLANKS.sub(" ", text).strip(" ")
    if line.isascii() and line.isprintable():
        return line
    return "".join(map(_shown, clusters(line)))


def in_fonts(picture: str) -> str:
    """An SVG with texts of letters that the fonts have, each for itself: pictures join none to one sign."""
    if picture.isascii():
        return picture
    return "".join(each if each < "\x7f" else _shown(each) for each in clusters(_UNSEEN.sub("", picture)))


def clusters(text: str) -> Iterator[str]:
    """Letters with the marks on them, and what is joined to one sign."""
    start = 0
    for at in range(1, len(text)):
        if text[at - 1] != _JOINER and not _leans(text[at]):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((each for each in directions if each in ("L", "R", "AL")), "L") != "L"


def kept_apart(pieces: list[str]) -> list[str]:
    """Pieces of a sentence; where some run from right to left, none turns those beside it."""
    return list(map(isolated, pieces)) if any(map(turns, pieces)) else pieces


def breakable(text: str, width: float) -> str:
    """The text with places to break in each word that is wider than so many em."""
    if len(text) <= width / 2:
        return text
    return " ".join(_broken(word) if width_of(word) > width else word for word in text.split(" "))


def width_of(text: str) -> float:
    """How wide a text is, in em, rather too much than too little."""
    if text.isascii():
        return sum(_WIDTHS[ord(each)] for each in text)
    return sum(map(_width, text))


@cache
def _width(letter: str) -> float:
    if letter < "\x80":
        return _WIDTHS[ord(letter)]
    if unicodedata.category(letter) in _MARKS or _UNSEEN.match(letter):
        return 0.0
    return 1.3 if ord(letter) > 0xFFFF else 1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.66


_WIDTHS = [
    0.35
    if chr(code) in " .,:;'!|iljI()[]"
    else 0.95
    if chr(code) in "mwMW@%"
    else 0.68
    if chr(code).isupper()
    else 0.59
    for code in range(128)
]


def _broken(word: str) -> str:
    """Between any two clusters but those of scripts that break anywhere by themselves."""
    found: list[str] = []
    for each in clusters(word):
        if (
            found
            and not unicodedata.east_asian_width(found[-1][0]) == unicodedata.east_asian_width(each[0]) == "W"
        ):
            found.append(_BREAK)
        found.append(each)
    return "".join(found)


def _leans(letter: str) -> bool:
    """Whether it belongs to what stands before it."""
    if letter < "\x80":
        return False
    is_unseen = _UNSEEN.match(letter) and letter != _BREAK
    return bool(is_unseen) or unicodedata.category(letter) in _MARKS or ord(letter) in _SKINS


@lru_cache(maxsize=8_192)
def _shown(cluster: str) -> str:
    """The cluster if one font has all of it; else its first letter, and the sign for the others."""
    written = [letter for letter in cluster if not _UNSEEN.match(letter)]
    if any(unicodedata.category(letter)[0] == "C" for letter in written):
        return UNREADABLE
    seen = set(map(ord, written))
    if any(seen <= letters for letters in letters_of_fonts()):
        return cluster
    first = ord(cluster[0])
    is_known = any(first in letters for letters in letters_of_fonts())
    return f"{cluster[0]}{UNREADABLE}" if is_known and len(cluster) > 1 else UNREADABLE
