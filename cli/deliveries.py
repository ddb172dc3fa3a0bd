"""Commands about telling people: `mdl alerts send-test` and `mdl alerts deliveries`."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import click
from sqlalchemy import Connection

from core.clock import wall_now
from core.console import OutputFormat, format_option, print_rows
from core.database import connect
from core.errors import DataError, PermanentError
from core.settings import Settings, load_settings
from pipelines.alerting.delivery import outbox
from pipelines.alerting.delivery.channels import resolve, send
from pipelines.alerting.delivery.telling import Failure, Message, ToldIncident


@click.command("send-test")
@click.argument("channel")
def send_test(channel: str) -> None:
    """Send a harmless message to a channel such as slack:#ops, as alerts are sent; exit code 1 where it fails."""
    settings, now = load_settings(), wall_now()
    failure = _tested(settings, channel, now)
    if failure is not None:
        after = "; alerts would be tried again" if not failure.is_permanent else ""
        raise PermanentError(f"{channel}: {failure.reason}{after}")
    click.echo(f"{channel}: the receiver took it; look for a message that begins with TEST")


def _tested(settings: Settings, name: str, now: datetime) -> Failure | None:
    channel = resolve(settings, name)
    if isinstance(channel, Failure):
        return channel
    message = _test_message(name, now)
    failure = send(channel, message, settings, now)
    if failure is None and channel.is_one_by_one:
        # what a test opens it closes
        return send(channel, replace(message, event="resolved"), settings, now)
    return failure


def _test_message(channel: str, now: datetime) -> Message:
    incident = ToldIncident(
        incident_id=0,
        subject_kind="sensor",
        subject_id="send-test",
        rule_id="test",
        slice="",
        severity="info",
        title=f"MDL reaches {channel}",
        opened_at=now,
        fired_at=now,
        resolved_at=None,
        grain=None,
        last_period_start=None,
        evidence={"reason": "somebody called mdl alerts send-test; nothing is to be done"},
        playbooks=(),
        told_severities=(),
    )
    return Message(str(uuid.uuid4()), channel, "test", 1, False, (incident,), (), 0)


@click.command()
@click.option("--dead", "only_dead", is_flag=True, help="Only what was given up.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many."
)
@click.option(
    "--retry", "retried", type=int, metavar="ID", help="Send a dead one again, at the next delivery."
)
@format_option
def deliveries(*, only_dead: bool, limit: int, retried: int | None, output_format: OutputFormat) -> None:
    """List who was told of what, newest first, and what could not be delivered."""
    with _database() as connection:
        if retried is None:
            found = outbox.deliveries(connection, only_dead=only_dead, limit=limit)
            print_rows(found, output_format, "Deliveries", outbox.COLUMNS)
        elif outbox.retry_dead(connection, retried, wall_now()):
            click.echo(f"delivery {retried} is sent again at the next delivery, within a minute under mdl up")
        else:
            raise DataError(f"there is no dead delivery {retried}; mdl alerts deliveries --dead lists them")


@contextmanager
def _database() -> Iterator[Connection]:
    engine = connect(load_settings())
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
