"""`mdl up`: the processes that serve an installation, started, watched and ended together."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
import dagster as dg

from core.errors import ConfigurationError, TransientError
from core.settings import Settings
from pipelines.instance import dagster_home, prepare
from pipelines.workspace import Workspace

_START_SECONDS = 120
_STOP_SECONDS = 30
_TAIL_LINES = 15


@dataclass(frozen=True)
class Service:
    """One process that serves; what it prints goes to `log`."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM, then end every process.

    Raises:
        ConfigurationError: the port is taken.
        TransientError: a process ended by itself; the message shows its last words.
    """
    if not _is_free(host, port):
        raise ConfigurationError(f"port {port} of {host} is taken; choose another with --port")
    workspace = Workspace.open(settings)
    prepare(settings, workspace.engine)
    # children use the server that this process holds; Dagster's tables are made before two processes make them at once
    os.environ["MDL_DATABASE_URL"] = workspace.engine.url.render_as_string(hide_password=False)
    dg.DagsterInstance.get().dispose()
    workspace.engine.dispose()
    with (
        _until_signalled() as stopped,
        _running(_commands(host, port), settings.home / "dagster") as services,
    ):
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104  compared, not bound
        if _wait_until_up(address, services, stopped):
            click.echo(f"Dagster      {address}")
            click.echo(f"logs         {settings.home / 'dagster'}")
            click.echo("Ctrl-C ends everything")
        while not stopped.wait(0.5):
            _insist_alive(services)


def _commands(host: str, port: int) -> Mapping[str, Sequence[str]]:
    workspace = str(Path(dagster_home()) / "workspace.yaml")
    python = [sys.executable, "-m"]
    return {
        "webserver": [*python, "dagster_webserver", "-w", workspace, "-h", host, "-p", str(port)],
        "daemon": [*python, "dagster._daemon", "run", "-w", workspace],
    }


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@contextmanager
def _until_signalled() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, also where a shell started us with SIGINT ignored."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _running(commands: Mapping[str, Sequence[str]], logs: Path) -> Iterator[list[Service]]:
    """Start the commands, each in a session of its own so that Ctrl-C reaches us alone; end them all."""
    services: list[Service] = []
    try:
        for name, command in commands.items():
            log = logs / f"{name}.log"
            with log.open("wb") as output:
                process = subprocess.Popen(  # noqa: S603  our own interpreter and arguments
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            services.append(Service(name, process, log))
        yield services
    finally:
        _end(services)


def _end(services: Sequence[Service]) -> None:
    for service in services:
        if service.process.poll() is None:
            service.process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + _STOP_SECONDS
    for service in services:
        try:
            service.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            service.process.kill()
            service.process.wait()


def _wait_until_up(address: str, services: Sequence[Service], stopped: threading.Event) -> bool:
    """Whether the web server answers; False where a signal came first."""
    deadline = time.monotonic() + _START_SECONDS
    while not stopped.wait(0.5):
        _insist_alive(services)
        try:
            with urllib.request.urlopen(f"{address}/server_info", timeout=5):  # noqa: S310  our own address
                return True
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise TransientError(
                    f"Dagster did not answer within {_START_SECONDS} s; see {services[0].log}"
                ) from None
    return False


def _insist_alive(services: Sequence[Service]) -> None:
    for service in services:
        if service.process.poll() is not None:
            tail = "\n".join(service.log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
            raise TransientError(
                f"{service.name} ended with code {service.process.returncode}; its last words in {service.log}:\n{tail}"
            )
