"""A report is sent once to each target, whatever targets, processes and clocks do, and its run says how it ended."""

import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import Engine, text

from cli.main import cli
from core.settings import Settings
from pipelines.alerting.delivery.outbox import enqueue, retry_dead
from pipelines.alerting.delivery.report_outbox import queue_report, settle_reports
from pipelines.alerting.delivery.sending import deliver
from reports.operations.watch import watched
from tests.integration.pipelines.alerting.nursery import Nursery
from tests.integration.pipelines.alerting.receivers import (
    NOW,
    Mailbox,
    Receiver,
    open_incident,
    outbox,
    receiving,
)
from tests.integration.pipelines.alerting.stored_reports import contents, ended, made_report, sent

PUBLIC = contents(metrics=[])


def tick(engine: Engine, settings: Settings, seconds: float = 0) -> None:
    """What the sensor does, so many seconds after NOW."""
    now = NOW + timedelta(seconds=seconds)
    with engine.begin() as connection:
        enqueue(connection, settings, now)
    deliver(engine, settings, now)
    with engine.begin() as connection:
        settle_reports(connection, now)


def made(engine: Engine, *targets: str, edition: int = 1, **changed: object) -> int:
    return made_report(engine, *targets, kept=PUBLIC, archived=[], edition=edition, **changed)


def got(webhook: Receiver) -> list[int]:
    """The runs of the reports that came, in order."""
    return [one.json["report"]["run_id"] for one in webhook.got if one.json["type"] == "report"]


def identities(webhook: Receiver) -> dict[int, set[str]]:
    """Per run, the different messages that brought it."""
    found: dict[int, set[str]] = defaultdict(set)
    for one in webhook.got:
        found[one.json["report"]["run_id"]].add(one.headers["webhook-id"])
    return found


@pytest.fixture
def failing(settings_told: Settings) -> Iterator[tuple[Receiver, Settings]]:
    """A second receiver, and settings whose channel `webhook:failing` leads there."""
    with receiving() as receiver:
        channels = {**settings_told.channels, "webhook:failing": SecretStr(receiver.webhook)}
        yield receiver, settings_told.model_copy(update={"channels": channels})


def test_many_ticks_send_a_report_once_to_each_target_and_its_run_is_sent(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    run = made(database, "webhook:a", "webhook:b")
    for second in range(100):
        tick(database, settings_told, second)
        with database.begin() as connection:
            queue_report(connection, run, ["webhook:a", "webhook:b"], NOW)
    assert got(webhook) == [run, run]
    assert len(identities(webhook)[run]) == 2
    assert ended(database) == [(run, "sent", None)]


def test_reports_go_out_one_by_one_after_alerts_and_share_their_rate(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    settings = settings_told.model_copy(update={"alert_rate": 3})
    runs = [made(database, "webhook:x", edition=number) for number in (1, 2, 3)]
    alerts = [open_incident(database, slice=f"carrier={name}") for name in ("AA", "UA")]
    tick(database, settings)
    types = [one.json["type"] for one in webhook.got]
    assert types == ["incident.firing", "report", "report"]
    assert got(webhook) == runs[:2]
    tick(database, settings, 61)
    assert got(webhook) == runs
    assert [one for one in outbox(database) if one[0]] == [
        (one, "firing", "webhook:x", "delivered") for one in alerts
    ]


def test_a_target_that_is_away_for_an_hour_delays_no_other_and_gets_it_once_after(
    database: Engine, webhook: Receiver, failing: tuple[Receiver, Settings]
) -> None:
    away, settings = failing
    away.answer = lambda _: (503, {}, b"")
    run = made(database, "webhook:failing", "webhook:x")
    for minute in range(60):
        tick(database, settings, 60 * minute)
    assert got(webhook) == [run]
    assert 8 <= len(away.got) <= 12
    assert ended(database) == [(run, "made", None)]
    away.answer = lambda _: (200, {}, b"")
    away.got.clear()
    for minute in range(60, 90):
        tick(database, settings, 60 * minute)
    assert (got(away), got(webhook)) == ([run], [run])
    assert ended(database) == [(run, "sent", None)]


def test_a_refusal_for_good_fails_the_run_and_names_the_target(
    database: Engine, failing: tuple[Receiver, Settings]
) -> None:
    refusing, settings = failing
    refusing.answer = lambda _: (404, {}, b"gone")
    run = made(database, "webhook:failing", "webhook:x", "slack:#nobody", reason="incomplete: visits")
    tick(database, settings)
    why = (
        "incomplete: visits; not delivered to 2 of 3: webhook:failing (HTTP 404 Not Found: gone); "
        "slack:#nobody (MDL_CHANNELS says nothing of 'slack:#nobody' or of 'slack'; add either)"
    )
    assert ended(database) == [(run, "failed", why)]


def test_after_the_last_attempt_it_is_dead_and_sent_again_when_somebody_asks(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    settings = settings_told.model_copy(update={"alert_attempts": 3})
    webhook.answer = lambda _: (503, {}, b"")
    run = made(database, "webhook:x", reason="late")
    for minute in range(5):
        tick(database, settings, 60 * minute)
    assert len(webhook.got) == 3
    assert sent(database) == [(run, "webhook:x", "dead")]
    ((_, state, reason),) = ended(database)
    assert (state, reason.split(" (")[0]) == ("failed", "late; not delivered to 1 of 1: webhook:x")

    (row,) = json.loads(called(settings, "--dead", "--format", "json"))
    assert (row["report_run_id"], row["incident_id"]) == (run, None)
    assert re.fullmatch("Weekly scorecard, Nov 16 . Nov 22, 2026", row["title"])
    assert "sent again" in called(settings, "--retry", str(row["delivery_id"]))
    assert ended(database) == [(run, "made", "late")]
    webhook.answer = lambda _: (200, {}, b"")
    for minute in (10, 26):  # the command was called by the real clock, which is ahead of the test's
        tick(database, settings, 60 * minute)
    assert len(identities(webhook)[run]) == 1
    assert ended(database) == [(run, "sent", "late")]


def called(settings: Settings, *arguments: str) -> str:
    assert settings.database_url is not None
    environment = {
        "MDL_HOME": str(settings.home),
        "MDL_DATABASE_URL": settings.database_url.get_secret_value(),
    }
    done = CliRunner().invoke(cli, ["alerts", "deliveries", *arguments], env=environment)
    assert done.exit_code == 0, done.exception
    return done.output


def test_a_run_is_not_ended_while_somebody_makes_its_dead_delivery_due_again(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    webhook.answer = lambda _: (404, {}, b"")
    run = made(database, "webhook:x")
    deliver(database, settings_told, NOW)
    with database.begin() as asking, database.begin() as ending:
        assert retry_dead(asking, 1, NOW)
        assert settle_reports(ending, NOW) == 0
    with database.begin() as connection:
        assert settle_reports(connection, NOW) == 0
    assert ended(database) == [(run, "made", None)]


def test_one_more_target_opens_a_run_that_had_ended(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    run = made(database, "webhook:a")
    tick(database, settings_told)
    with database.begin() as connection:
        assert queue_report(connection, run, ["webhook:a", "webhook:b"], NOW) == 1
    assert ended(database) == [(run, "made", None)]
    tick(database, settings_told, 1)
    assert ended(database) == [(run, "sent", None)]
    assert got(webhook) == [run, run]


def test_reports_are_counted_and_listed_with_what_they_are_of(
    database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    webhook.answer = lambda one: (404 if one.json["type"] == "report" else 200, {}, b"")
    one, run = open_incident(database), made(database, "webhook:x", "slack:#away")
    tick(database, settings_told)
    with database.connect() as connection:
        found = watched(connection, NOW + timedelta(seconds=1))
    assert (found.deliveries["dead"], found.deliveries["delivered"]) == (2, 1)
    assert (found.dead["webhook"], found.dead["slack"]) == (1, 1)
    listed = json.loads(called(settings_told, "--format", "json"))
    assert [(row["incident_id"], row["report_run_id"], row["event"]) for row in listed] == [
        (one, None, "firing"),
        (None, run, "report"),
        (None, run, "report"),
    ]
    assert listed[0]["title"] == "Cancellation rate"


def test_what_was_sent_as_its_process_ended_is_sent_again_as_the_same_mail(
    database: Engine, mailbox: tuple[Mailbox, Settings]
) -> None:
    box, settings = mailbox
    run = made_report(database, "email:ops@example.com", kept=PUBLIC)
    tick(database, settings)
    with database.begin() as connection:  # as a process leaves it that is killed before it notes the answer
        connection.execute(text("update ops.deliveries set state = 'sending', sender = 1, ended_at = null"))
        connection.execute(text("update ops.report_runs set state = 'made', ended_at = null"))
    tick(database, settings, 30)
    assert len(box.got) == 1  # it may still be under way
    tick(database, settings, 60)
    first, second = box.got
    assert first["Message-ID"] == second["Message-ID"]
    assert [part.get_content() for part in first.iter_attachments()] == [
        part.get_content() for part in second.iter_attachments()
    ]
    assert ended(database) == [(run, "sent", None)]


def test_killed_at_any_step_a_report_is_sent_all_the_same_and_under_one_identity(
    database: Engine, settings_told: Settings, nursery_of: Nursery, webhook: Receiver
) -> None:
    step, survived, runs = 0, 0, []
    while survived < 3:
        step += 1
        runs.append(made(database, "webhook:x", edition=step))
        nursery_of.wait(nursery_of.child(NOW + timedelta(minutes=step), die_at=step))
        survived += ended(database)[-1][1] == "sent"
        # 50 s later what was interrupted counts as such
        tick(database, settings_told, 60 * step + 50)
        assert ended(database)[-1] == (runs[-1], "sent", None)
    assert step > 15
    assert {run: len(messages) for run, messages in identities(webhook).items()} == dict.fromkeys(runs, 1)
    # only those whose process ended between sending and noting it came twice
    assert len(webhook.got) - len(runs) <= 6


def test_processes_that_send_at_once_bring_each_report_once_to_each_target(
    database: Engine, nursery_of: Nursery, webhook: Receiver
) -> None:
    webhook.answer = lambda _: (time.sleep(0.02), (200, {}, b""))[1]
    runs = [made(database, *(f"webhook:{name}" for name in "abc"), edition=number) for number in range(1, 9)]
    nursery_of.wait(*(nursery_of.child(ticks=5) for _ in range(3)))
    assert Counter(got(webhook)) == dict.fromkeys(runs, 3)
    assert len({one.headers["webhook-id"] for one in webhook.got}) == len(webhook.got)
    assert ended(database) == [(run, "sent", None) for run in runs]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_targets_answer_each_run_ends_as_its_deliveries_did(
    database: Engine, settings_told: Settings, webhook: Receiver, seed: int
) -> None:
    chance = random.Random(seed)
    taken: Counter[str] = Counter()

    def answer(one: object) -> tuple[int, dict[str, str], bytes]:
        status = chance.choice([200, 200, 408, 503, 502, 404])
        taken[one.headers["webhook-id"]] += status == 200  # type: ignore[attr-defined]
        return status, {}, b""

    webhook.answer = answer
    settings = settings_told.model_copy(update={"alert_attempts": 4, "alert_rate": 1000})
    runs = [
        made(
            database, *chance.sample(["webhook:a", "webhook:b", "webhook:c"], chance.randint(0, 3)), edition=n
        )
        for n in range(1, 7)
    ]
    for minute in range(6):
        tick(database, settings, 60 * minute + chance.choice([0, 0, -3600, 7200]))
    for minute in range(200, 206):
        tick(database, settings, 60 * minute)
    states = defaultdict(list)
    for run, _, state in sent(database):
        states[run].append(state)
    assert {state for every in states.values() for state in every} <= {"delivered", "dead"}
    assert [(run, "failed" if "dead" in states[run] else "sent") for run in runs] == [
        row[:2] for row in ended(database)
    ]
    # a message that was taken is not sent again, so each was taken once at most
    assert max(taken.values(), default=0) <= 1
    assert sum(taken.values()) == sum(every.count("delivered") for every in states.values())
