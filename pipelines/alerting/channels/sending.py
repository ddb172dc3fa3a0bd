"""Hands a message to the code of its channel's kind."""

from datetime import datetime

from core.settings import Settings
from pipelines.alerting.channels.resolve import Channel
from pipelines.alerting.channels.webhook import send_webhook
from pipelines.alerting.outbox import LARGEST_MESSAGE
from pipelines.alerting.telling import Failure, Message


def send(channel: Channel, message: Message, settings: Settings, now: datetime) -> Failure | None:
    """Send once; None where the receiver took it."""
    if channel.kind == "webhook":
        return send_webhook(channel.url, message, settings, now)
    raise NotImplementedError


def most_at_once(channel: Channel | Failure) -> int:
    """How many incidents one message to it may hold."""
    return LARGEST_MESSAGE
