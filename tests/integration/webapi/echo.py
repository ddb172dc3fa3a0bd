"""A WSGI app that tells what it was asked, and answers in unusual ways, for granian itself and behind the adapter."""

import json
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any

from webapi.adapter import Adapter


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the path says; else with the request's environment and body."""
    if environ["PATH_INFO"] == "/raises":
        raise ValueError("on purpose")
    headers = [("Content-Type", "text/plain"), ("X-Twice", "one"), ("X-Twice", "two")]
    if environ["PATH_INFO"].startswith("/status/"):
        status = HTTPStatus(int(environ["PATH_INFO"].rpartition("/")[2]))
        start_response(f"{status.value} {status.phrase}", [*headers, ("ETag", '"a"')])
        return []
    if environ["PATH_INFO"] == "/parts":
        start_response("200 OK", headers)
        return _parts()
    told = {name: value for name, value in environ.items() if isinstance(value, str | bool)}
    body = json.dumps({**told, "body": environ["wsgi.input"].read().decode("latin-1")}).encode()
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _parts() -> Iterator[bytes]:
    yield from (b"a", b"", b"b" * 100_000)


adapted = Adapter(app, threads=2, body_seconds=1, body_bytes=1_000)
