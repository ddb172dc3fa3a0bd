"""A running `mdl serve` that tests ask."""

import json
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from tests.conftest import free_port
from tests.e2e.conftest import Workspace


class Served:
    """A running `mdl serve` and what it wrote."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.base = f"http://127.0.0.1:{port}"
        self.lines: list[str] = []
        self.readers = [
            threading.Thread(target=self._read, args=[pipe]) for pipe in (process.stdout, process.stderr)
        ]
        for reader in self.readers:
            reader.start()

    def _read(self, pipe: IO[str]) -> None:
        with pipe:
            self.lines.extend(pipe)

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        for reader in self.readers:
            reader.join()

    def ask(self, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310  our own address
            self.base + path, data, {"Content-Type": "application/json", **headers}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  our own address
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def is_ready(self) -> bool:
        try:
            return self.ask("/health/ready")[0] == 200
        except OSError:
            return False


@contextmanager
def serving(workspace: Workspace, *, workers: int = 2) -> Iterator[Served]:
    """Serve the workspace, from when it is ready and while the block lasts."""
    port = free_port()
    process = workspace.start("serve", "--port", str(port), "--workers", str(workers))
    served = Served(process, port)
    try:
        deadline = time.monotonic() + 60
        while not served.is_ready():
            assert process.poll() is None, "".join(served.lines)
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield served
    finally:
        served.end()
