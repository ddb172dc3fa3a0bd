"""Two daemons on one database, one or the other killed at any instant: each report comes once to each target."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from pipelines.reporting.runs import LEASE
from tests.conftest import free_port
from tests.integration.pipelines.alerting.receivers import Mailbox, Receiver, receiving
from tests.integration.pipelines.reporting.daemons import Daemons, daemons
from tests.integration.pipelines.reporting.newsroom import CREATED, DUE, Newsroom, weekly

TIMES = 5
WEEKS = 3
"""So many times so many weeks go by, and both daemons are killed."""
TARGETS = ["email:board@example.com", "webhook:a", "webhook:b"]
IDS = ["weekly", "other"]


class Town:
    """All receivers, and which messages brought which run to each."""

    def __init__(self, box: Mailbox, mail: int, hooks: dict[str, Receiver]) -> None:
        self._box = box
        self._hooks = hooks
        self.channels = {
            "email": f"mailto://127.0.0.1:{mail}?from=mdl@example.com&name=MDL",
            **{name: hook.webhook for name, hook in hooks.items()},
        }

    def __len__(self) -> int:
        """How many messages came."""
        return len(self._box.got) + sum(len(hook.got) for hook in self._hooks.values())

    def got(self) -> dict[tuple[str, int], Counter[str]]:
        """Of each target and run: the messages that brought it, by their identity."""
        found: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        for mail in self._box.got:
            found[TARGETS[0], int(mail["X-MDL-Report-Run"])][mail["Message-ID"]] += 1
        for name, hook in self._hooks.items():
            for one in hook.got:
                assert one.headers["Idempotency-Key"] == one.headers["webhook-id"]
                found[name, one.json["report"]["run_id"]][one.headers["webhook-id"]] += 1
        return found


@pytest.fixture
def town() -> Iterator[Town]:
    """A mail server and two webhooks that take a moment to answer, in which their sender may be killed."""
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    with receiving() as one, receiving() as two:
        for each in (one, two):
            each.answer = lambda _: (time.sleep(0.02), (200, {}, b"ok"))[1]
        yield Town(box, port, {"webhook:a": one, "webhook:b": two})
    controller.stop()


@pytest.mark.timeout(600)
def test_whichever_of_two_daemons_is_killed_whenever_each_report_comes_once_to_each_target(
    newsroom: Newsroom, town: Town
) -> None:
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    newsroom.apply(CREATED, *(weekly(each, channels=TARGETS) for each in IDS))
    weeks = [float(week) for week in range(1, 4 + TIMES * WEEKS)]
    newsroom.publish("2026-06-30 06:00", {"revenue": weeks, "customers": weeks})
    url = newsroom.engine.url.render_as_string(hide_password=False)
    with daemons(2, url, town.channels, DUE - timedelta(days=3)) as pair:
        pair.wait()
        for _ in range(TIMES):
            pair.passes(timedelta(weeks=WEEKS))
            kills(pair, town, chance, 0.5)
        # what a receiver was too slow to take
        pair.passes(LEASE)
        pair.wait()
    runs = newsroom.query("select run_id, report_id, state, attempts from ops.report_runs order by run_id")
    assert Counter(report for _, report, _, _ in runs) == dict.fromkeys(IDS, TIMES * WEEKS), seed
    assert {state for _, _, state, _ in runs} == {"sent"}, seed
    got = town.got()
    assert set(got) == {(target, run) for target in TARGETS for run, _, _, _ in runs}, seed
    assert {len(identities) for identities in got.values()} == {1}, seed


def kills(pair: Daemons, town: Town, chance: random.Random, seconds: float) -> None:
    """First one, then the other: at any instant of making and sending what is due, or as something arrives."""
    for which in chance.sample([0, 1], 2):
        is_sending, arrived = chance.random() < 0.5, len(town)
        until = time.monotonic() + (3 * seconds if is_sending else chance.uniform(0, seconds))
        while time.monotonic() < until and not (is_sending and len(town) > arrived):
            time.sleep(0.001)
        pair.restart(which)
        pair.wait()
        # what was under way is lost, and taken up again
        pair.passes(LEASE)
    pair.wait()
