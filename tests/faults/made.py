"""The nine faults: how each is made and healed in the running stack, and the rule that tells of it."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from examples.flights.prepare import FILES
from tests.faults.hung_folder import HungFolder
from tests.faults.messages import Desk
from tests.faults.sample import last_midnight, promise
from tests.faults.stack import Stack

_BALLAST = "core.12345"
_TORN = "\n  - metric_id: {\n"


@dataclass(frozen=True)
class Fault:
    """make: does the damage, and says when it will be where that is later. heal: what the runbook ends with."""

    name: str
    rule: str
    make: Callable[["Room"], float | None]
    heal: Callable[["Room"], None]


@dataclass
class Room:
    """The stack, and who is told."""

    stack: Stack
    desk: Desk
    hung: HungFolder | None = None

    @property
    def weather(self) -> Path:
        """The delivered file."""
        return self.stack.landing / FILES["weather.csv"]

    def document(self, name: str) -> Path:
        """A document of the catalog."""
        return self.stack.catalog / f"metrics-{name}.yaml"

    def mdl(self, *words: str) -> None:
        """Run a command to its end."""
        environment, log = self.stack.environment, self.stack.log("commands")
        with log.open("ab") as file:
            subprocess.run(
                ["mdl", *words], env=environment, cwd=self.stack.work, stdout=file, stderr=file, check=True
            )


def _ballast(room: Room) -> None:
    """Fill the disk but for a twentieth."""
    disk = shutil.disk_usage(room.stack.home)
    size = disk.free - disk.total // 20
    subprocess.run(["fallocate", "-l", str(size), room.stack.home / _BALLAST], check=True)


def _break_catalog(room: Room) -> None:
    """A document that was saved half way, and a delivery that asks for a run."""
    with room.document("weather").open("a") as file:
        file.write(_TORN)
    os.utime(room.weather)


def _mend_catalog(room: Room) -> None:
    document = room.document("weather")
    document.write_text(document.read_text().removesuffix(_TORN))
    room.mdl("run")


def _hang(room: Room) -> None:
    room.hung = HungFolder(room.stack.landing / "share")


def _unhang(room: Room) -> None:
    """The share is back; the processes that hung in it are new ones."""
    assert room.hung is not None
    room.hung.close()
    for name in ("daemon", "code"):
        room.stack.end(name)
    for name in ("code", "daemon"):
        room.stack.start(name)


def _shut_channel(room: Room) -> None:
    """The owners' channel refuses, and there is something to tell them: flights are older than now promised.

    No period of theirs is late by that: the next one may come until half a day from now.
    """
    room.desk.shut_owners()
    promise(room.document("punctuality"), datetime.now(UTC) - last_midnight() - timedelta(hours=12))
    room.mdl("catalog", "apply")


def _break_promise(room: Room) -> float:
    """Promise so that the weather's next day is late within the next two minutes; when."""
    newest = last_midnight() + timedelta(days=1)
    tolerated = timedelta(minutes=(datetime.now(UTC) - newest) // timedelta(minutes=1) + 2)
    promise(room.document("weather"), tolerated)
    room.mdl("catalog", "apply")
    return (newest + tolerated).timestamp()


def _deliver_weather(room: Room) -> None:
    """An hour of yesterday's weather, so that nothing is late any more."""
    newest = last_midnight() + timedelta(days=1) - timedelta(minutes=30)
    *row, _ = room.weather.read_text().splitlines()[-1].split(",")
    with room.weather.open("a") as file:
        file.write(",".join([*row, f"{newest.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"]) + "\n")
    room.mdl("run")


def _ended(name: str, by: signal.Signals = signal.SIGKILL) -> Callable[[Room], None]:
    return lambda room: room.stack.end(name, by)


def _started(name: str) -> Callable[[Room], None]:
    return lambda room: room.stack.start(name)


FAULTS = [
    Fault("data stale", "MdlNumbersAreStale", _break_promise, _deliver_weather),
    Fault("channel away", "MdlChannelIsAway", _shut_channel, lambda room: room.desk.open_owners()),
    Fault("Redis stopped", "MdlSharedCacheIsAway", _ended("redis"), _started("redis")),
    Fault("run failing", "MdlRunFailed", _break_catalog, _mend_catalog),
    Fault("daemon killed", "MdlSensorIsSilent", _ended("daemon"), _started("daemon")),
    Fault("disk full", "MdlDiskIsFull", _ballast, lambda room: (room.stack.home / _BALLAST).unlink()),
    Fault("API killed", "MdlIsDown", _ended("api"), _started("api")),
    Fault("sensor stuck", "MdlSensorIsSilent", _hang, _unhang),
    Fault("PostgreSQL stopped", "MdlDatabaseIsAway", _ended("postgres", signal.SIGINT), _started("postgres")),
]
# made together, since none hides another; what was made is over before the next that the same rule tells of
ROUNDS = [
    ("data stale", "channel away"),
    ("run failing", "Redis stopped"),
    ("daemon killed", "disk full"),
    ("API killed",),
    ("sensor stuck",),
    ("PostgreSQL stopped",),
]
