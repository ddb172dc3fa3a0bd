"""Between granian and the WSGI app: a request takes a thread once all of it is there, and not before.

Under WSGI the thread reads the body itself, so that a sender who takes his time holds it; here the event loop reads,
with limits of time and memory. What is wrong with a body is told by the app, so that it looks like every other problem.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterable
from io import BufferedReader, BytesIO
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]  # the first is not declared as exported
from werkzeug.exceptions import BadRequest, HTTPException, RequestTimeout, ServiceUnavailable
from werkzeug.wsgi import FileWrapper

from webapi.process.serving_turns import ServingTurn

# keys of a WSGI environment: the instant of time.perf_counter at which the request was whole, what is wrong with it,
# and the turn of the thread that answers it
WHOLE_AT = "mdl.whole_at"
FAULT = "mdl.fault"
TURN = "mdl.turn"

_Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_Answer = tuple[int, list[tuple[str, str]], bytes | Path]


class _Body(BytesIO):
    """A body as far as it has arrived."""

    size = 0


class Adapter:
    """An application of granian's interface RSGI around one of WSGI, for HTTP/1: there, headers announce bodies."""

    def __init__(
        self, app: _Wsgi, *, threads: int, turns: int, body_seconds: float, body_bytes: int, room_bytes: int
    ) -> None:
        """Nothing runs before `__rsgi_init__`.

        Args:
            app: what answers; it is called in one of the threads.
            threads: how many requests are answered at once.
            turns: how many of them at once by threads that did not give up their turn.
            body_seconds: how long a body may take to arrive.
            body_bytes: what a body may hold; of one that holds more the app gets a part, to refuse it by its length.
            room_bytes: what all bodies may hold that arrive or are not answered yet; beyond it the oldest of those
                that still arrive is given up.
        """
        self._app = app
        self._threads = threads
        self._turns = threading.Semaphore(turns)
        self._body_seconds = body_seconds
        self._body_bytes = body_bytes
        self._room_bytes = room_bytes
        self._held = 0
        self._arriving: dict[asyncio.Task[HTTPException | None], _Body] = {}
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
        environ["wsgi.input"] = body = _Body()
        answered = self._loop.create_future()
        try:
            if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
                environ[FAULT] = await self._receive(environ, protocol, body)
            environ[WHOLE_AT] = time.perf_counter()
            self._waiting.put((environ, answered))
            status, headers, answer = await answered
        finally:
            self._held -= body.size
        if isinstance(answer, Path):
            protocol.response_file(status, headers, str(answer))
        else:
            protocol.response_bytes(status, headers, answer)

    async def _receive(
        self, environ: dict[str, Any], protocol: HTTPProtocol, body: _Body
    ) -> HTTPException | None:
        """Take the body off the network in its time, and say what is wrong with it."""
        if int(environ.get("CONTENT_LENGTH", 0)) > self._body_bytes:
            return None
        # not asyncio.timeout: it cancels the running task, and granian's coroutines run in none that can be cancelled
        reading = self._loop.create_task(self._read(protocol, body))
        self._arriving[reading] = body
        await asyncio.wait([reading], timeout=self._body_seconds)
        del self._arriving[reading]
        if reading.cancelled():
            return ServiceUnavailable(
                "too many bodies arrive at once, and this one was the slowest: ask again", retry_after=1
            )
        if not reading.done():
            reading.cancel()
            return RequestTimeout(
                f"{self._body_seconds:g} seconds after the head, {body.size:,} bytes of the body had arrived and "
                "more were to come: send it faster, or less at once"
            )
        body.seek(0)
        if environ.pop("HTTP_TRANSFER_ENCODING", None):
            environ["CONTENT_LENGTH"] = str(body.size)
        return reading.result()

    async def _read(self, protocol: HTTPProtocol, body: _Body) -> HTTPException | None:
        """Read until the end, or until there is a reason not to read on."""
        is_last = False
        async for chunk in protocol:
            if is_last:
                # granian ends every body of HTTP/1 with an empty chunk, and tells what came instead of the end, or
                # after it, only by a second
                return BadRequest(
                    f"the body broke off after {body.size:,} bytes, or has trailers, which are not taken"
                )
            is_last = not chunk
            body.size += body.write(chunk)
            self._held += len(chunk)
            if body.size > self._body_bytes:
                return None
            if self._held > self._room_bytes:
                self._make_room()
        return None

    def _make_room(self) -> None:
        """Give up the oldest body: what is slow makes room for what is fast, whoever sends it and however large."""
        for reading, body in self._arriving.items():
            if body.size and not reading.done():
                reading.cancel()
                self._held -= body.size
                body.size = 0
                body.truncate(0)
                return

    def _work(self) -> None:
        turn = ServingTurn(self._turns)
        while True:
            turn.take()
            environ, answered = self._waiting.get()
            environ[TURN] = turn
            self._answer(environ, answered)

    def _answer(self, environ: dict[str, Any], answered: asyncio.Future[_Answer]) -> None:
        try:
            answer = _call(self._app, environ)
        except BaseException as error:  # noqa: BLE001  raised where the answer is awaited
            self._loop.call_soon_threadsafe(answered.set_exception, error)
        else:
            self._loop.call_soon_threadsafe(answered.set_result, answer)


def _call(app: _Wsgi, environ: dict[str, Any]) -> _Answer:
    """Status, headers and body of the app's answer; of a file the path, so that none is in memory for slow readers."""
    status, headers = "", [("", "")]

    def start_response(said: str, given: list[tuple[str, str]], _: Any = None) -> None:
        nonlocal status, headers
        status, headers = said, given

    body = app(environ, start_response)
    try:
        if isinstance(body, FileWrapper) and isinstance(body.file, BufferedReader):
            return int(status[:3]), headers, Path(body.file.name)
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
        # both are bytes of UTF-8, each as the character of its number
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _host_and_port(scope.client)[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = _key(name)
        if key is not None:
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    environ.setdefault("HTTP_HOST", "")  # HTTP/1.0 needs none
    return environ


def _host_and_port(address: str) -> tuple[str, str]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), port


def _key(name: str) -> str | None:
    """Where a header stands; nowhere if its name has an underscore, by which it could pass for another."""
    if "_" in name:
        return None
    key = name.upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
