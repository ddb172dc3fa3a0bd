"""Processes of one command: started with a log each, watched, and ended together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import TransientError
from core.logs import rotate, shorten

_START_SECONDS = 120
_STOP_SECONDS = 30
_TAIL_LINES = 15


@dataclass
class Processes:
    """What was started, what each prints going to a file of its name; `stopped` is set by SIGINT and SIGTERM."""

    logs: Path
    stopped: threading.Event = field(default_factory=threading.Event)
    started: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str, module: str, *arguments: str) -> None:
        """Run a Python module, in a session of its own so that Ctrl-C reaches us alone; not after a signal."""
        if self.stopped.is_set():
            return
        rotate(self._log(name), 0)
        with self._log(name).open("ab") as output:
            self.started[name] = subprocess.Popen(  # noqa: S603  our own interpreter and arguments
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until(self, is_ready: Callable[[], bool]) -> bool:
        """Wait for the newest process to be ready; False where a signal came first.

        Raises:
            TransientError: it takes too long, or a process ended.
        """
        deadline = time.monotonic() + _START_SECONDS
        while not self.stopped.wait(0.3):
            self._insist_alive()
            if is_ready():
                return True
            if time.monotonic() > deadline:
                raise TransientError(f"Dagster did not start within {_START_SECONDS} s; see {self.logs}")
        return False

    def watch(self) -> None:
        """Wait for a signal.

        Raises:
            TransientError: a process ended by itself; the message shows its last words.
        """
        while not self.stopped.wait(0.5):
            self._insist_alive()
            for name in self.started:
                shorten(self._log(name))

    def end(self) -> None:
        """Ask all to end, the last started first, and kill what does not."""
        for process in reversed(self.started.values()):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + _STOP_SECONDS
        for process in self.started.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # with whatever it started: each leads a session of its own
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _insist_alive(self) -> None:
        for name, process in self.started.items():
            if process.poll() is not None:
                tail = "\n".join(self._log(name).read_text(errors="replace").splitlines()[-_TAIL_LINES:])
                raise TransientError(
                    f"{name} ended with code {process.returncode}; {self._log(name)}:\n{tail}"
                )

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"
