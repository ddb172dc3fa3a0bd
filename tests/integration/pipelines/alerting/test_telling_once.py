"""One breach is told once to each target, whatever happens to clocks, targets and processes."""

from datetime import timedelta

from sqlalchemy import Engine

from core.settings import Settings
from pipelines.alerting.delivery import deliver
from pipelines.alerting.outbox import enqueue
from tests.integration.pipelines.alerting.receivers import (
    NOW,
    Receiver,
    open_incident,
    outbox,
    resolve,
)


def tick(engine: Engine, settings: Settings, seconds: float = 0) -> None:
    """What the sensor does, so many seconds after NOW."""
    now = NOW + timedelta(seconds=seconds)
    with engine.begin() as connection:
        enqueue(connection, settings, now)
    deliver(engine, settings, now)


def events(webhook: Receiver) -> list[tuple[str, list[int]]]:
    return [
        (one.json["type"], [incident["incident_id"] for incident in one.json["incidents"]])
        for one in webhook.got
    ]


def test_a_thousand_ticks_tell_an_incident_and_its_end_once(
    database: Engine, told: Settings, webhook: Receiver
) -> None:
    one = open_incident(database)
    for second in range(500):
        tick(database, told, second)
    resolve(database, one)
    for second in range(500, 1000):
        tick(database, told, second)
    assert events(webhook) == [("incident.firing", [one]), ("incident.resolved", [one])]
    assert outbox(database) == [
        (one, "firing", "webhook:x", "delivered"),
        (one, "resolved", "webhook:x", "delivered"),
    ]
