"""Hands a message to the code of its channel's kind; that code is imported when it is first needed."""

from datetime import datetime

from core.settings import Settings
from pipelines.alerting.delivery.channels.alertmanager import send_alerts
from pipelines.alerting.delivery.channels.resolve import Channel
from pipelines.alerting.delivery.channels.webhook import send_webhook
from pipelines.alerting.delivery.message import Failure, Message


def send(channel: Channel, message: Message, settings: Settings, now: datetime) -> Failure | None:
    """Send once; None where the receiver took it."""
    if message.report is not None and not channel.takes_reports:
        return Failure(f"{channel.name} takes alerts and no reports; name another channel", is_permanent=True)
    if channel.kind == "webhook":
        return send_webhook(channel.url, message, settings, now)
    if channel.kind == "alertmanager":
        return send_alerts(channel.url, message, settings, now)
    # Apprise loads all its services at first use: a third of a second
    from pipelines.alerting.delivery.channels.apprise import send_apprise  # noqa: PLC0415
    from pipelines.alerting.delivery.channels.mail import send_mail  # noqa: PLC0415

    if channel.kind == "mail":
        return send_mail(channel.url, message, settings, now)
    return send_apprise(channel.url, message, settings)
