"""The page of the API's documentation: the one answer whose scripts may run in a browser, and the parts it loads."""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import swagger_ui
from flask import Flask, Response, request, send_from_directory
from werkzeug.exceptions import NotFound

from webapi.request.context import CLOSED_POLICY, current_request

_DOCS_POLICY = (
    f"{CLOSED_POLICY}; base-uri 'none'; form-action 'none'; connect-src 'self'; "
    "img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'"
)
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_SWAGGER_ASSETS = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"})


def register(app: Flask) -> None:
    """Let the page's own scripts run, no others, and answer what it loads."""
    app.after_request_funcs.setdefault("api-docs", []).append(_let_docs_run)
    app.add_url_rule("/api-docs/assets/<path:name>", "swagger_assets", _swagger_asset)


def _let_docs_run(response: Response) -> Response:
    if request.path == "/api-docs" and response.status_code == 200:
        current_request().policy = _docs_policy(response.get_data())
    return response


@lru_cache(maxsize=4)
def _docs_policy(page: bytes) -> str:
    """Swagger UI's own page starts it with a script in the page; its hash lets this one run and no other."""
    digests = [hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(page)]
    return " ".join([_DOCS_POLICY, *(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)])


def _swagger_asset(name: str) -> Response:
    if name not in _SWAGGER_ASSETS:
        raise NotFound(f"the page /api-docs has no part {name!r}")
    return send_from_directory(Path(swagger_ui.__file__).parent / "static", name)
