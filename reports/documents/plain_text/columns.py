"""Plain text in columns: how wide letters are, and lines that are no wider than a mail's."""

import unicodedata
from collections.abc import Iterator

MOST_COLUMNS = 78
_ZERO = frozenset({"Mn", "Me", "Cf"})
_WIDE = frozenset("WF")


def width(text: str) -> int:
    """Columns of a terminal or a font of one width that a text takes."""
    return sum(map(_width, text))


def padded(text: str, columns: int, *, is_right: bool = False) -> str:
    """The text, filled up with blanks."""
    blanks = " " * (columns - width(text))
    return blanks + text if is_right else text + blanks


def wrapped(text: str, columns: int = MOST_COLUMNS, indent: str = "", first: str | None = None) -> list[str]:
    """Lines of at most so many columns, broken at blanks, and within what has none for so long.

    first: what stands before the first line in place of `indent`, as wide as that.
    """
    lines = list(_lines(text.split(" "), columns - width(indent)))
    return [
        f"{first if first is not None and number == 0 else indent}{line}" for number, line in enumerate(lines)
    ]


def _lines(words: list[str], columns: int) -> Iterator[str]:
    line = ""
    for word in filter(None, words):
        joined = f"{line} {word}" if line else word
        if width(joined) <= columns:
            line = joined
            continue
        if line:
            yield line
        *full, line = _broken(word, columns)
        yield from full
    if line:
        yield line


def _broken(word: str, columns: int) -> list[str]:
    """A word in pieces that fit; a letter keeps the marks upon it."""
    pieces, left = [""], columns
    for letter in word:
        takes = _width(letter)
        if takes > left:
            pieces.append("")
            left = columns
        pieces[-1] += letter
        left -= takes
    return pieces


def _width(letter: str) -> int:
    if unicodedata.category(letter) in _ZERO:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1
