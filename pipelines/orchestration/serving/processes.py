"""Processes of one command: started with a log each, started again where they end or hang, and ended together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import TransientError
from core.logs import rotate, shorten
from core.postgres import stop_embedded
from pipelines.orchestration.serving.endings import MOST, WITHIN_SECONDS, Endings

_START_SECONDS = 120
_STOP_SECONDS = 30
# between two looks for a sign of life
_LOOK_SECONDS = 5
_TAIL_LINES = 15


@dataclass
class Child:
    """A process, how it is started, and how one sees that it lives; `patience` is how long it may give no sign of that.

    One that just began may be silent for longer. Times are of time.monotonic.
    """

    name: str
    command: tuple[str, ...]
    gives_sign: Callable[[], bool]
    patience: float
    process: "subprocess.Popen[bytes]"
    resumes_at: float | None = None

    def __post_init__(self) -> None:
        """Begin as one that gave its sign when its time to start was nearly over."""
        self.looked_at = time.monotonic()
        self.sign_at = self.looked_at + _START_SECONDS - self.patience

    def hangs(self) -> bool:
        """Whether it gave no sign of life for too long; looks for one every few seconds."""
        if time.monotonic() - self.looked_at >= _LOOK_SECONDS:
            is_alive = self.gives_sign()
            self.looked_at = time.monotonic()
            if is_alive:
                self.sign_at = self.looked_at
        return time.monotonic() - self.sign_at > self.patience


@dataclass
class Processes:
    """What was started, what each prints going to a file of its name; `stopped` is set by SIGINT and SIGTERM.

    `homes` have embedded PostgreSQLs, which a process that is killed leaves behind as it does others.
    """

    logs: Path
    endings: Endings
    homes: Sequence[Path] = ()
    stopped: threading.Event = field(default_factory=threading.Event)
    started: dict[str, Child] = field(default_factory=dict)
    _keeper: "subprocess.Popen[bytes] | None" = None

    def start(
        self, name: str, gives_sign: Callable[[], bool], patience: float, module: str, *arguments: str
    ) -> None:
        """Run a Python module; not after a signal."""
        if self.stopped.is_set():
            return
        rotate(self._log(name), 0)
        command = (module, *arguments)
        self.started[name] = Child(name, command, gives_sign, patience, self._run(name, *command))
        self.endings.know(name)
        self._tell_keeper()

    def wait_until(self, is_ready: Callable[[], bool]) -> bool:
        """Wait for the newest process to be ready; False where a signal came first.

        Raises:
            TransientError: it takes too long, or a process ended.
        """
        deadline = time.monotonic() + _START_SECONDS
        while not self.stopped.wait(0.3):
            for child in self.started.values():
                if child.process.poll() is not None:
                    raise self._given_up(child, f"ended with code {child.process.returncode}")
            if is_ready():
                return True
            if time.monotonic() > deadline:
                raise TransientError(f"Dagster did not start within {_START_SECONDS} s; see {self.logs}")
        return False

    def watch(self, look: Callable[[], None], is_excused: Callable[[], bool]) -> None:
        """Wait for a signal, and start again what ends or hangs meanwhile.

        Args:
            look: called every half a second, before processes are looked at.
            is_excused: whether it is nobody's fault that a process ended now.

        Raises:
            TransientError: a process ended again and again; the message shows its last words.
        """
        while not self.stopped.wait(0.5):
            look()
            for child in self.started.values():
                self._look_after(child, is_excused)
                shorten(self._log(child.name))
            if self._keeper is not None and self._keeper.poll() is not None:
                self._keeper = None
                self._tell_keeper()

    def end(self) -> None:
        """Ask all to end, the last started first, and kill what does not."""
        running = [child.process for child in self.started.values()]
        for process in reversed(running):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + _STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill(process)
                stop_embedded(self.homes)
        self.started.clear()
        self._dismiss_keeper()

    def _look_after(self, child: Child, is_excused: Callable[[], bool]) -> None:
        if child.resumes_at is not None:
            if time.monotonic() >= child.resumes_at:
                process = self._run(child.name, *child.command)
                known = (child.name, child.command, child.gives_sign, child.patience)
                self.started[child.name] = Child(*known, process)
                self._tell_keeper()
        elif child.process.poll() is not None:
            self._pause(child, f"ended with code {child.process.returncode}", counts=not is_excused())
        elif child.hangs():
            self._pause(child, f"gave no sign of life for {child.patience:g} s", counts=not is_excused())

    def _pause(self, child: Child, why: str, *, counts: bool) -> None:
        # also what it started, which holds its port or works on
        _kill(child.process)
        pause = self.endings.note(child.name, why, counts=counts)
        if pause is None:
            raise self._given_up(child, f"{why}, the {MOST}th time within {WITHIN_SECONDS // 60} minutes")
        child.resumes_at = time.monotonic() + pause

    def _given_up(self, child: Child, why: str) -> TransientError:
        log = self._log(child.name)
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
        return TransientError(f"{child.name} {why}; {log}:\n{tail}")

    def _run(self, name: str, *command: str) -> "subprocess.Popen[bytes]":
        """Run in a session of its own, so that Ctrl-C reaches us alone."""
        with self._log(name).open("ab") as output:
            return subprocess.Popen(  # noqa: S603  our own interpreter and arguments
                [sys.executable, "-m", *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _tell_keeper(self) -> None:
        """Say who is to be ended if we are killed; nobody any more means that all ended well."""
        if self._keeper is None:
            with self._log("keeper").open("ab") as output:
                self._keeper = subprocess.Popen(  # noqa: S603  as above
                    [sys.executable, "-m", "pipelines.orchestration.serving.keeper", *map(str, self.homes)],
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        assert self._keeper.stdin is not None  # noqa: S101  it was asked for
        leaders = " ".join(str(child.process.pid) for child in self.started.values())
        with suppress(BrokenPipeError):  # the next look finds it ended, and starts another
            self._keeper.stdin.write(f"{leaders}\n".encode())
            self._keeper.stdin.flush()

    def _dismiss_keeper(self) -> None:
        if self._keeper is not None:
            self._tell_keeper()
            with suppress(BrokenPipeError):
                self._keeper.communicate()

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End it with whatever it started: each leads a session of its own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
