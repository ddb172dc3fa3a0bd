"""From what a file says to canonical fields: aliases, shorthands, unknown fields; judging is pydantic's."""

import reprlib
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from schemas.documents.aliases import COMMA_SEPARATED, SHORTHANDS, STAND_INS, VALUE_ALIASES
from schemas.documents.documents import Part
from schemas.documents.model_fields import (
    annotation,
    canonical,
    legal_values,
    list_or_mapping,
    means_text,
    unknown_message,
)
from schemas.documents.scalars import Path, Report, WrittenFloat, WrittenInt

_MAX_WARNINGS_PER_LEVEL = 20


class Shaper:
    """Shapes one document; `written` maps canonical paths back to what the author wrote, for messages."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.written: dict[Path, Path] = {}

    def shape(self, model: type[Part], raw: Mapping[str, Any], path: Path = ()) -> dict[str, Any]:
        """Input for `model.model_validate`; unknown fields stand under `extra`, nulls are left out."""
        known, unknown = self._rename(model, raw, path)
        self._warn_of_unknown(model, unknown, path)
        shaped: dict[str, Any] = {}
        for name, value in known.items():
            if value is None and not model.model_fields[name].is_required():
                continue
            shaped[name] = self._value(annotation(model, name), value, (*path, name))
        for name, other in STAND_INS.get(model, {}).items():
            if shaped.get(name) is None and isinstance(shaped.get(other), str):
                shaped[name] = shaped[other]
        if unknown:
            shaped["extra"] = {key: plain(value) for key, value in unknown.items()}
        return shaped

    def as_written(self, path: Path) -> Path:
        """The path as the author wrote it, where an alias stood."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.written:
                return (*self.written[path[:length]], *path[length:])
        return path

    def _rename(
        self, model: type[Part], raw: Mapping[str, Any], path: Path
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        own: dict[str, Any] = {}
        aliased: list[tuple[str, tuple[str, ...], Any]] = []
        unknown: dict[str, Any] = {}
        for key, value in raw.items():
            target = canonical(model, key)
            if target is None:
                unknown[key] = value
            elif target == (key,):
                own[key] = value
            elif value is not None:
                aliased.append((key, target, value))
        for key, target, value in aliased:
            if self._place(own, target, value):
                self.written[(*path, *target)] = (*path, key)
            else:
                unknown[key] = value
        return own, unknown

    def _place(self, own: dict[str, Any], target: tuple[str, ...], value: Any) -> bool:
        """Put an alias's value at its canonical field; False where that says something else already."""
        first, *rest = target
        if rest:
            inner = own.get(first)
            if inner is not None and not isinstance(inner, dict):
                return False
            copy = dict(inner or {})
            placed = self._place(copy, tuple(rest), value)
            own[first] = copy
            return placed
        if own.get(first) is None:
            own[first] = value
            return True
        if first in COMMA_SEPARATED:
            merged = [*_as_list(first, own[first]), *_as_list(first, value)]
            own[first] = [item for index, item in enumerate(merged) if item not in merged[:index]]
            return True
        return bool(own[first] == value)

    def _warn_of_unknown(self, model: type[Part], unknown: Mapping[str, Any], path: Path) -> None:
        for key in list(unknown)[:_MAX_WARNINGS_PER_LEVEL]:
            self._report("warning", unknown_message(model, key), (*path, key))
        more = len(unknown) - _MAX_WARNINGS_PER_LEVEL
        if more > 0:
            self._report("warning", f"{more} more unknown fields are kept as they are", path)

    def _value(self, wanted: Any, value: Any, path: Path) -> Any:
        wanted = list_or_mapping(wanted, value)
        origin = get_origin(wanted)
        if isinstance(wanted, type) and issubclass(wanted, Part):
            return self._part(wanted, value, path)
        if origin is list:
            return self._list(get_args(wanted)[0], value, path)
        if origin is dict:
            return self._dict(get_args(wanted)[1], value, path)
        if isinstance(value, WrittenInt | WrittenFloat) and means_text(wanted):
            return value.text
        legal = legal_values(wanted)
        if isinstance(value, str) and (legal or _field(path) in VALUE_ALIASES):
            return _spelled(value, legal, VALUE_ALIASES.get(_field(path), {}))
        return plain(value)

    def _part(self, model: type[Part], value: Any, path: Path) -> Any:
        if isinstance(value, Mapping):
            return self.shape(model, value, path)
        if model in SHORTHANDS and value is not None and not isinstance(value, list | bool):
            return self.shape(model, {SHORTHANDS[model]: value}, path)
        return plain(value)

    def _list(self, item: Any, value: Any, path: Path) -> Any:
        is_part = isinstance(item, type) and issubclass(item, Part)
        if (
            isinstance(value, Mapping)
            and not is_part
            and dict not in {get_origin(each) for each in get_args(item)}
        ):
            return plain(value)
        items = _as_list(_field(path), value)
        return [self._value(item, each, (*path, index)) for index, each in enumerate(items)]

    def _dict(self, item: Any, value: Any, path: Path) -> Any:
        if item is str and isinstance(value, list) and all(isinstance(each, str) for each in value):
            return {each: each for each in value}
        if not isinstance(value, Mapping) or item is Any:
            return plain(value)
        return {key: self._value(item, each, (*path, key)) for key, each in value.items()}


def plain(value: Any) -> Any:
    """A deep copy made of plain text, numbers, lists and dicts."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, WrittenInt):
        return int(value)
    return float(value) if isinstance(value, WrittenFloat) else value


def short(value: Any) -> str:
    """A value for a message: never long, whatever it holds."""
    return reprlib.repr(plain(value) if isinstance(value, WrittenInt | WrittenFloat) else value)


def dotted(path: Path) -> str:
    """`("key_results", 0, "weight")` as `key_results[0].weight`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text if len(text) <= 200 else f"{text[:197]}..."


def _field(path: Path) -> str:
    """Name of the field that a path leads to, or into."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _as_list(field: str, value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if field in COMMA_SEPARATED and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [value]


def _spelled(value: str, legal: tuple[str, ...], aliases: Mapping[str, str]) -> str:
    if value in legal:
        return value
    folded = value.strip().lower().replace("-", "_").replace(" ", "_")
    folded = aliases.get(folded, folded)
    return folded if folded in legal or folded in aliases.values() else value
