"""A load generator light enough to leave the machine to the server: keep-alive connections, answers of known length."""

import selectors
import socket
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """What a URL gave: requests per second, and the size of a body in bytes."""

    per_second: float
    bytes: int


def measure(port: int, path: str, headers: dict[str, str], seconds: float, connections: int = 32) -> Rate:
    """Ask one path over and over on keep-alive connections.

    Bodies must be of one length each time, and the first answers 200, else ValueError is raised.
    """
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: localhost",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    opened = [_open(port) for _ in range(connections)]
    # every worker must have made its answer before the first kept one is timed
    length = {[_ask(each, path, request) for _ in range(3)][-1] for each in opened}.pop()
    chosen = selectors.DefaultSelector()
    received = {each: bytearray() for each in opened}
    for each in opened:
        chosen.register(each, selectors.EVENT_READ)
        each.send(request)
    answered, begun = 0, time.perf_counter()
    while (now := time.perf_counter()) - begun < seconds:
        for key, _ in chosen.select(1):
            ready: socket.socket = key.fileobj  # type: ignore[assignment]
            answer = received[ready]
            answer += ready.recv(1 << 18)
            if 0 < len(answer) - length == answer.find(b"\r\n\r\n") + 4:
                answered += 1
                answer.clear()
                ready.send(request)
    for each in opened:
        each.close()
    return Rate(answered / (now - begun), length)


def _ask(opened: socket.socket, path: str, request: bytes) -> int:
    """Ask once; bytes of the answer's body."""
    opened.send(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += opened.recv(1 << 18)
    head, _, _ = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise ValueError(f"{path}: {head.decode()}")
    sizes = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(sizes[0].split(b":")[1])
    while len(answer) < len(head) + 4 + length:
        answer += opened.recv(1 << 18)
    return length


def _open(port: int) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port))
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened
