"""One breach is told once to each target, whatever happens to clocks, targets and processes."""

import os
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from core.settings import Settings
from pipelines.alerting.delivery.outbox import enqueue
from pipelines.alerting.delivery.sending import deliver
from tests.conftest import free_port
from tests.integration.pipelines.alerting.nursery import Nursery
from tests.integration.pipelines.alerting.receivers import (
    NOW,
    SECRET,
    Received,
    Receiver,
    change,
    open_incident,
    outbox,
    receiving,
    resolve,
)


def tick(engine: Engine, settings: Settings, seconds: float = 0) -> None:
    """What the sensor does, so many seconds after NOW."""
    now = NOW + timedelta(seconds=seconds)
    with engine.begin() as connection:
        enqueue(connection, settings, now)
    deliver(engine, settings, now)


def told(webhook: Receiver) -> list[tuple[str, list[int]]]:
    return [_told(one) for one in webhook.got]


def _told(one: Received) -> tuple[str, list[int]]:
    kind = one.json["type"].removeprefix("incident.")
    return kind, [incident["incident_id"] for incident in one.json["incidents"]]


def identities(webhook: Receiver) -> dict[tuple[str, int], set[str]]:
    """Per event and incident, the different messages that told it."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for one in webhook.got:
        kind, incidents = _told(one)
        for incident in incidents:
            found[kind, incident].add(one.headers["webhook-id"])
    return found


def test_a_thousand_ticks_tell_an_incident_and_its_end_once(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database)
    for second in range(500):
        tick(database, settings_told, second)
    resolve(database, one)
    for second in range(500, 1000):
        tick(database, settings_told, second)
    assert told(webhook) == [("firing", [one]), ("resolved", [one])]
    assert outbox(database) == [
        (one, "firing", "webhook:x", "delivered"),
        (one, "resolved", "webhook:x", "delivered"),
    ]


# ---- what is told ----------------------------------------------------------------------------------------


def test_what_ends_before_anybody_was_told_is_never_told(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database)
    with database.begin() as connection:
        enqueue(connection, settings_told, NOW)
    resolve(database, one)
    tick(database, settings_told, 1)
    tick(database, settings_told, 2)
    assert told(webhook) == []
    assert outbox(database) == [(one, "firing", "webhook:x", "withdrawn")]


def test_what_ends_while_its_target_refuses_everything_is_never_told(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database)
    webhook.answer = lambda _: (503, {}, b"")
    tick(database, settings_told)
    resolve(database, one)
    tick(database, settings_told, 60)
    assert outbox(database) == [(one, "firing", "webhook:x", "withdrawn")]
    assert len(webhook.got) == 1


def test_what_ends_while_nobody_knows_whether_it_was_told_is_told_to_its_end(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database)
    webhook.answer = lambda _: (502, {}, b"")  # the gateway's word: the receiver may have it
    tick(database, settings_told)
    resolve(database, one)
    webhook.answer = lambda _: (200, {}, b"")
    tick(database, settings_told, 60)
    assert told(webhook) == [("firing", [one]), ("firing", [one]), ("resolved", [one])]
    assert webhook.got[0].headers["webhook-id"] == webhook.got[1].headers["webhook-id"]


def test_pending_incidents_are_not_told(database: Engine, settings_told: Settings, webhook: Receiver) -> None:
    open_incident(database, state="pending", fired_at=None)
    tick(database, settings_told)
    assert told(webhook) == []


def test_a_silence_that_ends_while_it_still_fires_is_told_then(
    database: Engine, settings_told: Settings, webhook: Receiver, silence: Callable[..., None]
) -> None:
    one = open_incident(database)
    with database.begin() as connection:
        enqueue(connection, settings_told, NOW)
    silence(subject_id="FLT-CANCELLATION-RATE", minutes=10)
    tick(database, settings_told, 60)
    assert told(webhook) == []
    tick(database, settings_told, 601)
    assert told(webhook) == [("firing", [one])]


def test_the_end_is_told_under_a_silence_to_whom_the_beginning_was(
    database: Engine, settings_told: Settings, webhook: Receiver, silence: Callable[..., None]
) -> None:
    one = open_incident(database)
    tick(database, settings_told)
    silence(rule_id="too-many", minutes=10)
    resolve(database, one)
    tick(database, settings_told, 60)
    assert told(webhook) == [("firing", [one]), ("resolved", [one])]


def test_getting_worse_is_told_once_for_each_step(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database, severity="info")
    tick(database, settings_told)
    for second, severity in ((1, "warning"), (2, "warning"), (3, "critical"), (4, "critical")):
        change(database, one, severity=severity)
        tick(database, settings_told, second)
    assert told(webhook) == [("firing", [one]), ("escalated", [one]), ("escalated", [one])]
    assert [got.json["incidents"][0]["severity"] for got in webhook.got] == ["info", "warning", "critical"]


def test_what_got_worse_before_it_was_told_is_told_at_its_worst_only(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database)
    with database.begin() as connection:
        enqueue(connection, settings_told, NOW)
    change(database, one, severity="critical")
    tick(database, settings_told, 1)
    tick(database, settings_told, 2)
    assert told(webhook) == [("firing", [one])]
    assert webhook.got[0].json["title"] == "CRITICAL Cancellation rate"


def test_what_got_worse_while_its_target_refused_everything_is_told_at_its_worst_only(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database)
    webhook.answer = lambda _: (503, {}, b"")
    tick(database, settings_told)
    change(database, one, severity="critical")
    webhook.answer = lambda _: (200, {}, b"")
    tick(database, settings_told, 60)
    tick(database, settings_told, 61)
    assert told(webhook) == [("firing", [one]), ("firing", [one])]
    assert webhook.got[1].json["title"] == "CRITICAL Cancellation rate"


def test_it_is_told_again_at_intervals_until_somebody_acknowledges_it(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database, renotify_seconds=3600)
    for minutes in range(0, 150, 10):
        tick(database, settings_told, 60 * minutes)
    change(database, one, state="acknowledged")
    for minutes in range(150, 400, 10):
        tick(database, settings_told, 60 * minutes)
    assert told(webhook) == [("firing", [one]), ("renotified", [one]), ("renotified", [one])]


def test_reminders_go_on_where_the_word_that_it_got_worse_was_given_up(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database, renotify_seconds=3600)
    tick(database, settings_told)
    change(database, one, severity="critical")
    webhook.answer = lambda _: (400, {}, b"")
    tick(database, settings_told, 60)
    assert outbox(database)[-1] == (one, "escalated:critical", "webhook:x", "dead")
    webhook.answer = lambda _: (200, {}, b"")
    for second in range(120, 7500, 60):
        tick(database, settings_told, second)
    assert [event for event, _ in told(webhook)] == ["firing", "escalated", "renotified", "renotified"]


def test_what_becomes_due_together_goes_out_together(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    some = [open_incident(database, slice=f"carrier={name}") for name in ("AA", "UA", "DL")]
    tick(database, settings_told)
    assert told(webhook) == [("firing", some)]
    assert webhook.got[0].json["title"] == "WARNING 3 alerts: 3 warning"


def test_above_the_rate_messages_wait_and_go_out_as_one(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    settings = settings_told.model_copy(update={"alert_rate": 2})
    some = []
    for second in range(5):
        some.append(open_incident(database, slice=f"carrier={second}"))
        tick(database, settings, second)
    tick(database, settings, 59)
    assert told(webhook) == [("firing", [some[0]]), ("firing", [some[1]])]
    tick(database, settings, 70)
    assert told(webhook)[2:] == [("firing", some[2:])]


def test_whom_no_rule_names_the_default_tells(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database, channels=[])
    settings = settings_told.model_copy(update={"alert_channels": "webhook:a, webhook:b"})
    tick(database, settings)
    assert told(webhook) == [("firing", [one])] * 2


def test_a_channel_that_no_setting_knows_is_dead_at_once_with_the_reason(
    database: Engine, settings_told: Settings
) -> None:
    open_incident(database, channels=["slack:#ops"])
    with database.begin() as connection:
        enqueue(connection, settings_told, NOW)
    done = deliver(database, settings_told, NOW)
    assert (done.dead, list(done.errors)) == (1, ["slack:#ops"])
    assert "MDL_CHANNELS says nothing of 'slack:#ops'" in done.errors["slack:#ops"]


# ---- targets that fail -----------------------------------------------------------------------------------


def test_a_target_that_fails_for_an_hour_delays_no_other_and_is_told_once_after(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database, channels=["webhook:x", "webhook:failing"])
    with receiving() as failing:
        channels = {**settings_told.channels, "webhook:failing": SecretStr(failing.webhook)}
        settings = settings_told.model_copy(update={"channels": channels})
        failing.answer = lambda _: (503, {}, b"")
        for minute in range(60):
            tick(database, settings, 60 * minute)
        assert told(webhook) == [("firing", [one])]
        # after 0, 4-5, 8-10, … s, seen by a tick each minute, and never later than 15 minutes
        assert 8 <= len(failing.got) <= 12
        failing.answer = lambda _: (200, {}, b"")
        failing.got.clear()
        for minute in range(60, 90):
            tick(database, settings, 60 * minute)
        resolve(database, one)
        tick(database, settings, 60 * 90)
        assert told(failing) == [("firing", [one]), ("resolved", [one])]


def test_one_that_hangs_takes_nobody_elses_time(
    database: Engine, settings_told: Settings, webhook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.alerting.delivery.sending.SECONDS_PER_MESSAGE", 1.0)
    one = open_incident(database, channels=["webhook:hangs", "webhook:x"])
    with receiving() as hanging:
        hanging.answer = lambda _: (time.sleep(3), (200, {}, b""))[1]
        channels = {**settings_told.channels, "webhook:hangs": SecretStr(hanging.webhook)}
        started = time.monotonic()
        tick(database, settings_told.model_copy(update={"channels": channels}))
        assert time.monotonic() - started < 3
    assert told(webhook) == [("firing", [one])]
    assert (one, "firing", "webhook:hangs", "waiting") in outbox(database)


def test_a_receiver_may_answer_anything(database: Engine, settings_told: Settings, webhook: Receiver) -> None:
    one = open_incident(database)
    webhook.answer = lambda _: (400, {}, b"\x00\xff\xed\xa0\x80\x1b[2J" * 1000)
    tick(database, settings_told)
    assert outbox(database) == [(one, "firing", "webhook:x", "dead")]


def test_after_the_last_attempt_it_is_dead_and_its_end_is_not_told(
    database: Engine, settings_told: Settings
) -> None:
    channels = {"webhook": SecretStr(f"http://127.0.0.1:{free_port()}/#{SECRET}")}
    settings = settings_told.model_copy(update={"channels": channels, "alert_attempts": 3})
    one = open_incident(database)
    for minute in range(4):
        tick(database, settings, 60 * minute)
    assert outbox(database) == [(one, "firing", "webhook:x", "dead")]
    resolve(database, one)
    tick(database, settings, 600)
    assert outbox(database) == [(one, "firing", "webhook:x", "dead")]


def test_what_the_receiver_asks_for_is_waited(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    open_incident(database)
    webhook.answer = lambda _: (429, {"Retry-After": "300"}, b"")
    for second in (0, 60, 120, 299, 302):
        tick(database, settings_told, second)
    assert len(webhook.got) == 2


# ---- clocks ----------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_changes_nothing_of_what_was_told(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database)
    for days in (0, 400, 0, -400, 0, 1):
        tick(database, settings_told, 86_400 * days)
    assert told(webhook) == [("firing", [one])]


def test_a_jump_reminds_once_at_most(database: Engine, settings_told: Settings, webhook: Receiver) -> None:
    one = open_incident(database, renotify_seconds=3600)
    day = 86_400
    for seconds in (0, 400 * day, 400 * day + 60, 60, 120, 3600, 3661, 3700):
        tick(database, settings_told, seconds)
    # forth: one; back: none at first, and the next an hour after the jump
    assert told(webhook) == [("firing", [one]), ("renotified", [one]), ("renotified", [one])]


def test_a_clock_that_goes_back_does_not_put_off_a_retry(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    open_incident(database)
    webhook.answer = lambda _: (503, {}, b"")
    tick(database, settings_told, 86_400 * 400)
    webhook.answer = lambda _: (200, {}, b"")
    for minute in range(17):
        tick(database, settings_told, 60 * minute)
    assert len(webhook.got) == 2


# ---- processes -------------------------------------------------------------------------------------------


def test_killed_at_any_step_it_is_told_all_the_same_and_under_one_identity(
    database: Engine, settings_told: Settings, nursery_of: Nursery, webhook: Receiver
) -> None:
    step, survived, opened = 0, 0, []
    while survived < 10:
        step += 1
        opened.append(open_incident(database, slice=f"step={step}"))
        nursery_of.wait(nursery_of.child(NOW + timedelta(minutes=step), die_at=step))
        # counted on for a while: what comes after it is noted are steps too
        survived += outbox(database)[-1:] == [(opened[-1], "firing", "webhook:x", "delivered")]
        # 50 s later what was interrupted counts as such
        tick(database, settings_told, 60 * step + 50)
        assert outbox(database)[-1] == (opened[-1], "firing", "webhook:x", "delivered")
    assert step > 15
    counts = Counter(len(told) for told in identities(webhook).values())
    assert counts == {1: len(opened)}
    # only those whose process ended between sending and noting it came twice
    assert len(webhook.got) - len(opened) <= 6


@pytest.mark.parametrize("processes", [2, 4])
def test_processes_that_tick_at_once_tell_each_incident_once(
    database: Engine, nursery_of: Nursery, webhook: Receiver, processes: int
) -> None:
    webhook.answer = lambda _: (time.sleep(0.02), (200, {}, b""))[1]
    channels = [f"webhook:{name}" for name in "abc"]
    opened = [open_incident(database, slice=f"n={n}", channels=channels) for n in range(10)]
    children = [nursery_of.child(ticks=15) for _ in range(processes)]
    for number in range(10, 20):
        opened.append(open_incident(database, slice=f"n={number}", channels=channels))
        time.sleep(0.03)
    nursery_of.wait(*children)
    nursery_of.wait(nursery_of.child(NOW + timedelta(seconds=30)))
    counts = Counter(incident for _, incidents in told(webhook) for incident in incidents)
    assert counts == dict.fromkeys(opened, 3)
    assert len({got.headers["webhook-id"] for got in webhook.got}) == len(webhook.got)


def test_killed_fifty_times_at_random_every_incident_is_told_under_one_identity(
    database: Engine, nursery_of: Nursery, webhook: Receiver
) -> None:
    webhook.answer = lambda _: (time.sleep(0.02), (200, {}, b""))[1]
    chance = random.Random(20130208)
    now, opened = NOW, []
    for number in range(50):
        opened.append(open_incident(database, slice=f"n={number}"))
        child = nursery_of.child(now, ticks=100, pause=0.001)
        time.sleep(chance.uniform(0.02, 0.15))
        os.kill(child, signal.SIGKILL)
        nursery_of.wait(child)
        now += timedelta(minutes=1)
    for incident in opened:
        resolve(database, incident, now)
    nursery_of.wait(nursery_of.child(now, ticks=2), nursery_of.child(now + timedelta(minutes=1), ticks=2))
    found = identities(webhook)
    assert {incident for _, incident in found} <= set(opened)
    assert all(len(messages) == 1 for messages in found.values())
    # who was told of the beginning is told of the end
    assert {one for kind, one in found if kind == "firing"} == {
        one for kind, one in found if kind == "resolved"
    }
    assert len(found) > 50
