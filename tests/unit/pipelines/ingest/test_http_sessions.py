"""Which address a source of the API connects to when its host is one of any: never an inner one."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from core.errors import TransientError
from pipelines.ingest.landing import find_files
from schemas.catalog.reach import Reach
from schemas.documents.documents import Source

PUBLIC, INNER = "93.184.215.14", "127.0.0.1"


class _Seen(BaseHTTPRequestHandler):
    paths: list[str]

    def do_HEAD(self) -> None:
        self.paths.append(self.path)
        self.send_response(302 if self.path == "/moved.csv" else 200)
        if self.path == "/moved.csv":
            self.send_header("Location", "/secret.csv")
        self.send_header("Content-Length", "3")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        self.wfile.write(b"a,b")

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def inner() -> Iterator[tuple[int, list[str]]]:
    """Port of a server on this machine, and what it was asked for."""
    handler = type("Seen", (_Seen,), {"paths": []})
    server = ThreadingHTTPServer((INNER, 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, handler.paths
    server.shutdown()
    server.server_close()


def source(url: str) -> Source:
    return Source.model_validate(
        {"source_id": "s", "format": "csv", "path": url, "event": "e", "timestamp": {"column": "a"}}
    )


def test_a_name_that_leads_inwards_once_it_was_looked_at_reaches_nothing(
    inner: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, asked = inner
    answers = [PUBLIC]
    real = socket.getaddrinfo

    def rebinding(host: Any, *args: Any, **kwargs: Any) -> Any:
        is_it = host in ("rebind.example", b"rebind.example")
        return real(answers.pop() if is_it and answers else INNER if is_it else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    url = f"http://rebind.example:{port}/x.csv"
    with pytest.raises(TransientError, match="its name leads to a private address"):
        find_files(source(url), "/nowhere", Reach(urls=("http://",)))
    assert (answers, asked) == ([], [])
    # the operator's own file may name it
    assert len(find_files(source(url), "/nowhere")) == 1
    assert asked


def test_a_host_that_the_operator_names_may_be_an_inner_one(inner: tuple[int, list[str]]) -> None:
    port, asked = inner
    url = f"http://{INNER}:{port}/x.csv"
    assert len(find_files(source(url), "/nowhere", Reach(urls=(f"http://{INNER}:{port}/",)))) == 1
    assert "/x.csv" in asked


def test_a_server_that_sends_on_to_another_address_is_named_and_not_followed(
    inner: tuple[int, list[str]],
) -> None:
    port, asked = inner
    url = f"http://{INNER}:{port}/moved.csv"
    with pytest.raises(TransientError, match="sends on to another address"):
        find_files(source(url), "/nowhere", Reach(urls=(f"http://{INNER}:{port}/",)))
    assert set(asked) == {"/moved.csv"}
    assert len(find_files(source(url), "/nowhere")) == 1
