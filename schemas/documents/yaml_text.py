"""From YAML text to plain values, event by event: safe, bounded, every duplicate and trap reported."""

from collections.abc import Iterator
from typing import Any

import yaml

from core.bounds import insist_on_time
from schemas.documents.scalars import Path, Report, UnreadableError, plain_scalar, storable, trap

# lists and mappings within each other, in files as in bodies of requests
MAX_DEPTH = 40
MAX_NODES = 1_000_000
# a long text counts as several values, or a repeated alias to it could fill the memory on export
_CHARACTERS_PER_NODE = 64
_STRING_TAG = "tag:yaml.org,2002:str"


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
        if isinstance(event, yaml.CollectionStartEvent) and len(path) >= MAX_DEPTH:
            line = event.start_mark.line + 1  # type: ignore[union-attr]  # events of a text have marks
            raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels in line {line}")
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
        insist_on_time()
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
        key = storable(event.value)
        if event.anchor is not None:
            self._anchors[event.anchor] = (key, 1, 0)
        return key

    def _scalar(self, event: Any, path: Path) -> Any:
        text = storable(str(event.value))
        if event.tag in (_STRING_TAG, "!") or (event.tag is None and not event.implicit[0]):
            return text
        if event.tag is not None:
            raise UnreadableError(_tag_message(event))
        message = trap(text)
        if message is not None:
            self._report("warning", message, path)
        return plain_scalar(text)


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
