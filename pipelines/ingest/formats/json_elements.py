"""The elements of an array in a JSON document of any length, read without holding the document."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.errors import DataError
from pipelines.ingest.formats.delivered import listed, require
from pipelines.ingest.formats.json_text import texts

_BATCH = 8 * 1024 * 1024
_LONGEST_ELEMENT = 16 * 1024 * 1024
# a word or an escape of JSON is no longer
_NEAR_END = 16
# of a value no part is needed but where it ends; numbers stay text, whatever their length
_scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode


class _TooLongError(Exception):
    """A value is longer than what is held in memory at once."""


class JsonStream:
    """A place in a stream of text; what lies behind it is forgotten."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks = blocks
        self._text = ""
        self._at = 0

    def _more(self) -> bool:
        for block in self._blocks:
            if block:
                self._text, self._at = self._text[self._at :] + block, 0
                return True
        return False

    def peek(self) -> str:
        """The next character that is no blank; nothing at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in " \t\r\n":
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, wanted: str) -> str:
        """Go beyond the next character, which must be one of `wanted`."""
        found = self.peek()
        if not found:
            raise DataError("the file's JSON breaks off before its end")
        if found not in wanted:
            raise DataError(f"it is no JSON: {found!r} stands where {' or '.join(wanted)} is expected")
        self._at += 1
        return found

    def value(self) -> str:
        """The text of the value that begins here."""
        self.peek()
        while True:
            try:
                end = _scan(self._text, self._at)[1]
                problem = ""
            except json.JSONDecodeError as error:
                end, problem = len(self._text), f"it is no JSON: {error.msg}"
                # what breaks off with the text that was read does so at its end, or within a string
                if error.pos < end - _NEAR_END and not error.msg.startswith("Unterminated"):
                    raise DataError(problem) from None
            except RecursionError:
                raise DataError("the file's JSON is nested too deeply to be read") from None
            # at the end of what was read, a number may go on and anything else is not over
            if problem or end == len(self._text):
                if len(self._text) - self._at > _LONGEST_ELEMENT:
                    raise _TooLongError
                if self._more():
                    continue
                if problem:
                    raise DataError(f"{problem}; does it break off?")
            found, self._at = self._text[self._at : end], end
            return found

    def key(self) -> str:
        """The name of the member that begins here."""
        if self.peek() != '"':
            self.take('"')
        name: str = json.loads(self.value())
        self.take(":")
        return name

    def members(self) -> Iterator[str]:
        """The names of an object's members, each to be read or skipped by whom it is given to."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            yield self.key()
            if self.take(",}") == "}":
                return

    def elements(self) -> Iterator[None]:
        """A step for each element of an array, to be read or skipped by whom it is given to."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield
            if self.take(",]") == "]":
                return

    def skip(self) -> None:
        """Go beyond a value of any length."""
        try:
            self.value()
        except _TooLongError:
            if self.peek() not in "[{":
                raise DataError("a text of the file is longer than 16 MiB") from None
            for _ in self.elements() if self.peek() == "[" else self.members():
                self.skip()


def elements(path: Path, encoding: str | None, records: str | None) -> Iterator[pa.Array]:
    """The elements of a file's array as arrays of text; `records` leads to it, as it stands or by its dots.

    Raises:
        DataError: the file is no JSON, or has no array there.
    """
    text = JsonStream(texts(path, encoding))
    try:
        yield from _batches(_records(text, records or "", ""))
    except _TooLongError:
        raise DataError("an element of the array is longer than 16 MiB") from None
    if text.peek():
        raise DataError(f"after the file's JSON comes more: {text.peek()!r}")


def _records(text: JsonStream, path: str, within: str) -> Iterator[str]:
    """The elements of the array that `path` leads to; what stands beside it is passed over."""
    if not path:
        yield from _array(text, within)
        return
    if text.peek() != "{":
        where = repr(within) if within else "the file's JSON"
        raise DataError(
            f"{where} is {_kind(text.peek())}, not an object, so `records` finds no {path!r} in it"
        )
    head, _, rest = path.partition(".")
    found, others = 0, []
    for name in text.members():
        if name in (path, head):
            found += 1
            if found > 1:
                raise DataError(f"the key {name!r} of `records` stands twice")
            yield from _records(text, "" if name == path else rest, f"{within}.{name}".lstrip("."))
        else:
            others.append(name)
            text.skip()
    if not found:
        require([path], others, "key")


def _array(text: JsonStream, within: str) -> Iterator[str]:
    begin = text.peek()
    if not begin:
        raise DataError("the file is empty")
    if begin == "[":
        for number, _ in enumerate(text.elements(), 1):
            try:
                yield text.value()
            except DataError as error:
                raise DataError(f"element {number:,} of the array: {error}") from None
        return
    if within:
        raise DataError(f"{within!r} is {_kind(begin)}, not an array of objects")
    if begin != "{":
        raise DataError(f"the file's JSON is {_kind(begin)}, not an array of objects")
    keys = []
    for name in text.members():
        keys.append(name)
        text.skip()
    if text.peek() == "{":
        raise DataError("the file holds several objects, not one array; with one a line, set `format: jsonl`")
    raise DataError(
        f"the file is one JSON object, not an array; name its array of rows in `records`; it has {listed(keys)}"
    )


def _kind(begin: str) -> str:
    if not begin:
        return "missing"
    return {"{": "an object", "[": "an array", '"': "a text", "n": "null"}.get(begin, "a single value")


def _batches(found: Iterator[str]) -> Iterator[pa.Array]:
    batch: list[str] = []
    size = 0
    for element in found:
        batch.append(element)
        size += len(element)
        if size > _BATCH:
            yield pa.array(batch, pa.string())
            batch, size = [], 0
    yield pa.array(batch, pa.string())
