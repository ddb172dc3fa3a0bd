"""PostgreSQL and Redis go away and come back while the API is under load."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.conftest import RedisServer
from tests.e2e.conftest import Workspace
from tests.e2e.served import serving
from tests.e2e.test_serve import CATALOG, PASSWORD

KEPT = "/api/v1/metrics/revenue/values?grain=day"
HOLD = """
import pathlib, sys, time
from core.postgres import start_embedded
print(start_embedded(pathlib.Path(sys.argv[1])), flush=True)
time.sleep(600)
"""


class Postgres:
    """A server of its own, held by a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", HOLD, str(self.home)]
        self.holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.holder.stdout is not None
        self.url = self.holder.stdout.readline().strip()
        assert self.url.startswith("postgresql")

    def stop(self) -> None:
        # the server outlives a holder that is terminated
        if (noted := self.home / "postgres" / "postmaster.pid").exists():
            os.kill(int(noted.read_text().splitlines()[0]), signal.SIGINT)
        self.holder.terminate()
        self.holder.wait()
        assert self.holder.stdout is not None
        self.holder.stdout.close()
        while noted.exists():
            time.sleep(0.1)


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "elsewhere")
    yield server
    server.stop()


@contextmanager
def asking(ask: Callable[[], int]) -> Iterator[list[int]]:
    """Ask from four threads while the block lasts; the statuses that came."""
    seen: list[int] = []
    stopped = threading.Event()

    def keep_asking() -> None:
        while not stopped.is_set():
            seen.append(ask())

    with ThreadPoolExecutor(4) as threads:
        running: list[Future[Any]] = [threads.submit(keep_asking) for _ in range(4)]
        try:
            yield seen
        finally:
            stopped.set()
        for each in running:
            each.result()


def test_outages_are_met_without_a_restart(
    workspace: Workspace, postgres: Postgres, redis_server: RedisServer
) -> None:
    workspace.database_url = postgres.url
    workspace.environment = {
        "MDL_AS_OF": "2026-03-05",
        "REDIS_URL": redis_server.url,
        "MDL_RATE_LIMIT": "1000000",
    }
    workspace.write("catalog/shop.yaml", CATALOG)
    workspace.write("landing/orders/one.csv", "at,amount\n2026-03-01 09:00,10\n")
    workspace.mdl("run")
    engine = create_engine(postgres.url)
    with engine.begin() as connection:
        create_user(connection, "ada", PASSWORD, Role.ADMIN, wall_now())
    engine.dispose()
    with serving(workspace) as served:
        token = json.loads(served.ask("/api/auth/login", {"username": "ada", "password": PASSWORD})[1])
        authorization = {"Authorization": f"Bearer {token['access_token']}"}

        def ask(path: str) -> int:
            return served.ask(path, **authorization)[0]

        # each of the workers has the answer, from Redis or its own
        for _ in range(40):
            assert ask(KEPT) == 200
        with asking(lambda: ask(KEPT)) as kept:
            time.sleep(1)
            postgres.stop()
            time.sleep(2)
            others = [served.ask(f"{KEPT}&limit={number}", **authorization) for number in range(1, 4)]
            postgres.start()
            deadline = time.monotonic() + 30
            while ask(f"{KEPT}&limit=9") != 200:
                assert time.monotonic() < deadline, "no recovery"
                time.sleep(0.2)
            time.sleep(1)
        assert set(kept) == {200}
        assert {status for status, _ in others} == {503}
        assert {json.loads(body)["type"] for _, body in others} == {"urn:mdl:problem:unavailable"}

        paths = iter(range(10, 10_000))
        with asking(lambda: ask(f"{KEPT}&limit={next(paths)}")) as without_redis:
            time.sleep(0.5)
            redis_server.stop()
            time.sleep(2)
        assert set(without_redis) == {200}
        assert json.loads(served.ask("/health")[1])["parts"]["cache"]["status"] == "away"
