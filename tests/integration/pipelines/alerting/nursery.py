"""A process that forks others which tick, so that tests can end them at any instant; imports are paid for once.

Reads a line of JSON per child: {"now": ISO, "ticks": n, "pause": seconds, "die_at": k or null}. The child prints its
pid when it is connected and begins. `die_at` kills the child just before its k-th step: each statement, commit,
request sent and answer received is one.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from typing import Any

import psutil
import requests
from sqlalchemy import create_engine, event

from core.settings import load_settings
from pipelines.alerting.delivery.outbox import enqueue
from pipelines.alerting.delivery.report_outbox import settle_reports
from pipelines.alerting.delivery.sending import deliver
from tests.integration.pipelines.alerting.receivers import NOW


class Nursery:
    """Starts processes that tick, from the tests' side."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def child(
        self, now: datetime = NOW, *, ticks: int = 1, pause: float = 0, die_at: int | None = None
    ) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"now": now.isoformat(), "ticks": ticks, "pause": pause, "die_at": die_at}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def wait(self, *pids: int) -> None:
        until = time.monotonic() + 60
        while any(psutil.pid_exists(pid) for pid in pids):
            assert time.monotonic() < until, "a child does not end"
            time.sleep(0.005)


class Steps:
    """Counts, and kills the process where the count is reached."""

    def __init__(self, die_at: int | None) -> None:
        self._left = die_at
        self._lock = threading.Lock()

    def __call__(self, *_: object, **__: object) -> None:
        with self._lock:
            if self._left is None:
                return
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def tick(order: dict[str, Any]) -> None:
    settings = load_settings()
    assert settings.database_url is not None
    engine = create_engine(settings.database_url.get_secret_value(), pool_size=5, max_overflow=15)
    with engine.connect():
        print(os.getpid(), flush=True)  # noqa: T201
    step = Steps(order["die_at"])
    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, step)
    send = requests.Session.send

    def stepping(*args: Any, **given: Any) -> requests.Response:
        step()
        answer = send(*args, **given)
        step()
        return answer

    requests.Session.send = stepping  # type: ignore[method-assign]
    now = datetime.fromisoformat(order["now"])
    for number in range(order["ticks"]):
        with engine.begin() as connection:
            enqueue(connection, settings, now + timedelta(seconds=number))
        deliver(engine, settings, now + timedelta(seconds=number))
        with engine.begin() as connection:
            settle_reports(connection, now + timedelta(seconds=number))
        time.sleep(order["pause"])


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children that ended leave nothing behind
    for line in sys.stdin:
        if os.fork() == 0:
            tick(json.loads(line))
            os._exit(0)


if __name__ == "__main__":
    main()
