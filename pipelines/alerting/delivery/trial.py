"""A channel tried with a harmless message that takes the way of alerts."""

import uuid
from dataclasses import replace
from datetime import datetime

from core.settings import Settings
from pipelines.alerting.delivery.channels import resolve, send
from pipelines.alerting.delivery.message import Failure, Message, ToldIncident


def send_trial(settings: Settings, name: str, now: datetime) -> Failure | None:
    """Send a message that begins with TEST to a channel such as `slack:#ops`; None where the receiver took it."""
    channel = resolve(settings, name)
    if isinstance(channel, Failure):
        return channel
    message = _message(name, now)
    failure = send(channel, message, settings, now)
    if failure is None and channel.is_one_by_one:
        # what a test opens it closes
        return send(channel, replace(message, event="resolved"), settings, now)
    return failure


def _message(channel: str, now: datetime) -> Message:
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
