"""Make the faults, measure how long until a message names each, heal them, and wait until the message that it is over.

With `--stay` the stack is yours, to make faults in and to follow runbooks: `nsenter --all --target PID` leads into it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.printing import print_rows
from tests.faults.made import FAULTS, ROUNDS, Fault, Room
from tests.faults.messages import Desk, desk
from tests.faults.sample import land, write_catalog
from tests.faults.stack import Stack
from tests.image.build import ROOT
from tests.image.services import mount

_API = "http://api:8000"
_TOOLS = ("prometheus", "prometheus-alertmanager", "unshare", "fallocate")
_TOLD_WITHIN, _WAIT_FOR_TOLD, _WAIT_FOR_OVER = 300.0, 900.0, 900.0
_BEGAN = time.monotonic()


@dataclass
class Outcome:
    """When a fault was made, told in the operators' channel, begun to be mended, and told to be over."""

    fault: Fault
    made_at: float
    told_at: float = 0
    mended_at: float = 0
    over_at: float = 0
    has_runbook: bool = False

    @property
    def is_good(self) -> bool:
        """Whether it was told in time, with the runbook, and that it is over."""
        return self.has_runbook and bool(self.over_at) and self.told_at - self.made_at <= _TOLD_WITHIN

    def row(self) -> dict[str, object]:
        """A line of the table."""
        return {
            "fault": self.fault.name,
            "told by": self.fault.rule,
            "seconds until told": round(self.told_at - self.made_at) if self.told_at else "never",
            "names the runbook": "yes" if self.has_runbook else "no",
            "seconds from mending until over": round(self.over_at - self.mended_at)
            if self.over_at
            else "never",
        }


def say(what: str) -> None:
    click.echo(f"{time.monotonic() - _BEGAN:6.0f} s  {what}")


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([fault.name for fault in FAULTS]))
@click.option("--stay", is_flag=True, help="Start the stack and leave it to you, until interrupted.")
@click.option("--inside", is_flag=True, hidden=True)
def main(names: tuple[str, ...], stay: bool, inside: bool) -> None:  # noqa: FBT001  click's
    """Make faults, all or those named, and measure how long until somebody is told."""
    if not inside:
        sys.exit(_enter())
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    mount("-t", "proc", "proc", "/proc")
    work = Path(tempfile.mkdtemp(prefix="mdl-faults-", dir="/var/tmp"))
    with desk() as told:
        room = _prepared(Stack(work), told)
        while stay:
            time.sleep(60)
        chosen = [
            [fault for fault in FAULTS if fault.name in each and (fault.name in names or not names)]
            for each in ROUNDS
        ]
        outcomes = [outcome for faults in chosen if faults for outcome in _one_round(room, faults)]
        _wait_until_over(told, outcomes)
    failed = _report(told, outcomes)
    if not failed:
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(failed)


def _enter() -> int:
    """The same command in namespaces of its own; what it ended with."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        raise click.ClickException(
            f"this needs root, and Debian's {', '.join(missing or _TOOLS)}, postgresql-15"
        )
    own = [sys.executable, "-m", "tests.faults", "--inside", *sys.argv[1:]]
    namespaces = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"]
    return subprocess.run([*namespaces, *own], cwd=ROOT, check=False).returncode


def _prepared(stack: Stack, told: Desk) -> Room:
    """Everything started in the order of the Compose file, and the sample published."""
    stack.lay_out()
    land(stack.landing)
    write_catalog(stack.catalog)
    stack.prepare_postgres()
    stack.start("redis")
    stack.run("migrate")
    for name in ("code", "api"):
        stack.start(name)
    stack.wait(lambda: _text(f"{_API}/health/ready"), "the API is not ready", 300)
    for name in ("daemon", "webserver", "prometheus", "alertmanager"):
        stack.start(name)
    say(f"everything is started; logs are in {stack.work}")
    stack.wait(
        lambda: "mdl_metric_overdue_seconds{" in _text(f"{_API}/metrics"), "nothing was published", 900
    )
    say("the sample is published")
    return Room(stack, told)


def _text(url: str) -> str:
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
        return str(answer.read().decode())
    return ""


def _one_round(room: Room, faults: Sequence[Fault]) -> list[Outcome]:
    """Make some faults, wait until each is told, and heal them."""
    outcomes = []
    for fault in faults:
        began = time.time()
        outcomes.append(Outcome(fault, fault.make(room) or began))
        say(f"{fault.name}: made")
    deadline = time.time() + _WAIT_FOR_TOLD
    while time.time() < deadline and not all(outcome.told_at for outcome in outcomes):
        for outcome in outcomes:
            _look(room.desk, outcome)
        time.sleep(0.5)
    for outcome in outcomes:
        outcome.mended_at = time.time()
        outcome.fault.heal(room)
        say(f"{outcome.fault.name}: healed")
    return outcomes


def _look(told: Desk, outcome: Outcome) -> None:
    message = told.first(outcome.fault.rule, outcome.made_at, is_over=False)
    if message is not None and not outcome.told_at:
        outcome.told_at = message.at
        outcome.has_runbook = f"docs/runbooks/{outcome.fault.rule}.md" in message.text
        say(f"{outcome.fault.name}: told after {message.at - outcome.made_at:.0f} s")


def _wait_until_over(told: Desk, outcomes: Sequence[Outcome]) -> None:
    deadline = time.time() + _WAIT_FOR_OVER
    while time.time() < deadline and not all(outcome.over_at for outcome in outcomes):
        for outcome in outcomes:
            message = told.first(outcome.fault.rule, outcome.told_at, is_over=True)
            outcome.over_at = message.at if message else 0
        time.sleep(1)


def _report(told: Desk, outcomes: Sequence[Outcome]) -> int:
    """Print what came, and the table; 1 where something was told too late, without its runbook, or never as over."""
    for message in told.came:
        click.echo(
            f"{_clock(message.at)} {message.to} {'over' if message.is_over else 'told'} {message.title}"
        )
    print_rows([outcome.row() for outcome in outcomes], "table")
    return int(not all(outcome.is_good for outcome in outcomes))


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S}"


if __name__ == "__main__":
    main()
