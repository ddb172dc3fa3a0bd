"""A real Alertmanager, where it is installed, shows what fires and forgets what ended."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from pydantic import SecretStr
from sqlalchemy import Engine

from core.settings import Settings
from pipelines.alerting.delivery.outbox import enqueue
from pipelines.alerting.delivery.sending import SendingReport, deliver
from tests.conftest import free_port
from tests.integration.pipelines.alerting.receivers import change, open_incident, resolve

PROGRAM = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="no Alertmanager here; apt-get install prometheus-alertmanager brings one"
)


class Alertmanager:
    """A server of this test alone, without any receiver, that may be stopped and started anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{free_port()}"
        (folder / "alertmanager.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")

    def start(self) -> None:
        assert PROGRAM is not None
        options = [
            "--config.file=alertmanager.yml",
            "--storage.path=data",
            "--cluster.listen-address=",
            f"--web.listen-address={self.url.removeprefix('http://')}",
        ]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen([PROGRAM, *options], cwd=self._folder, stdout=log, stderr=log)
        until = time.monotonic() + 20
        while not self._is_ready():
            assert time.monotonic() < until, (self._folder / "log").read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def alerts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(f"{self.url}/api/v2/alerts", timeout=5).json()
        return found

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/-/ready", timeout=5).ok
        except requests.RequestException:
            return False


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Alertmanager]:
    server = Alertmanager(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def tick(database: Engine, settings: Settings, alertmanager: Alertmanager) -> Callable[..., SendingReport]:
    """What the sensor does now: Alertmanager has a clock of its own."""
    told = settings.model_copy(update={"channels": {"alertmanager": SecretStr(alertmanager.url)}})

    def once(seconds: float = 0) -> SendingReport:
        now = datetime.now(UTC) + timedelta(seconds=seconds)
        with database.begin() as connection:
            enqueue(connection, told, now)
        return deliver(database, told, now)

    return once


def fired(database: Engine, **given: Any) -> int:
    now = datetime.now(UTC)
    return open_incident(
        database,
        channels=["alertmanager"],
        opened_at=now - timedelta(minutes=2),
        fired_at=now - timedelta(minutes=1),
        **given,
    )


def test_an_alert_appears_gets_worse_and_ends(
    database: Engine, alertmanager: Alertmanager, tick: Callable[..., SendingReport]
) -> None:
    one = fired(database, slice="carrier=AA", playbooks=["https://wiki.example.com/x"])
    assert tick().delivered == 1
    (alert,) = alertmanager.alerts()
    assert alert["labels"]["alertname"] == "too-many"
    assert (alert["labels"]["severity"], alert["labels"]["slice"]) == ("warning", "carrier=AA")
    assert alert["annotations"]["summary"] == "WARNING Cancellation rate"
    assert alert["annotations"]["runbook_url"] == "https://wiki.example.com/x"
    change(database, one, severity="critical")
    assert tick().delivered == 1
    (worse,) = alertmanager.alerts()
    assert worse["labels"] == {**alert["labels"], "severity": "critical"}
    resolve(database, one, datetime.now(UTC))
    assert tick().delivered == 1
    assert alertmanager.alerts() == []


def test_a_repeat_is_the_same_alert_and_one_that_restarted_is_told_again(
    database: Engine, alertmanager: Alertmanager, tick: Callable[..., SendingReport]
) -> None:
    fired(database)
    tick()
    (before,) = alertmanager.alerts()
    tick()
    (after,) = alertmanager.alerts()
    assert (after["fingerprint"], after["startsAt"]) == (before["fingerprint"], before["startsAt"])
    alertmanager.stop()
    alertmanager.start()
    assert alertmanager.alerts() == []
    assert tick().delivered == 0
    (again,) = alertmanager.alerts()
    assert again["fingerprint"] == before["fingerprint"]


def test_what_ended_while_it_was_away_is_ended_when_it_is_back(
    database: Engine, alertmanager: Alertmanager, tick: Callable[..., SendingReport]
) -> None:
    one, other = fired(database, slice="n=1"), fired(database, slice="n=2")
    tick()
    alertmanager.stop()
    resolve(database, one, datetime.now(UTC))
    assert tick().failed == 1
    alertmanager.start()
    tick(6)  # the first retry is due after 4 to 5 s
    (left,) = alertmanager.alerts()
    assert left["labels"]["slice"] == "n=2"
    assert left["labels"]["incident"].startswith(f"mdl-{other}-")
