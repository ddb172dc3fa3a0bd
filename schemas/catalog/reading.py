"""From the bytes of a catalog file to plain values: safe, bounded, every duplicate and trap reported.

Scalars follow YAML 1.2 in both formats' common ground: text, true/false, numbers, null. A date stays the
text that was written and a number remembers its text, so that `version: 1.10` is not read as 1.1.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from schemas.catalog.problems import Severity

MAX_BYTES = 8_000_000
MAX_DEPTH = 40
MAX_NODES = 1_000_000
# a long text counts as several values, or a repeated alias to it could fill the memory on export
_CHARACTERS_PER_NODE = 64

Path = tuple[str | int, ...]
Report = Callable[[Severity, str, Path], None]
"""Called with severity, message and where in the file."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_YAML_1_1_BOOLEAN = re.compile(r"(?i:yes|no|on|off)\Z")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+\Z")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?i:inf|nan)\Z")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_STRING_TAG = "tag:yaml.org,2002:str"


class UnreadableError(Exception):
    """A file as a whole cannot be read; the message says why and where."""


class WrittenInt(int):
    """A whole number that remembers how it was written."""

    text: str


class WrittenFloat(float):
    """A number that remembers how it was written."""

    text: str


class _Pairs(list[tuple[str, Any]]):
    """A JSON object before its duplicate keys are looked for."""


def read_text(content: bytes) -> str:
    """Decode a file.

    Raises:
        UnreadableError: it is larger than `MAX_BYTES`, or not UTF-8.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableError(
            f"the file has {len(content):,} bytes; at most {MAX_BYTES:,} are read: split it"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"not UTF-8 text: byte {error.start} cannot be decoded; save it as UTF-8"
        ) from error


def read_json(text: str, report: Report) -> Any:
    """Value of a JSON text.

    Raises:
        UnreadableError: it is no JSON, nests too deeply, or holds what no catalog can store.
    """
    try:
        raw = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_float=written_number,
            parse_int=written_number,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise UnreadableError(
            f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels") from error
    return _from_json(raw, (), report)


def read_yaml(text: str, report: Report) -> list[Any]:
    """Values of the documents of a YAML text (`---` parts them); empty ones are left out.

    Raises:
        UnreadableError: it is no YAML, nests too deeply, or its aliases grow beyond `MAX_NODES` values.
    """
    try:
        return list(_YamlBuilder(text, report).documents())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise UnreadableError(f"not YAML: {error.problem or error.context}{where}") from error
    except yaml.YAMLError as error:
        raise UnreadableError(f"not YAML: {str(error).splitlines()[0]}") from error


def plain_scalar(text: str) -> Any:
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
    trap = _YAML_1_1_BOOLEAN.match(text) or _LEADING_ZERO.match(text) or _NOT_FINITE.match(text)
    looks_like_number = _INTEGER.match(text) or _FLOAT.match(text)
    return not (trap or looks_like_number or text in _NULLS or text in _BOOLEANS)


def written_number(text: str) -> WrittenInt | WrittenFloat:
    """A finite number with its text.

    Raises:
        UnreadableError: it has more than 300 characters or is too large for a double.
    """
    if len(text) > 300:
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


def _refuse_constant(name: str) -> Any:
    raise UnreadableError(f"{name} is no JSON number; leave the field out or write null")


def _from_json(raw: Any, path: Path, report: Report) -> Any:
    if len(path) > MAX_DEPTH:
        raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(raw, _Pairs):
        mapping: dict[str, Any] = {}
        for key, value in raw:
            if key in mapping:
                report("error", f"the key {key!r} stands twice in one mapping; keep one", (*path, key))
                continue
            mapping[_storable(key)] = _from_json(value, (*path, key), report)
        return mapping
    if isinstance(raw, list):
        return [_from_json(item, (*path, index), report) for index, item in enumerate(raw)]
    return _storable(raw) if isinstance(raw, str) else raw


def _storable(text: str) -> str:
    if _UNSTORABLE.search(text):
        raise UnreadableError(f"the text {text[:40]!r} holds a NUL or half a surrogate pair; remove it")
    return text


class _YamlBuilder:
    """Builds values from parse events, one at a time, so that depth and alias growth stay bounded."""

    def __init__(self, text: str, report: Report) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=loader))
        self._report = report
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._nodes = 0

    def documents(self) -> Iterator[Any]:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors = {}
                value, _ = self._value(next(self._events), ())
                if value is not None:
                    yield value

    def _value(self, event: Any, path: Path) -> tuple[Any, int]:
        """Value of the node that begins with `event`, and how deep it nests."""
        if len(path) > MAX_DEPTH:
            raise UnreadableError(
                f"nested deeper than {MAX_DEPTH} levels in line {event.start_mark.line + 1}"
            )
        before = self._nodes
        self._count(1 + len(getattr(event, "value", "")) // _CHARACTERS_PER_NODE)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        if isinstance(event, yaml.ScalarEvent):
            value, depth = self._scalar(event, path), 0
        elif event.tag is not None:
            raise UnreadableError(_tag_message(event))
        elif isinstance(event, yaml.SequenceStartEvent):
            value, depth = self._sequence(path)
        else:
            value, depth = self._mapping(path)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._nodes - before, depth)
        return value, depth

    def _alias(self, event: Any, path: Path) -> tuple[Any, int]:
        if event.anchor not in self._anchors:
            line = event.start_mark.line + 1
            raise UnreadableError(
                f"the alias *{event.anchor} in line {line} has no finished anchor before it"
            )
        value, size, depth = self._anchors[event.anchor]
        self._count(size)
        if len(path) + depth > MAX_DEPTH:
            raise UnreadableError(f"the alias *{event.anchor} nests deeper than {MAX_DEPTH} levels")
        return value, depth

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise UnreadableError(
                f"more than {MAX_NODES:,} values, aliases counted as often as they are used"
            )

    def _sequence(self, path: Path) -> tuple[list[Any], int]:
        items: list[Any] = []
        deepest = 0
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            item, depth = self._value(event, (*path, len(items)))
            items.append(item)
            deepest = max(deepest, depth)
        return items, deepest + 1

    def _mapping(self, path: Path) -> tuple[dict[str, Any], int]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        deepest = 0
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            value, depth = self._value(next(self._events), (*path, key))
            deepest = max(deepest, depth)
            if key == "<<" and event.implicit[0]:
                merged = {**_merged(value, event), **merged}
            elif key in own:
                line = event.start_mark.line + 1
                self._report(
                    "error",
                    f"the key {key!r} stands twice in one mapping (line {line}); keep one",
                    (*path, key),
                )
            else:
                own[key] = value
        return {**merged, **own}, deepest + 1

    def _key(self, event: Any) -> str:
        if isinstance(event, yaml.AliasEvent):
            key, _ = self._alias(event, ())
            if isinstance(key, str):
                return key
        if not isinstance(event, yaml.ScalarEvent):
            raise UnreadableError(
                f"a key in line {event.start_mark.line + 1} is a list or mapping; expected text"
            )
        key = _storable(event.value)
        if event.anchor is not None:
            self._anchors[event.anchor] = (key, 1, 0)
        return key

    def _scalar(self, event: Any, path: Path) -> Any:
        text = _storable(str(event.value))
        if event.tag == _STRING_TAG or (event.tag is None and not event.implicit[0]):
            return text
        if event.tag is not None and event.tag != "!":
            raise UnreadableError(_tag_message(event))
        if event.tag == "!":
            return text
        self._warn_of_traps(text, path)
        return plain_scalar(text)

    def _warn_of_traps(self, text: str, path: Path) -> None:
        if _YAML_1_1_BOOLEAN.match(text):
            message = (
                f"{text} without quotes is true or false to some YAML readers and text to others; it is read"
            )
            self._report("warning", f'{message} as text here: write "{text}", or true or false', path)
        elif _LEADING_ZERO.match(text):
            self._report(
                "warning",
                f'{text} begins with 0, which is octal to some YAML readers; read as text "{text}"',
                path,
            )
        elif _NOT_FINITE.match(text):
            self._report("warning", f"{text} is read as text; a catalog holds finite numbers only", path)


def _merged(value: Any, event: Any) -> dict[str, Any]:
    parts = value if isinstance(value, list) else [value]
    if not all(isinstance(part, dict) for part in parts):
        raise UnreadableError(
            f"<< in line {event.start_mark.line + 1} merges something that is not a mapping"
        )
    merged: dict[str, Any] = {}
    for part in reversed(parts):
        merged.update(part)
    return merged


def _tag_message(event: Any) -> str:
    return f"the tag {event.tag} in line {event.start_mark.line + 1} is not read; write plain values"
