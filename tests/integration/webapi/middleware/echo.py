"""A WSGI app that tells what it was asked, and answers in unusual ways, for granian itself and behind the adapter."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from werkzeug.wsgi import FileWrapper

from webapi.middleware.rsgi_adapter import FAULT, TURN, WHOLE_AT, Adapter

RELEASED = threading.Event()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the path says; else with the request's environment and body."""
    if environ["PATH_INFO"] == "/raises":
        raise ValueError("on purpose")
    if fault := environ.get(FAULT):
        start_response(f"{fault.code} {fault.name}", [])
        return [environ["wsgi.input"].read()]
    headers = [("Content-Type", "text/plain"), ("X-Twice", "one"), ("X-Twice", "two")]
    if environ["PATH_INFO"].startswith("/status/"):
        status = HTTPStatus(int(environ["PATH_INFO"].rpartition("/")[2]))
        start_response(f"{status.value} {status.phrase}", [*headers, ("ETag", '"a"')])
        return []
    if environ["PATH_INFO"] in ("/waits", "/waits/without-turn", "/release"):
        start_response("200 OK", headers)
        return [_wait_or_release(environ).encode()]
    if environ["PATH_INFO"] == "/parts":
        start_response("200 OK", headers)
        return Parts()
    if environ["PATH_INFO"] == "/file":
        start_response("200 OK", [*headers, ("Content-Length", str(Path(__file__).stat().st_size))])
        return FileWrapper(Path(__file__).open("rb")) if environ["REQUEST_METHOD"] == "GET" else []
    if environ["PATH_INFO"] == "/closed":
        start_response("200 OK", headers)
        return [str(Parts.closed).encode()]
    told = {name: value for name, value in environ.items() if isinstance(value, str | bool)}
    told |= {"body": environ["wsgi.input"].read().decode("latin-1"), "has_clock": WHOLE_AT in environ}
    body = json.dumps(told).encode()
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _wait_or_release(environ: dict[str, Any]) -> str:
    """Wait until another request says `/release`, at most a second."""
    if environ["PATH_INFO"] == "/release":
        RELEASED.set()
        return ""
    if environ["PATH_INFO"] == "/waits/without-turn":
        environ[TURN].give_up()
    RELEASED.clear()
    return "released" if RELEASED.wait(1) else "nobody came"


class Parts:
    """A body that comes in parts, as one of a template would."""

    closed = 0

    def __iter__(self) -> Iterator[bytes]:
        """Yield each."""
        yield from (b"a", b"", b"b" * 100_000)

    def close(self) -> None:
        """Note that the server was done with it."""
        Parts.closed += 1


adapted = Adapter(app, threads=2, turns=2, body_seconds=2, body_bytes=1_000, room_bytes=3_000)
taking_turns = Adapter(app, threads=2, turns=1, body_seconds=2, body_bytes=1_000, room_bytes=3_000)
