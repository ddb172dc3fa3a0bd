"""What people wrote, made fit for a workbook: the text of a cell, and names of sheets."""

import itertools
import re
import unicodedata
from collections.abc import Iterable

from reports.charts.texts import fit

MOST_LETTERS = 32_767
"""Of a cell, as UTF-16 counts them."""
_MOST_IN_NAME = 31
_SURROGATES = re.compile("[\ud800-\udfff]")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]+")
_RESERVED = "history"


def letters(text: str) -> int:
    """How long a text is, as workbooks count."""
    return len(text.encode("utf-16-le")) // 2


def cell_text(text: str) -> str:
    """The text; one that no cell can hold is cut, and says so at its end. Halves of letters are marked."""
    whole = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    if len(whole) <= MOST_LETTERS // 2 or letters(whole) <= MOST_LETTERS:
        return whole
    note = f"\N{HORIZONTAL ELLIPSIS} (cut: {letters(whole):,} letters are more than a cell can hold)"
    return _cut(whole, MOST_LETTERS - len(note)) + note


def text_width(text: str) -> int:
    """How many letters wide the widest line of a text is; those of East Asia are as wide as two."""
    lines = text[:2_000].split("\n")
    return max(
        sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line) for line in lines
    )


def sheet_names(titles: Iterable[str]) -> list[str]:
    """A name for each sheet, in order: at most 31 letters, none that is forbidden, each unlike the others."""
    found: dict[str, str] = {}
    for title in titles:
        name = _sheet_name(title)
        again = (name if number == 1 else _numbered(name, number) for number in itertools.count(1))
        free = next(each for each in again if _same(each) not in found)
        found[_same(free)] = free
    return list(found.values())


def _sheet_name(title: str) -> str:
    plain = _FORBIDDEN.sub(" ", fit(title)).strip(" '")
    short = (
        plain
        if letters(plain) <= _MOST_IN_NAME
        else _cut(plain, _MOST_IN_NAME - 1) + "\N{HORIZONTAL ELLIPSIS}"
    )
    if not short:
        return "Sheet"
    return f"{short} sheet" if _same(short) == _RESERVED else short


def _numbered(name: str, number: int) -> str:
    end = f" ({number})"
    return _cut(name, _MOST_IN_NAME - len(end)) + end


def _same(name: str) -> str:
    """Names of the same are the same to a workbook."""
    return unicodedata.normalize("NFKC", name).casefold()


def _cut(text: str, most: int) -> str:
    """The first letters, none of them halved."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore").rstrip(" '")
