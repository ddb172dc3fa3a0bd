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
        old = _OLD + rule.rule.removeprefix(_SUCCESSOR)
        if rule.rule.startswith(_SUCCESSOR) and _is_old(old):
            app.add_url_rule(old, endpoint=rule.endpoint, methods=rule.methods)
    app.after_request(_tell_of_successor)


def _is_old(path: str) -> bool:
    return path.startswith(_PREFIXES) and path.split("/", 3)[2] in RESOURCES


def _tell_of_successor(response: Response) -> Response:
    if _is_old(request.path) and len(request.path) <= MAX_PATH:
        successor = _SUCCESSOR + request.path.removeprefix(_OLD)
        response.headers["Deprecation"] = f"@{int(DEPRECATED_AT.timestamp())}"
        response.headers["Sunset"] = http_date(SUNSET_AT)
        response.headers.add("Link", f'<{quote(successor)}>; rel="successor-version"')
    return response
