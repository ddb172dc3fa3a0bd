"""What requests and answers pass inside of Flask: limits of bodies and text, the caller's address, scripts, CORS."""

import base64
import hashlib
import re
from functools import lru_cache
from typing import Any

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, RequestURITooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from core.errors import TookTooLongError
from schemas.documents.yaml_text import MAX_DEPTH
from webapi.adapter import FAULT
from webapi.deadline import seconds_left
from webapi.notes import CLOSED_POLICY, note
from webapi.services import services

MAX_BODY = 5 * 1024 * 1024
MAX_PATH = 2_048
MAX_QUERY = 16_384
_DOCS_POLICY = (
    f"{CLOSED_POLICY}; base-uri 'none'; form-action 'none'; connect-src 'self'; "
    "img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'"
)
_ALLOWED = [
    ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"),
    (
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-API-Key, X-Request-ID",
    ),
    ("Access-Control-Max-Age", "600"),
]
_EXPOSED = (
    "Access-Control-Expose-Headers",
    (
        "ETag, Link, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Cache, "
        "X-MDL-Publication, X-Request-ID, X-Total-Count"
    ),
)
# matches at every quote, an unclosed string up to its end: one pass over the text, whatever it holds
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_ONE_KIND = bytes.maketrans(b"[]{}", b"()()")
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def register(app: Flask) -> None:
    """Put all guards before and behind the views of an app."""
    settings = app.extensions["mdl"].settings
    if settings.proxies:
        proxied = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    app.before_request(_refuse_unfit)
    app.after_request_funcs.setdefault("api-docs", []).append(_let_docs_run)
    if settings.cors_origins:
        app.after_request(_share)


def parse_json(body: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        BadRequest: it is no JSON, nested too deeply, or holds what no text of ours may.
    """
    raw = body.encode() if isinstance(body, str) else body
    if _is_too_deep(raw):
        raise BadRequest(f"the body is not JSON, or nested deeper than {MAX_DEPTH} levels")
    if rb"\u0000" in raw:
        raise BadRequest("the body holds the character NUL")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error}") from error


def _is_too_deep(body: bytes) -> bool:
    """Whether brackets are left after the innermost pairs were taken away as often as may be; linear in the text."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return False
    brackets = _STRING.sub(b"", body).translate(_ONE_KIND, _NO_BRACKET)
    for _ in range(MAX_DEPTH):
        brackets = brackets.replace(b"()", b"")
    return bool(brackets)


def _refuse_unfit() -> None:
    """Refuse what waited too long, bodies that are broken or too large, and NUL, which PostgreSQL cannot keep."""
    if seconds_left() <= 0:
        raise TookTooLongError("the request waited too long for its turn; try again later")
    environ = request.environ
    if fault := environ.get(FAULT):
        raise fault
    if environ.get("CONTENT_LENGTH") and (request.content_length or 0) > MAX_BODY:
        raise RequestEntityTooLarge(f"the body has more than {MAX_BODY:,} bytes")
    if len(environ.get("QUERY_STRING", "")) > MAX_QUERY or len(environ["PATH_INFO"]) > MAX_PATH:
        raise RequestURITooLarge(
            f"the path has more than {MAX_PATH:,} characters, or the query more than {MAX_QUERY:,}"
        )
    if "%00" in environ.get("QUERY_STRING", "") or "\0" in environ["PATH_INFO"]:
        raise BadRequest("the address holds the character NUL")


def _let_docs_run(response: Response) -> Response:
    if request.path == "/api-docs" and response.status_code == 200:
        note().policy = _docs_policy(response.get_data())
    return response


@lru_cache(maxsize=4)
def _docs_policy(page: bytes) -> str:
    """Swagger UI's own page starts it with a script in the page; its hash lets this one run and no other."""
    digests = [hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(page)]
    return " ".join([_DOCS_POLICY, *(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)])


def _share(response: Response) -> Response:
    """Let pages of the named origins read the answer; tokens travel in headers, so cookies are not shared."""
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin in services().settings.cors_origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers.extend([_EXPOSED])
        if request.method == "OPTIONS":
            response.headers.extend(_ALLOWED)
    return response
