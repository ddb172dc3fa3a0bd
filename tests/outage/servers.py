"""The servers of the trial: a PostgreSQL that can be crashed and started again, and `mdl serve` before it."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from core.postgres import remove_embedded, start_embedded, tool
from tests.conftest import free_port

# where a machine has much else to do
_START_SECONDS = 300


@dataclass
class Primary:
    """A PostgreSQL of its own."""

    home: Path
    url: str = ""

    def __post_init__(self) -> None:
        """Start it for the first time."""
        self.url = start_embedded(self.home)

    def crash(self) -> None:
        """End it at once, as a machine that loses its power."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it where it was."""
        folder = make_url(self.url).query["host"]
        self._control("-o", f'-h "" -k {folder}', "-l", str(self.home / "postgres" / "log"), "start")

    def remove(self) -> None:
        """Stop it, and delete its data."""
        if (self.home / "postgres" / "postmaster.pid").exists():
            self.crash()
        remove_embedded(self.home)

    def _control(self, *arguments: str) -> None:
        command = [tool("pg_ctl"), "-w", "-D", str(self.home / "postgres"), *arguments]
        user = "pgserver" if os.geteuid() == 0 else None
        subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)


@dataclass
class Served:
    """`mdl serve` with a snapshot, at a port of its own."""

    folder: Path
    environment: dict[str, str]
    workers: int = 2
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it can serve."""
        command = [sys.executable, "-c", "import mdl; mdl.main()", "serve", "--port", str(self.port)]
        command += ["--workers", str(self.workers)]
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, cwd=self.folder, stdout=log, stderr=log
            )
        until = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            assert self.process.poll() is None, (self.folder / "serve.log").read_text()[-3_000:]
            assert time.monotonic() < until, "the API does not start"
            time.sleep(0.1)

    def stop(self) -> int:
        """End it in order; its exit code."""
        assert self.process is not None, "it was started"
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health/ready", timeout=10):  # noqa: S310  our own
                return True
        except OSError:
            return False
