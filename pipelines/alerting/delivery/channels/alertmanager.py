"""Alertmanager's v2 API: alerts with stable labels, which it groups, silences and routes as it is configured."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.settings import Settings
from pipelines.alerting.delivery.channels.http import post
from pipelines.alerting.delivery.layouts import as_text
from pipelines.alerting.delivery.message import Failure, Message, ToldIncident
from pipelines.alerting.delivery.wording import headline, link, note

# of a test: long enough to be routed
_TEST_LASTS = timedelta(minutes=5)
# Alertmanager keeps alerts in memory only and ends those that nobody repeats: MDL repeats them at every delivery, and
# only after a day without any they end
_LASTS = timedelta(days=1)


def send_alerts(url: str, message: Message, settings: Settings, now: datetime) -> Failure | None:
    """POST one alert per incident, firing or ended; the same again changes nothing there."""
    alerts = [alert for one in message.incidents for alert in _alerts(one, message, settings, now)]
    body = json.dumps(alerts, ensure_ascii=False).encode()
    return post(f"{url.rstrip('/')}/api/v2/alerts", body, {"Content-Type": "application/json"})


def _alerts(
    incident: ToldIncident, message: Message, settings: Settings, now: datetime
) -> Iterator[dict[str, Any]]:
    """Its alert; and the end of that which stood for it at a severity it had before, for that is a label."""
    starts = incident.fired_at or incident.opened_at
    lasts = _TEST_LASTS if message.event == "test" else _LASTS
    ended = max(starts, min(incident.resolved_at or now, now))
    for severity in _in_order(incident.told_severities, incident.severity):
        is_over = (
            message.event == "resolved" or incident.resolved_at is not None or severity != incident.severity
        )
        yield {
            "labels": _labels(incident, severity),
            "annotations": _annotations(incident, message, settings),
            "startsAt": starts.isoformat(),
            "endsAt": (ended if is_over else now + lasts).isoformat(),
            **({"generatorURL": address} if (address := link(incident, settings)) else {}),
        }


def _in_order(told: Iterable[str], current: str) -> list[str]:
    return [*(each for each in sorted(told) if each != current), current]


def _labels(incident: ToldIncident, severity: str) -> dict[str, str]:
    named = {
        "alertname": incident.rule_id,
        "severity": severity,
        "subject_kind": incident.subject_kind,
        "subject_id": incident.subject_id,
        "slice": incident.slice,
        "incident": incident.key,
        "source": "mdl",
    }
    # an empty label is none to Alertmanager
    return {name: value for name, value in named.items() if value}


def _annotations(incident: ToldIncident, message: Message, settings: Settings) -> dict[str, str]:
    one = replace(message, incidents=(incident,))
    annotations = {
        "summary": headline(incident, "firing"),
        "description": as_text(note(one, settings).lines),
    }
    if incident.playbooks:
        annotations["runbook_url"] = str(incident.playbooks[0])
    return annotations
