"""Paths of the time before versions: they answer as version 1 does, and say what has taken their place."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.http import http_date

from webapi.middleware.unfit_requests import MAX_PATH

_OLD: Final = "/api"
_SUCCESSOR: Final = "/api/v1"
RESOURCES: Final = ("metrics", "policies", "stats")
DEPRECATED_AT: Final = datetime(2026, 11, 1, tzinfo=UTC)
SUNSET_AT: Final = datetime(2027, 11, 1, tzinfo=UTC)
_PREFIXES: Final = tuple(f"{_OLD}/{name}" for name in RESOURCES)


def register(app: Flask) -> None:
    """Give every rule of the resources a second path; call it when all blueprints are registered."""
    for rule in list(app.url_map.iter_rules()):
        if (old := _old_of(rule.rule)) is not None:
            app.add_url_rule(old, endpoint=rule.endpoint, methods=rule.methods)
    app.after_request(_tell_of_successor)


def pairs(app: Flask) -> dict[str, str]:
    """Rules of the old paths with those that have taken their place."""
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    return {old: rule for rule in rules if (old := _old_of(rule)) is not None}


def _old_of(rule: str) -> str | None:
    old = _OLD + rule.removeprefix(_SUCCESSOR)
    return old if rule.startswith(_SUCCESSOR) and _is_old(old) else None


def _is_old(path: str) -> bool:
    return path.startswith(_PREFIXES) and path.split("/", 3)[2] in RESOURCES


def _tell_of_successor(response: Response) -> Response:
    if _is_old(request.path) and len(request.path) <= MAX_PATH:
        successor = _SUCCESSOR + request.path.removeprefix(_OLD)
        response.headers["Deprecation"] = f"@{int(DEPRECATED_AT.timestamp())}"
        response.headers["Sunset"] = http_date(SUNSET_AT)
        response.headers.add("Link", f'<{quote(successor)}>; rel="successor-version"')
    return response
