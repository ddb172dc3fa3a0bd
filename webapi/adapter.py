"""Between granian and the WSGI app: a request takes a thread once all of it is there, and not before.

Under WSGI the thread reads the body itself, so that a sender who takes his time holds it; here the event loop reads,
with limits of time and memory. What is wrong with a body is told by the app, so that it looks like every other problem.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from queue import SimpleQueue
from typing import Any

from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]  # the first is not declared as exported
from werkzeug.exceptions import BadRequest, HTTPException, RequestTimeout, ServiceUnavailable

# keys of a WSGI environment: the instant of time.perf_counter at which the request was whole, and what is wrong with it
WHOLE_AT = "mdl.whole_at"
FAULT = "mdl.fault"
# bytes of bodies that a worker holds at once, and up to which a body does not count as one of the large
_ROOM = 64 << 20
_SMALL = 64 << 10
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})

_Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_Answer = tuple[int, list[tuple[str, str]], bytes]


class Adapter:
    """An application of granian's interface RSGI around one of WSGI."""

    def __init__(self, app: _Wsgi, *, threads: int, body_seconds: float, body_bytes: int) -> None:
        """Nothing runs before `__rsgi_init__`.

        Args:
            app: what answers; it is called in one of the threads.
            threads: how many requests are answered at once.
            body_seconds: how long a body may take to arrive.
            body_bytes: what a body may hold; of a larger one the app sees its length and no byte.
        """
        self._app = app
        self._threads = threads
        self._body_seconds = body_seconds
        self._body_bytes = body_bytes
        self._held = 0
        # 13 µs a request less than a ThreadPoolExecutor, each future of which brings a lock and a condition
        self._waiting: SimpleQueue[tuple[dict[str, Any], asyncio.Future[_Answer]]] = SimpleQueue()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads, on the loop of the worker."""
        self._loop = loop
        for _ in range(self._threads):
            threading.Thread(target=self._work, daemon=True).start()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        environ = _environ(scope)
        received = bytearray()
        # by HTTP/2, a body needs neither header
        if (
            scope.method not in _BODILESS
            or "CONTENT_LENGTH" in environ
            or "HTTP_TRANSFER_ENCODING" in environ
        ):
            environ[FAULT] = await self._receive(environ.get("CONTENT_LENGTH"), protocol, received)
            environ["wsgi.input"] = BytesIO(received)
            if environ.pop("HTTP_TRANSFER_ENCODING", None) or "CONTENT_LENGTH" not in environ:
                environ["CONTENT_LENGTH"] = str(len(received))
        environ[WHOLE_AT] = time.perf_counter()
        answered = self._loop.create_future()
        self._waiting.put((environ, answered))
        try:
            status, headers, body = await answered
        finally:
            self._held -= len(received)
        protocol.response_bytes(status, headers, body)

    async def _receive(
        self, declared: str | None, protocol: HTTPProtocol, received: bytearray
    ) -> HTTPException | None:
        """Read the body in its time, and say what is wrong with it."""
        if declared is not None and int(declared) > self._body_bytes:
            return None
        # not asyncio.timeout: it cancels the running task, and granian's coroutines run in none that can be cancelled
        reading = self._loop.create_task(self._read(protocol, received))
        await asyncio.wait([reading], timeout=self._body_seconds)
        if not reading.done():
            reading.cancel()
            return RequestTimeout(
                f"{self._body_seconds:g} seconds after the head, {len(received):,} bytes of the body had arrived and "
                "more were to come: send it faster, or in parts"
            )
        return reading.result()

    async def _read(self, protocol: HTTPProtocol, received: bytearray) -> HTTPException | None:
        """Read until the end, or until there is a reason not to read on."""
        has_ended = False
        async for chunk in protocol:
            if has_ended:
                # granian ends every body with an empty chunk, and tells a broken one only by a second
                return BadRequest(f"the body broke off after {len(received):,} bytes")
            has_ended = not chunk
            received += chunk
            self._held += len(chunk)
            if len(received) > self._body_bytes:
                return None
            if self._held > _ROOM and len(received) > _SMALL:
                return ServiceUnavailable("too many large bodies arrive at once: ask again", retry_after=1)
        return None

    def _work(self) -> None:
        while True:
            environ, answered = self._waiting.get()
            try:
                answer = _call(self._app, environ)
            except BaseException as error:  # noqa: BLE001  raised where the answer is awaited
                self._loop.call_soon_threadsafe(answered.set_exception, error)
            else:
                self._loop.call_soon_threadsafe(answered.set_result, answer)


def _call(app: _Wsgi, environ: dict[str, Any]) -> _Answer:
    status, headers = "", [("", "")]

    def start_response(said: str, given: list[tuple[str, str]], _: Any = None) -> None:
        nonlocal status, headers
        status, headers = said, given

    body = app(environ, start_response)
    try:
        return int(status[:3]), headers, b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()


def _environ(scope: Scope) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333), its body left out."""
    server, port = _host_and_port(scope.server)
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # bytes of UTF-8, each as the character of its number
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _host_and_port(scope.client)[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = _key(name)
        if key is not None:
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    # HTTP/2 has no such header, HTTP/1.0 needs none
    environ.setdefault("HTTP_HOST", scope.authority or "")
    return environ


def _host_and_port(address: str) -> tuple[str, str]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), port


@lru_cache(maxsize=512)
def _key(name: str) -> str | None:
    """Where a header stands; nowhere if its name has an underscore, by which it could pass for another."""
    if "_" in name:
        return None
    key = name.upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
