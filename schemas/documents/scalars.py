"""What one value of a file means, and where in a file it stands.

Scalars follow YAML 1.2: text, true or false, numbers, null. A date stays the text that was written, and a
number remembers its text, so that `version: 1.10` is not read as 1.1.
"""

import math
import re
from collections.abc import Callable

from schemas.documents.problems import Severity

Path = tuple[str | int, ...]
Report = Callable[[Severity, str, Path], None]
"""Called with severity, message and where in the file."""

Scalar = str | bool | int | float | None

# a double has at most 309 digits before the point
_MAX_DIGITS = 400
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_YAML_1_1_BOOLEAN = re.compile(r"(?i:yes|no|on|off)\Z")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+\Z")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?i:inf|nan)\Z")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnreadableError(Exception):
    """A file as a whole cannot be read; the message says why and where."""


class WrittenInt(int):
    """A whole number that remembers how it was written."""

    text: str


class WrittenFloat(float):
    """A number that remembers how it was written."""

    text: str


def plain_scalar(text: str) -> Scalar:
    """What an unquoted YAML scalar means: null, true or false, a number, else the text itself."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.match(text) or (_FLOAT.match(text) and not _LEADING_ZERO.match(text)):
        return written_number(text)
    return text


def is_plain_text(text: str) -> bool:
    """Whether a text written without quotes is read as that same text, with nothing to be warned of."""
    is_number = _INTEGER.match(text) or _FLOAT.match(text)
    return not (is_number or text in _NULLS or text in _BOOLEANS or trap(text))


def written_number(text: str) -> WrittenInt | WrittenFloat:
    """A finite number with its text.

    Raises:
        UnreadableError: it has more than 400 characters or is too large for a double.
    """
    if len(text) > _MAX_DIGITS:
        raise UnreadableError(f"a number of {len(text)} characters; put it in quotes if it is text")
    if _INTEGER.match(text):
        whole = WrittenInt(text)
        whole.text = text
        return whole
    number = WrittenFloat(text)
    if not math.isfinite(number):
        raise UnreadableError(f"the number {text} is too large")
    number.text = text
    return number


def trap(text: str) -> str | None:
    """What is to be said of a scalar without quotes that YAML readers disagree on."""
    if _YAML_1_1_BOOLEAN.match(text):
        return (
            f"{text} without quotes is true or false to some YAML readers and text to others; it is read "
            f'as text here: write "{text}", or true or false'
        )
    if _LEADING_ZERO.match(text):
        return f'{text} begins with 0, which is octal to some YAML readers; it is read as the text "{text}"'
    if _NOT_FINITE.match(text):
        return f"{text} is read as text; a catalog holds finite numbers only"
    return None


def storable(text: str) -> str:
    """The text itself.

    Raises:
        UnreadableError: PostgreSQL could not store it.
    """
    if _UNSTORABLE.search(text):
        raise UnreadableError(f"the text {text[:40]!r} holds a NUL or half a surrogate pair; remove it")
    return text
