"""Everything that Apprise reaches, over a hundred services; it says too little of a failure, so it is watched."""

from dataclasses import replace
from functools import cache
from threading import Lock
from typing import Any

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat, NotifyType, OverflowMode
from apprise.plugins.pagerduty import NotifyPagerDuty
from apprise.plugins.slack import NotifySlack
from apprise.plugins.workflows import NotifyWorkflows

from core.settings import Settings
from pipelines.alerting.delivery.channels.http import TIMEOUTS
from pipelines.alerting.delivery.channels.watched_requests import failures_noted, watch
from pipelines.alerting.delivery.layouts import as_markdown, as_mrkdwn, as_text
from pipelines.alerting.delivery.message import Failure, Message
from pipelines.alerting.delivery.notes import note_of
from pipelines.alerting.delivery.plain_text import plain
from pipelines.alerting.delivery.wording import REPEAT, Note, link

_TYPES = {"critical": NotifyType.FAILURE, "warning": NotifyType.WARNING, "info": NotifyType.INFO}
_preparing = Lock()
_UNUSABLE = Failure(
    "Apprise cannot use the channel's URL: an unknown service, a missing part, or a library that is not installed",
    is_permanent=True,
)


def send_apprise(url: str, message: Message, settings: Settings) -> Failure | None:
    """Send to an Apprise URL, in the receiver's own form where it is one of those that MDL knows better."""
    with _preparing:  # Apprise loads its services at first use: once
        service = Apprise.instantiate(url, asset=asset())
        if service is None:
            return _UNUSABLE
        watch(type(service))
    service.socket_connect_timeout, service.socket_read_timeout = TIMEOUTS
    service.redirects = False
    given = note_of(message, settings)
    with failures_noted() as seen:
        is_sent = service.notify(**_shaped(service, given, message, settings))
    if is_sent:
        return None
    return seen[-1] if seen else Failure("Apprise could not send it; its log says why", may_have_arrived=True)


def _shaped(service: NotifyBase, given: Note, message: Message, settings: Settings) -> dict[str, Any]:
    """Arguments of `notify`; a body whose format is not declared goes out as it is."""
    kind = NotifyType.SUCCESS if given.is_resolved else _TYPES[given.severity]
    if isinstance(service, NotifyPagerDuty):
        incident = message.incidents[0]
        service.dedup = incident.key
        service.action = "resolve" if given.is_resolved else "trigger"
        service.source = plain(incident.subject_id) or "MDL"
        service.click = link(incident, settings)
        service.details = {line.label: as_text([replace(line, label="")]) for line in given.lines}
        return {"body": given.title, "notify_type": kind, "body_format": NotifyFormat.TEXT}
    lines = (*given.lines, REPEAT) if message.is_repeat else given.lines
    if isinstance(service, NotifySlack):
        # blocks: their title is plain text, and the body's mark-up is ours alone
        service.use_blocks, service.include_footer, service.include_image = True, False, False
        return {"title": given.title, "body": as_mrkdwn(lines), "notify_type": kind}
    if isinstance(service, NotifyWorkflows):
        service.include_image = False
        return {"title": given.title, "body": as_markdown(lines), "notify_type": kind}
    # not all services show a title as plain text: it is the first line
    body = f"{given.title}\n{as_text(lines)}"
    return {
        "body": body,
        "notify_type": kind,
        "body_format": NotifyFormat.TEXT,
        "overflow": OverflowMode.TRUNCATE,
    }


@cache
def asset() -> AppriseAsset:
    """Named MDL, without pictures that receivers would fetch from elsewhere, without files."""
    return AppriseAsset(
        app_id="MDL", app_desc="MDL", app_url="", image_url_mask="", image_url_logo="", storage_mode="memory"
    )
