"""The outermost layer: what every request and answer passes outside of Flask, where headers are a plain list.

Each request gets its id; each answer gets its protective headers, a line in the log and a place in the metrics. Nothing
is decided here: who may ask, how often and for what is the business of the views' own decorators.
"""

import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, request

from webapi.middleware.rsgi_adapter import TURN, WHOLE_AT
from webapi.process.parts import AppParts
from webapi.process.rate_limits import allowance_headers
from webapi.request.context import KEY, CurrentRequest, current_request
from webapi.telemetry.logs import RequestLog
from webapi.telemetry.metrics import Meters

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
SNAPSHOT = "MDL-Snapshot"
_LONGEST = 64
_LONGEST_PATH = 2_048
_HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)

_Header = tuple[str, str]
_Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def register(app: Flask) -> None:
    """Put the app behind the outermost layer; call it last, so that nothing lies outside."""
    meters = Meters()
    meters.offer(app)
    # before what refuses requests, whose refusals have a route too
    app.before_request_funcs[None].insert(0, _note_route)
    parts: AppParts = app.extensions["mdl"]
    app.wsgi_app = _Outermost(app.wsgi_app, parts, meters)  # type: ignore[method-assign]


def _note_route() -> None:
    if (rule := request.url_rule) is not None:
        current_request().route = rule.rule


class _Outermost:
    """A WSGI application around another."""

    def __init__(self, app: _Wsgi, parts: AppParts, meters: Meters) -> None:
        self._app = app
        self._parts = parts
        self._headers = (*_ALWAYS, _HSTS) if parts.settings.env == "production" else _ALWAYS
        self._meters = meters
        self._log = RequestLog(parts.settings)
        parts.served.followers.append(self._log.follow)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # what waits for a thread has begun
        begun = environ.get(WHOLE_AT) or time.perf_counter()
        request_id = _request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        current = environ[KEY] = CurrentRequest(self._parts, request_id, begun, environ.get(TURN))
        status, headers = "", [("", "")]

        def started(said: str, given: list[_Header], _: Any = None) -> None:
            nonlocal status, headers
            status, headers = said, given

        body = self._app(environ, started)
        if current.is_mixed and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            # all of it from where the last of it came
            current = environ[KEY] = CurrentRequest(self._parts, request_id, begun, environ.get(TURN))
            body = self._app(environ, started)
        length = next((int(value) for name, value in headers if name == "Content-Length"), 0)
        headers += self._headers
        if current.snapshot_at is not None:
            headers += ((SNAPSHOT, current.snapshot_at.isoformat(timespec="milliseconds")),)
        headers += allowance_headers(current.allowance)
        headers += (("Content-Security-Policy", current.policy), ("X-Request-ID", current.request_id))
        seconds, code = time.perf_counter() - begun, int(status[:3])
        method = environ["REQUEST_METHOD"]
        self._meters.count(current, method, code, length, seconds)
        self._log.write(
            current, method[:_LONGEST], environ["PATH_INFO"][:_LONGEST_PATH], code, length, seconds
        )
        start_response(status, headers)
        return body


def _request_id(given: str) -> str:
    """The caller's own where it is harmless in a log, else a new one."""
    is_plain = 0 < len(given) <= _LONGEST and _PLAIN.issuperset(given)
    return given if is_plain else secrets.token_hex(16)
