"""The adapter gives the app what granian's own WSGI would give it, and the client the same answer."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPResponse
from typing import Any

import pytest

from tests.conftest import free_port


@contextmanager
def granian(interface: str, target: str, host: str = "127.0.0.1") -> Iterator[int]:
    """A worker of granian; its port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", interface, "--host", host, "--port", str(port)]
    command += ["--no-ws", "--log-level", "critical", f"tests.integration.webapi.middleware.echo:{target}"]
    process = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + 30
        while True:
            assert process.poll() is None
            assert time.monotonic() < deadline
            try:
                socket.create_connection((host, port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def ports() -> Iterator[tuple[int, int]]:
    """Ports of the app under granian's own WSGI and behind the adapter."""
    with ExitStack() as servers:
        yield (
            servers.enter_context(granian("wsgi", "app")),
            servers.enter_context(granian("rsgi", "adapted")),
        )


@pytest.fixture(scope="module")
def taking_turns() -> Iterator[int]:
    """Port of the app with two threads that have one turn."""
    with granian("rsgi", "taking_turns") as port:
        yield port


Answer = tuple[int, list[tuple[str, str]], bytes]


def send(port: int, request: bytes, host: str = "127.0.0.1") -> Answer:
    """Send bytes as they are; status, headers and body of the answer."""
    with socket.create_connection((host, port), timeout=20) as connection:
        connection.sendall(request)
        return received(connection, request.partition(b" ")[0].decode())


def received(connection: socket.socket, method: str) -> Answer:
    """Read an answer."""
    answer = HTTPResponse(connection, method=method)
    answer.begin()
    headers = sorted((name.lower(), value) for name, value in answer.getheaders() if name.lower() != "date")
    return answer.status, headers, answer.read()


def told(port: int, request: bytes, host: str = "127.0.0.1") -> dict[str, Any]:
    """The environment that the app saw, and the body that it read."""
    found: dict[str, Any] = json.loads(send(port, request, host)[2])
    return found


REQUESTS = [
    b"GET /a%C3%A9/%20b%2Fc?q=%C3%A9&r=1+2 HTTP/1.1\r\nHost: x.example:80\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n",
    "GET /raw?q=é€ HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
    b"GET http://other.example/path?q HTTP/1.1\r\nHost: x.example\r\n\r\n",
    b"GET //other.example/../path HTTP/1.1\r\nHost: x.example\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x.example\r\n\r\n",
    b"GET /old HTTP/1.0\r\n\r\n",
    b"POST /sent HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 5\r\n\r\na,\xc3\xa9\n",
    b"POST /sent HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    b"POST /sent HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /sent HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    b"DELETE /sent HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_the_app_sees_what_granian_itself_would_show_it(ports: tuple[int, int], request_: bytes) -> None:
    own, adapted = (told(port, request_) for port in ports)
    # of this server, or of how its processes are made
    for differing in ("SERVER_PORT", "wsgi.multiprocess"):
        adapted.pop(differing)
    assert adapted.pop("has_clock")
    assert adapted == {name: own.get(name) for name in adapted}
    assert {name for name in own if name.startswith(("HTTP_", "CONTENT_"))} <= set(adapted)


@pytest.mark.parametrize(
    ("path", "told"), [(b"/waits/without-turn", b"released"), (b"/waits", b"nobody came")] * 2
)
def test_others_are_answered_while_one_waits_who_gave_up_his_turn(
    taking_turns: int, path: bytes, told: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", taking_turns), timeout=20) as waiting:
        waiting.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        send(taking_turns, b"GET /release HTTP/1.1\r\nHost: x\r\n\r\n")
        assert received(waiting, "GET")[2] == told


def test_addresses_of_ipv6_stand_without_brackets() -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("this machine has no IPv6")
    with granian("rsgi", "adapted", "::1") as port:
        seen = told(port, REQUESTS[0], "::1")
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"], seen["REMOTE_ADDR"]) == ("::1", str(port), "::1")


def test_a_body_in_chunks_is_one_body_with_a_length(ports: tuple[int, int]) -> None:
    chunks = (
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"
    )
    own, adapted = (told(port, chunks) for port in ports)
    assert own["body"] == adapted["body"] == "hello!"
    assert adapted["CONTENT_LENGTH"] == "6"
    assert "HTTP_TRANSFER_ENCODING" not in adapted


def test_a_header_sent_twice_is_a_list_and_none_passes_for_another(ports: tuple[int, int]) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\nX-For: 1\r\nX-For: 2\r\nX_For: 3\r\n\r\n"
    assert told(ports[1], request)["HTTP_X_FOR"] == "1,2"


ANSWERS = [
    "GET /file",
    "HEAD /file",
    "GET /status/204",
    "GET /status/304",
    "GET /status/404",
    "HEAD /status/200",
]


@pytest.mark.parametrize("asked", ANSWERS)
def test_the_client_gets_what_granian_itself_would_give_it(ports: tuple[int, int], asked: str) -> None:
    own, adapted = (send(port, f"{asked} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) for port in ports)
    assert adapted == own


def test_a_body_in_parts_goes_out_in_one_piece_and_is_closed(ports: tuple[int, int]) -> None:
    _, headers, body = send(ports[1], b"GET /parts HTTP/1.1\r\nHost: x\r\n\r\n")
    assert body == b"a" + b"b" * 100_000
    assert ("content-length", "100001") in headers
    assert send(ports[1], b"GET /closed HTTP/1.1\r\nHost: x\r\n\r\n")[2] == b"1"


def test_an_app_that_fails_costs_its_own_request_only(ports: tuple[int, int]) -> None:
    failing = b"GET /raises HTTP/1.1\r\nHost: x\r\n\r\n"
    # more often than there are threads
    assert [send(ports[1], failing)[0] for _ in range(5)] == [500] * 5
    assert told(ports[1], REQUESTS[0])["REQUEST_METHOD"] == "GET"


def test_bodies_that_linger_make_room_for_others_however_small_they_are(ports: tuple[int, int]) -> None:
    begun = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n" + b"a" * 450
    with ExitStack() as opened:
        lingering = [
            opened.enter_context(socket.create_connection(("127.0.0.1", ports[1]), timeout=20))
            for _ in range(9)
        ]
        for connection in lingering:
            connection.sendall(begun)
            time.sleep(0.02)
        # 9 of 450 bytes are 4,050, where there is room for 3,000: the three oldest go, and two more for this one
        honest = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n" + b"b" * 900
        assert told(ports[1], honest)["body"] == "b" * 900
        answers = [received(connection, "POST") for connection in lingering]
    assert [status for status, _, _ in answers] == [503] * 5 + [408] * 4
    # nothing of what was given up is handed on
    assert {body for status, _, body in answers if status == 503} == {b""}
