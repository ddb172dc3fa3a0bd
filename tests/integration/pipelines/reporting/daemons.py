"""Daemons of reports, each a process that looks, makes and sends again and again until it is killed."""

import multiprocessing
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from core.database import connect
from core.settings import load_settings
from pipelines.alerting.delivery.report_outbox import settle_reports
from pipelines.alerting.delivery.sending import deliver
from pipelines.reporting.look import look
from pipelines.reporting.make import make_report

# one process that has imported everything, from which each is forked
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        __name__,
        "altair",
        "pipelines.alerting.delivery.channels.mail",
        "reports.charts.kinds.metric",
        "reports.documents.writing",
    ]
)


class Daemons:
    """Some on one database, and the clock that they share; it stands still until it is moved."""

    def __init__(self, number: int, url: str, channels: Mapping[str, str], now: datetime) -> None:
        self._given = url, dict(channels)
        # without locks, which one that is killed would keep; each value has one writer
        self._clock = _CONTEXT.RawValue("d", now.timestamp())
        self._rounds = [_CONTEXT.RawValue("i", 0) for _ in range(number)]
        self._running: list[Any] = [None] * number
        for each in range(number):
            self._start(each)

    def _start(self, which: int) -> None:
        given = (*self._given, self._clock, self._rounds[which])
        self._running[which] = _CONTEXT.Process(target=_work, args=given)
        self._running[which].start()

    def passes(self, time_passed: timedelta) -> None:
        """Move the clock."""
        self._clock.value += time_passed.total_seconds()

    def restart(self, which: int) -> None:
        """Kill one as `kill -9` does, wherever it is, and start it anew."""
        self.kill(which)
        self._start(which)

    def kill(self, which: int) -> None:
        self._running[which].kill()
        self._running[which].join()

    def wait(self, rounds: int = 2) -> None:
        """Until each has come round: with two, one of them began and ended while the clock stood as it does."""
        wanted = [each.value + rounds for each in self._rounds]
        until = time.monotonic() + 60
        while any(each.value < least for each, least in zip(self._rounds, wanted, strict=True)):
            assert all(each.is_alive() for each in self._running), "a daemon ended by itself"
            assert time.monotonic() < until, "the daemons stand still"
            time.sleep(0.01)


@contextmanager
def daemons(number: int, url: str, channels: Mapping[str, str], now: datetime) -> Iterator[Daemons]:
    """So many, while the block runs."""
    found = Daemons(number, url, channels, now)
    try:
        yield found
    finally:
        for which in range(number):
            found.kill(which)


def _work(url: str, channels: Mapping[str, str], clock: Any, rounds: Any) -> None:
    secrets = {name: SecretStr(address) for name, address in channels.items()}
    settings = load_settings(database_url=url, channels=secrets, alert_rate=100_000)
    engine = connect(settings)

    def now() -> datetime:
        return datetime.fromtimestamp(clock.value, UTC)

    while True:
        for each in look(engine, settings, now()).requests:
            make_report(engine, settings, each.run.run_id, now())
        deliver(engine, settings, now())
        with engine.begin() as connection:
            settle_reports(connection, now())
        rounds.value += 1
        time.sleep(0.05)
