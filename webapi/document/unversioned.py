"""The paths of the time before versions, in short: each operation is deprecated, and says what took its place."""

import re
from typing import Any

from flask import Flask

from webapi.document.operations import METHODS
from webapi.middleware.unversioned_paths import DEPRECATED_AT, SUNSET_AT, pairs

_KEPT = ("tags", "parameters", "requestBody", "security", "x-role")
_HEADERS = {
    "Deprecation": {"description": "since when (RFC 9745)", "schema": {"type": "string"}},
    "Sunset": {"description": "not before then will it be gone (RFC 8594)", "schema": {"type": "string"}},
    "Link": {"description": "what to ask instead: `successor-version`", "schema": {"type": "string"}},
}


def add(app: Flask, paths: dict[str, Any]) -> None:
    """Describe each by its successor; no operation has an id, so that clients are not made of it."""
    for old, new in pairs(app).items():
        successor = _documented(new)
        item = paths[successor]
        found = {method: _in_short(method, successor, item[method]) for method in METHODS if method in item}
        shared = {name: item[name] for name in ("parameters",) if name in item}
        paths[_documented(old)] = {**shared, **found}


def _in_short(method: str, successor: str, said: dict[str, Any]) -> dict[str, Any]:
    instead = f"`{method.upper()} {successor}`"
    return {
        "deprecated": True,
        "summary": said["summary"],
        "description": f"{instead} has taken its place and answers the same. Deprecated since {DEPRECATED_AT:%Y-%m-%d};"
        f" gone on {SUNSET_AT:%Y-%m-%d} at the earliest.",
        "x-successor": successor,
        **{name: said[name] for name in _KEPT if name in said},
        "responses": {"default": {"description": f"As {instead} answers", "headers": _HEADERS}},
    }


def _documented(rule: str) -> str:
    """The path as the document writes it."""
    return re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule)
