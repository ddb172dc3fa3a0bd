"""Words of charts: texts of the catalog made fit for a picture, and lists of things for people."""

import itertools
import re
import textwrap
from collections.abc import Iterable

# what XML cannot hold, what a terminal or a browser would obey, and what reverses the text around it
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+",
)
_PIXELS_PER_LETTER = 7.6
_MOST_LINES = 2
_OF_OBJECTS = {
    *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString"),
    *("valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__"),
}


def fit(text: str) -> str:
    """A text in one line, of letters that every picture can hold."""
    return _UNFIT.sub(" ", text).strip()


def shortened(text: str, letters: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    clean = fit(text)
    return clean if len(clean) <= letters else clean[: letters - 1].rstrip() + "…"


def lines(text: str, width: int) -> list[str]:
    """The text in at most two lines of so many pixels, in the size of titles."""
    letters = max(12, int(width / _PIXELS_PER_LETTER))
    return textwrap.wrap(fit(text), letters, max_lines=_MOST_LINES, placeholder="…") or [""]


def distinct(texts: Iterable[str]) -> list[str]:
    """The texts made fit and short, each unlike the others: a number is added to what would be the same.

    A blank that nobody sees follows the names that every object of JavaScript has: Vega keeps groups in such objects.
    """
    found: dict[str, None] = {}
    for text in texts:
        name = shortened(text, 40) or "(empty)"
        name += "\u00a0" if name in _OF_OBJECTS else ""
        again = (name if number == 1 else f"{name} ({number})" for number in itertools.count(1))
        found[next(each for each in again if each not in found)] = None
    return list(found)


def counted(number: int, noun: str) -> str:
    """`1 period`, `2 periods`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def sentences(parts: Iterable[str]) -> str:
    """The parts that say something, each as a sentence."""
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)
