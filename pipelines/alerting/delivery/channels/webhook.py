"""Webhooks: a JSON document, signed as the Standard Webhooks specification says."""

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urldefrag

from core.settings import Settings
from pipelines.alerting.delivery.channels.http import post
from pipelines.alerting.delivery.message import Failure, Message, ToldIncident, ToldReport
from pipelines.alerting.delivery.report_wording import report_link, report_title, sentences
from pipelines.alerting.delivery.wording import link, title_of

_PREFIX = "whsec_"
_SHORTEST_SECRET = 24


def send_webhook(url: str, message: Message, settings: Settings, now: datetime) -> Failure | None:
    """POST the message to a URL whose fragment, which is never sent, is the secret that signs it."""
    address, fragment = urldefrag(url)
    secret = _secret(unquote(fragment))
    if isinstance(secret, Failure):
        return secret
    body = json.dumps(document(message, settings), ensure_ascii=False, allow_nan=False).encode()
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "MDL",
        "Idempotency-Key": message.key,
        "webhook-id": message.key,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(secret, message.key, stamp, body),
    }
    return post(address, body, headers)


def signature(secret: bytes, message_id: str, stamp: str, body: bytes) -> str:
    """Version 1 of the specification: HMAC-SHA256 over id, timestamp and body."""
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def document(message: Message, settings: Settings) -> dict[str, Any]:
    """The body: which event, of which incidents, or which report. Keys are only ever added."""
    if message.report is not None:
        return {
            "type": message.event,
            "message_id": message.key,
            "title": report_title(message.report),
            "report": _report(message.report, settings),
        }
    return {
        "type": f"incident.{message.event}",
        "message_id": message.key,
        "title": title_of(message),
        "incidents": [_incident(one, settings) for one in message.incidents],
    }


def _report(report: ToldReport, settings: Settings) -> dict[str, Any]:
    """What it says on top, and its files without their bytes."""
    told = ("name", "format", "media_type", "content_hash", "size_bytes")
    return {
        "run_id": report.run_id,
        "report_id": report.report_id,
        "edition": report.edition,
        "publication_id": report.publication_id,
        "restricted": report.restricted,
        "cover": report.cover,
        "summary": [{"mark": mark, "text": words} for mark, words in sentences(report)],
        "files": [{name: getattr(each, name) for name in told} for each in report.files],
        "url": report_link(report, settings),
    }


def _incident(incident: ToldIncident, settings: Settings) -> dict[str, Any]:
    return {
        "incident_id": incident.incident_id,
        "key": incident.key,
        "subject_kind": incident.subject_kind,
        "subject_id": incident.subject_id,
        "rule_id": incident.rule_id,
        "slice": incident.slice,
        "severity": incident.severity,
        "title": incident.title,
        "opened_at": incident.opened_at.isoformat(),
        "fired_at": incident.fired_at and incident.fired_at.isoformat(),
        "resolved_at": incident.resolved_at and incident.resolved_at.isoformat(),
        "grain": incident.grain,
        "last_period_start": incident.last_period_start and incident.last_period_start.isoformat(),
        "evidence": incident.evidence,
        "playbooks": list(incident.playbooks),
        "url": link(incident, settings),
    }


def _secret(text: str) -> bytes | Failure:
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) >= _SHORTEST_SECRET:
        return secret
    return Failure(
        f"the webhook's URL must end in its secret: #{_PREFIX} and {_SHORTEST_SECRET} or more bytes in base64",
        is_permanent=True,
    )
