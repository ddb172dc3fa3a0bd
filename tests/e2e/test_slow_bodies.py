"""Bodies that come slowly, in part or too large, at a served API: they are refused, and hold nobody else up."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPResponse
from typing import Self

import pytest

from tests.e2e.conftest import Workspace
from tests.e2e.served import Served, serving

SECONDS = 4
MIB = 1 << 20
HEAD = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SIGN_IN = b'{"username": "nobody", "password": "nothing at all"}'


@pytest.fixture
def served(workspace: Workspace) -> Iterator[Served]:
    """One worker, and limits that no test reaches."""
    workspace.environment = {
        "MDL_REQUEST_TIMEOUT": str(SECONDS),
        "MDL_RATE_LIMIT": "1000000",
        "MDL_STRICT_RATE_LIMIT": "1000000",
    }
    with serving(workspace, workers=1) as found:
        yield found


def sized(length: int) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % length


class Sender:
    """A connection on which a request is sent bit by bit."""

    def __init__(self, served: Served, begin: bytes) -> None:
        self.connection = socket.create_connection(
            ("127.0.0.1", int(served.base.rpartition(":")[2])), timeout=30
        )
        self.connection.sendall(begin)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def send(self, more: bytes) -> None:
        self.connection.sendall(more)

    def is_answered(self) -> bool:
        self.connection.setblocking(False)
        try:
            return bool(self.connection.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return False
        finally:
            self.connection.settimeout(30)

    def problem(self) -> tuple[int, str]:
        """Status and detail of the problem that is answered, after which the server hangs up."""
        answer = HTTPResponse(self.connection)
        answer.begin()
        assert answer.headers["Content-Type"] == "application/problem+json"
        told = json.loads(answer.read())
        assert told["request_id"] == answer.headers["X-Request-ID"]
        assert told["status"] == answer.status
        return answer.status, told["detail"]

    def is_hung_up(self) -> bool:
        try:
            return self.connection.recv(1) == b""
        except ConnectionResetError:
            return True


def test_senders_who_take_their_time_hold_nobody_up_and_are_cut_off(served: Served) -> None:
    with ExitStack() as opened:
        # half as many again as there are threads, each in its own manner
        begins = (sized(5_000) + b"{", sized(5_000), CHUNKED + b"1\r\n{\r\n", CHUNKED + b"5\r\n{")
        senders = [opened.enter_context(Sender(served, begin)) for begin in begins * 6]
        for _ in range(50):
            assert served.ask("/health/live")[0] == 200
            senders[0].send(b" ")
        # that is, while all of them still were sending
        assert not any(sender.is_answered() for sender in senders)
        for sender in senders:
            status, detail = sender.problem()
            assert (status, detail.partition(" after")[0]) == (408, f"{SECONDS} seconds")
            assert sender.is_hung_up()
    # and a body that takes its time, yet not too long, is taken whole
    with Sender(served, sized(len(SIGN_IN))) as patient:
        for at in range(0, len(SIGN_IN), 10):
            time.sleep(SECONDS / 20)
            patient.send(SIGN_IN[at : at + 10])
        assert patient.problem()[0] == 401
    route = 'method="POST",route="/api/auth/login",status="408"'
    assert f"mdl_http_request_seconds_count{{{route}}} 24.0" in served.ask("/metrics")[1]


def test_a_body_that_breaks_off_is_not_taken_for_whole(served: Served) -> None:
    arrived = {
        sized(9) + b'{"a"': 4,
        CHUNKED + b"4\r\n": 0,
        CHUNKED + b'4\r\n{"a"\r\n': 4,
        CHUNKED + b'4\r\n{"a"\r\nhardly a chunk\r\n': 4,
    }
    for request, length in arrived.items():
        with Sender(served, request) as sender:
            sender.connection.shutdown(socket.SHUT_WR)
            status, detail = sender.problem()
            assert (status, detail.partition(",")[0]) == (400, f"the body broke off after {length} bytes")


def test_too_large_a_body_is_refused_before_it_is_there(served: Served) -> None:
    refusal = (413, "the body has more than 5,242,880 bytes")
    with Sender(served, HEAD + b"Expect: 100-continue\r\nContent-Length: 5242881\r\n\r\n") as sender:
        # no `100 Continue` before it
        assert sender.problem() == refusal
    with Sender(served, CHUNKED + b"600000\r\n" + b"a" * (5 * MIB + 1)) as sender:
        assert sender.problem() == refusal


def test_a_head_has_a_longest_length(served: Served) -> None:
    for name in (b"Cookie", b"Authorization", b"Accept-Encoding"):
        head = b"GET /api/v1/metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + name + b": "
        for length, status in ((30_000, b"401"), (200_000, b"431")):
            with Sender(served, head + b"a" * length + b"\r\n\r\n") as sender:
                assert sender.connection.recv(12) == b"HTTP/1.1 " + status
    assert served.is_ready()


def test_large_bodies_that_linger_make_room_for_those_that_do_not(served: Served) -> None:
    with ExitStack() as opened:
        # 13 of 5 MiB are more than the 64 MiB that a worker holds
        senders = [opened.enter_context(Sender(served, sized(5 * MIB))) for _ in range(13)]
        for sender in senders:
            sender.send(b" " * (5 * MIB - 1))
        assert senders[0].problem() == (
            503,
            "too many bodies arrive at once, and this one was the slowest: ask again",
        )
        for length in (len(SIGN_IN), 100_000, 5 * MIB):
            with Sender(served, sized(length) + SIGN_IN.ljust(length)) as other:
                assert other.problem()[0] == 401
        told = [sender.problem()[0] for sender in senders[1:]]
    # the next oldest made room for the last, and nobody else had to
    assert told == [503] + [408] * 11


def test_a_body_under_way_is_taken_whole_when_the_server_is_told_to_end(served: Served) -> None:
    with Sender(served, sized(len(SIGN_IN)) + SIGN_IN[:20]) as sender:
        time.sleep(0.5)
        served.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        sender.send(SIGN_IN[20:])
        assert sender.problem()[0] == 401
    assert served.process.wait(60) == 0
