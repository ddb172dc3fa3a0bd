"""`mdl up` whose processes are killed, hang, or are left behind."""

import json
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest

from core.supervised import read_restarts
from tests.conftest import free_port
from tests.e2e import conftest
from tests.e2e.conftest import Workspace
from tests.e2e.test_run_and_up import CATALOG

# the real command, which takes silence for a fault sooner: Dagster's daemon beats every 30 seconds
IMPATIENT = """
from pipelines.orchestration.serving import supervisor
supervisor._PATIENCE["daemon"] = 40
import mdl
mdl.main()
"""
PASSWORD = "correct horse battery staple"  # noqa: S105


class Up:
    """A running `mdl up` on a PostgreSQL of its own, and a reader of its API."""

    def __init__(self, workspace: Workspace) -> None:
        self.home = workspace.root / "home"
        self.api = free_port()
        self.process = workspace.start("up", "--port", str(free_port()), "--api-port", str(self.api))
        assert self.process.stdout is not None
        self.lines: list[str] = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout or ()))
        self.reader.start()

    def begin(self) -> None:
        """Wait for it, and be signed in."""
        until(lambda: any("Ctrl-C" in line for line in self.lines))
        first = next(line for line in self.lines if line.startswith("first user")).split()[4]
        self.token = self.sign_in(first.rstrip())
        change = {"old_password": first, "new_password": PASSWORD}
        self.ask("/api/auth/password", change, method="POST")
        self.token = self.sign_in(PASSWORD)

    def sign_in(self, password: str) -> str:
        given = {"username": "admin", "password": password}
        token: str = json.loads(self.ask("/api/auth/login", given, method="POST"))["access_token"]
        return token

    def ask(self, path: str, body: object = None, method: str = "GET") -> str:
        headers = {"Content-Type": "application/json"}
        if hasattr(self, "token"):
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.api}{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  our own address
            text: str = answer.read().decode()
        return text

    def answers(self) -> bool:
        """Whether a reader sees what is in the database now, not what was kept."""
        try:
            return "status" in self.ask("/health/ready") and "admin" in self.ask("/api/auth/users")
        except OSError:
            return False

    def process_of(self, words: str) -> psutil.Process | None:
        children = psutil.Process(self.process.pid).children()
        return next((child for child in children if words in " ".join(child.cmdline())), None)

    def postgres(self) -> psutil.Process:
        return psutil.Process(int((self.home / "postgres" / "postmaster.pid").read_text().split()[0]))

    def all(self) -> list[psutil.Process]:
        return [*psutil.Process(self.process.pid).children(recursive=True), self.postgres()]

    def restarts(self) -> dict[str, int]:
        return {name: one.times for name, one in read_restarts(self.home).items()}


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 200
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@contextmanager
def serving(workspace: Workspace) -> Iterator[Up]:
    up = Up(workspace)
    try:
        up.begin()
        yield up
    finally:
        up.process.send_signal(signal.SIGINT)
        _, errors = up.process.communicate(timeout=90)
        up.reader.join()
        sys.stdout.write("".join([*up.lines, errors]))


@pytest.fixture
def shop(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(conftest, "MDL", [sys.executable, "-c", IMPATIENT])
    workspace.environment = {"MDL_AS_OF": "2026-03-05", "MDL_DATABASE_URL": ""}
    workspace.write("catalog/shop.yaml", CATALOG)
    return workspace


def test_what_is_killed_or_hangs_comes_back_and_nothing_outlives_a_killed_mdl_up(shop: Workspace) -> None:
    with serving(shop) as up:
        # it hangs while others are killed: the wait for its silence is the longest
        hanging, api = up.process_of("dagster._daemon"), up.process_of("mdl serve")
        assert hanging is not None
        assert api is not None
        hanging.suspend()

        api.kill()
        until(lambda: up.restarts()["api"] == 1)
        until(up.answers)

        before = up.postgres()
        before.kill()
        until(lambda: up.restarts()["postgresql"] == 1)
        until(up.answers)
        assert up.postgres() != before

        until(lambda: up.restarts()["daemon"] >= 1)
        until(lambda: up.process_of("dagster._daemon") not in (None, hanging))
        assert not hanging.is_running()
        metrics = up.ask("/metrics").splitlines()
        assert 'mdl_up_restarts{process="api"} 1.0' in metrics
        assert (
            '"process":"daemon","why":"gave no sign of life for 40 s"'
            in (up.home / "logs" / "mdl.log").read_text()
        )

        left = up.all()
        up.process.kill()
        _, alive = psutil.wait_procs(left, timeout=60)
        assert alive == []
