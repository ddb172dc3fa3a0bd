"""The commands about telling people, as they are called."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from cli.main import cli
from core.errors import MdlError
from core.settings import Settings
from pipelines.alerting.delivery.outbox import enqueue
from pipelines.alerting.delivery.sending import deliver
from tests.integration.pipelines.alerting.receivers import NOW, Receiver, open_incident, outbox

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, webhook: Receiver) -> Run:
    assert settings.database_url is not None
    environment = {
        "MDL_HOME": str(settings.home),
        "MDL_DATABASE_URL": settings.database_url.get_secret_value(),
        "MDL_CHANNELS": json.dumps({"webhook": webhook.webhook}),
    }

    def called(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["alerts", *arguments], env=environment)

    return called


def test_a_test_message_takes_the_way_of_alerts(run: Run, webhook: Receiver) -> None:
    done = run("send-test", "webhook:x")
    assert (done.exit_code, done.output.split(":")[:2]) == (0, ["webhook", "x"])
    assert webhook.got[0].json["title"] == "TEST INFO MDL reaches webhook:x"


@pytest.mark.parametrize(
    ("channel", "reason"), [("webhook:x", "HTTP 503"), ("slack:#ops", "MDL_CHANNELS says nothing")]
)
def test_a_test_message_that_fails_says_why(run: Run, webhook: Receiver, channel: str, reason: str) -> None:
    webhook.answer = lambda _: (503, {}, b"")
    done = run("send-test", channel)
    assert isinstance(done.exception, MdlError)
    assert done.exception.exit_code == 1
    assert reason in str(done.exception)


def test_what_is_dead_is_listed_and_can_be_sent_again(
    run: Run, database: Engine, settings_told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database)
    webhook.answer = lambda _: (404, {}, b"gone")
    with database.begin() as connection:
        enqueue(connection, settings_told, NOW)
    deliver(database, settings_told, NOW)
    (row,) = json.loads(run("deliveries", "--dead", "--format", "json").output)
    assert (row["incident_id"], row["state"], row["attempts"]) == (one, "dead", 1)
    assert row["last_error"] == "HTTP 404 Not Found: gone"
    assert run("deliveries", "--retry", str(row["delivery_id"])).exit_code == 0
    assert outbox(database) == [(one, "firing", "webhook:x", "waiting")]
    assert isinstance(run("deliveries", "--retry", str(row["delivery_id"])).exception, MdlError)
