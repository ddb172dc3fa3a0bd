"""From the bytes of a catalog file to its text, and from JSON text to plain values."""

import json
from typing import Any

from schemas.documents.scalars import Path, Report, UnreadableError, storable, written_number
from schemas.documents.yaml_text import MAX_DEPTH

MAX_BYTES = 8_000_000


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


def _refuse_constant(name: str) -> Any:
    raise UnreadableError(f"{name} is no JSON number; leave the field out or write null")


def _from_json(raw: Any, path: Path, report: Report) -> Any:
    if isinstance(raw, _Pairs | list) and len(path) >= MAX_DEPTH:
        raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(raw, _Pairs):
        mapping: dict[str, Any] = {}
        for key, value in raw:
            if key in mapping:
                report("error", f"the key {key!r} stands twice in one mapping; keep one", (*path, key))
                continue
            mapping[storable(key)] = _from_json(value, (*path, key), report)
        return mapping
    if isinstance(raw, list):
        return [_from_json(item, (*path, index), report) for index, item in enumerate(raw)]
    return storable(raw) if isinstance(raw, str) else raw
