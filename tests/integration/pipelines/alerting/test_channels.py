"""Every kind of receiver gets what it understands, and what it answers decides whether it is tried again."""

import base64
import hashlib
import hmac
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apprise.plugins import pagerduty, slack

from core.settings import Settings, load_settings
from pipelines.alerting.delivery.channels import resolve, send
from pipelines.alerting.delivery.channels.resolve import Channel
from pipelines.alerting.delivery.message import Failure, Message, ToldIncident
from tests.conftest import free_port
from tests.integration.pipelines.alerting.receivers import NOW, SECRET, Mailbox, Receiver, with_channels

INCIDENT = ToldIncident(
    incident_id=12,
    subject_kind="metric",
    subject_id="FLT-CANCELLATION-RATE",
    rule_id="too-many",
    slice="",
    severity="critical",
    title="Cancellation rate: value > critical_threshold",
    opened_at=NOW - timedelta(minutes=2),
    fired_at=NOW - timedelta(minutes=1),
    resolved_at=None,
    grain="day",
    last_period_start=NOW.replace(hour=0),
    evidence={
        "value": 63.1,
        "unit": "%",
        "thresholds": {"warning": 4.0, "critical": 8.0},
        "condition": "value > critical_threshold",
        "previous_value": 4.2,
        "change_pct": 1402.4,
        "expected_value": 2.5,
        "contributions": [{"slice": "origin=LGA", "contribution": 31.2}],
    },
    playbooks=["https://wiki.example.com/cancelled"],
    told_severities=["critical"],
)
MESSAGE = Message("2c1a", "slack:#ops", "firing", 1, False, (INCIDENT,), (1,), 1)
TITLE = "CRITICAL Cancellation rate 63.10% (> 8%)"
LINES = [
    "period: 2026-11-24",
    "before: 4.20% (+1,402.4%)",
    "expected: 2.50%",
    "most by: origin=LGA +31.20",
    "playbook:  https://wiki.example.com/cancelled",
    "incident 12: metric FLT-CANCELLATION-RATE, rule too-many",
]


def told(settings: Settings, name: str, message: Message = MESSAGE) -> Failure | None:
    channel = resolve(settings, name)
    assert isinstance(channel, Channel)
    return send(channel, message, settings, NOW)


# ---- webhook ---------------------------------------------------------------------------------------------


def test_a_webhook_is_signed_so_that_its_receiver_can_tell_who_sent_it(webhook: Receiver) -> None:
    assert told(with_channels(webhook=webhook.webhook), "webhook:any") is None
    (got,) = webhook.got
    signed = f"2c1a.{int(NOW.timestamp())}.".encode() + got.body
    secret = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert (got.headers["webhook-id"], got.headers["Idempotency-Key"]) == ("2c1a", "2c1a")
    assert got.path == "/hook"  # the secret is never sent
    assert (got.json["type"], got.json["title"]) == ("incident.firing", TITLE)
    assert got.json["incidents"][0]["evidence"] == INCIDENT.evidence


def test_the_documented_way_to_verify_a_webhook_works(webhook: Receiver) -> None:
    page = (Path(__file__).parents[4] / "docs" / "alerts-delivery.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    documented: dict[str, Any] = {}
    exec(code, documented)  # noqa: S102
    channel = resolve(with_channels(webhook=webhook.webhook), "webhook:any")
    assert isinstance(channel, Channel)
    assert send(channel, MESSAGE, load_settings(), datetime.now(UTC)) is None
    (got,) = webhook.got
    assert documented["is_from_mdl"](SECRET, got.headers, got.body)
    assert not documented["is_from_mdl"](SECRET, got.headers, got.body + b" ")
    assert not documented["is_from_mdl"](SECRET, {**got.headers, "webhook-timestamp": "1"}, got.body)


def test_a_webhook_without_a_secret_is_refused(webhook: Receiver) -> None:
    failure = told(with_channels(webhook=webhook.url), "webhook:any")
    assert failure is not None
    assert failure.is_permanent
    assert webhook.got == []


@pytest.mark.parametrize(
    ("status", "is_permanent"),
    [
        (400, True),
        (404, True),
        (301, True),
        (408, False),
        (425, False),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_what_is_refused_for_good_is_told_apart_from_what_may_pass(
    webhook: Receiver, status: int, *, is_permanent: bool
) -> None:
    webhook.answer = lambda _: (status, {"Retry-After": "90", "Location": "/elsewhere"}, b"no")
    failure = told(with_channels(webhook=webhook.webhook), "webhook:any")
    assert failure is not None
    assert (failure.is_permanent, failure.may_have_arrived) == (is_permanent, status == 500)
    assert failure.retry_after == timedelta(seconds=90)
    assert len(webhook.got) == 1


def test_nobody_listening_means_that_nothing_arrived(webhook: Receiver) -> None:
    settings = with_channels(webhook=f"http://127.0.0.1:1/#{SECRET}")
    assert told(settings, "webhook:any") == Failure("cannot connect")


# ---- services that Apprise knows -------------------------------------------------------------------------


@pytest.fixture
def to_slack(webhook: Receiver, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(slack.NotifySlack, "webhook_url", webhook.url)
    return with_channels(slack="slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")


def test_slack_gets_a_heading_and_lines_with_links(to_slack: Settings, webhook: Receiver) -> None:
    assert told(to_slack.model_copy(update={"public_url": "https://mdl.example.com"}), "slack:#ops") is None
    (got,) = webhook.got
    address = "https://mdl.example.com/api/v1/incidents/12"
    assert got.json["channel"] == "#ops"
    heading, section = got.json["attachments"][0]["blocks"]
    assert heading["text"]["text"] == TITLE.replace(">", "&gt;")
    assert section["text"] == {
        "type": "mrkdwn",
        "text": "\n".join(
            [
                *LINES[:4],
                "playbook: <https://wiki.example.com/cancelled|open>",
                f"incident 12: <{address}|metric FLT-CANCELLATION-RATE, rule too-many>",
            ]
        ),
    }


def test_slack_is_told_that_a_repeat_may_be_one(to_slack: Settings, webhook: Receiver) -> None:
    assert told(to_slack, "slack:#ops", replace(MESSAGE, is_repeat=True)) is None
    (got,) = webhook.got
    text = got.json["attachments"][0]["blocks"][1]["text"]["text"]
    assert text.endswith("repeat: an earlier attempt to tell you may have arrived")


@pytest.mark.parametrize(("status", "is_permanent"), [(404, True), (429, False), (500, False)])
def test_what_slack_answers_decides_whether_it_is_tried_again(
    to_slack: Settings, webhook: Receiver, status: int, *, is_permanent: bool
) -> None:
    webhook.answer = lambda _: (status, {"Retry-After": "30"}, b"no_service")
    failure = told(to_slack, "slack:#ops")
    assert failure is not None
    assert (failure.is_permanent, failure.retry_after) == (is_permanent, timedelta(seconds=30))
    assert "no_service" in failure.reason


def test_pagerduty_opens_and_closes_under_one_key(webhook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook.answer = lambda _: (202, {}, b"{}")
    monkeypatch.setitem(pagerduty.PAGERDUTY_API_LOOKUP, "us", webhook.url)
    settings = with_channels(**{"pagerduty:core": "pagerduty://integration@key"})
    assert told(settings, "pagerduty:core") is None
    ended = replace(INCIDENT, resolved_at=NOW)
    assert told(settings, "pagerduty:core", replace(MESSAGE, event="resolved", incidents=(ended,))) is None
    opened, closed = (got.json for got in webhook.got)
    key = "mdl-12-20261124075800000000"
    assert (opened["event_action"], opened["dedup_key"]) == ("trigger", key)
    assert opened["payload"]["summary"] == TITLE
    assert opened["payload"]["severity"] == "critical"
    assert opened["payload"]["custom_details"]["before"] == "4.20% (+1,402.4%)"
    assert closed == {"routing_key": "integration", "event_action": "resolve", "dedup_key": key}


def test_teams_gets_a_card(webhook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    # the service is https only; its plugin's requests go to the receiver
    real = slack.requests.post
    monkeypatch.setattr(slack.requests, "post", lambda _, **given: real(webhook.url, **given))
    settings = with_channels(**{"teams:data": "workflows://example.com/workflow/signature"})
    assert told(settings, "teams:data") is None
    (got,) = webhook.got
    title, body = got.json["attachments"][0]["content"]["body"]
    assert title["text"] == TITLE
    assert body["text"].split("\n\n")[:4] == LINES[:4]
    assert "playbook: [open](https://wiki.example.com/cancelled)" in body["text"]


def test_a_service_that_apprise_does_not_know_is_refused_without_showing_its_url() -> None:
    settings = with_channels(carrier="pigeon://token-of-the-pigeon")
    failure = told(settings, "carrier:any")
    assert failure is not None
    assert failure.is_permanent
    assert "pigeon" not in failure.reason


# ---- mail ------------------------------------------------------------------------------------------------


def test_mail_has_text_html_and_the_same_identity_at_every_attempt(
    mailbox: tuple[Mailbox, Settings],
) -> None:
    box, settings = mailbox
    assert told(settings, "email:ops@example.com") is None
    assert told(settings, "email:ops@example.com", replace(MESSAGE, attempt=2, is_repeat=True)) is None
    first, second = box.got
    assert box.recipients[0] == ["ops@example.com"]
    assert first["Message-ID"] == second["Message-ID"] == "<2c1a@example.com>"
    assert (first["Subject"], first["From"], first["To"]) == (
        TITLE,
        "MDL <mdl@example.com>",
        "ops@example.com",
    )
    text, html = (part.get_content() for part in first.iter_parts())
    assert text.splitlines() == [TITLE, "", *LINES]
    assert "<h3>CRITICAL Cancellation rate 63.10% (&gt; 8%)</h3>" in html
    assert '<a href="https://wiki.example.com/cancelled">' in html


def test_a_long_subject_keeps_its_spaces_in_any_language(mailbox: tuple[Mailbox, Settings]) -> None:
    box, settings = mailbox
    name = "Kündigungen über dem Üblichen nach Ländern " * 2 + "漢字 漢字 漢字 漢字"
    one = replace(INCIDENT, title=name, evidence={})
    assert told(settings, "email:ops@example.com", replace(MESSAGE, incidents=(one,))) is None
    assert box.got[0]["Subject"] == f"CRITICAL {name}"


@pytest.mark.parametrize(("says", "is_permanent"), [("550 no such box", True), ("451 later", False)])
def test_what_the_mail_server_answers_decides_whether_it_is_tried_again(
    mailbox: tuple[Mailbox, Settings], says: str, *, is_permanent: bool
) -> None:
    box, settings = mailbox
    box.says = says
    failure = told(settings, "email:ops@example.com")
    assert failure == Failure(f"SMTP {says[:3]}: {says[4:]}", is_permanent=is_permanent)


def test_a_mail_server_that_is_away_has_got_nothing() -> None:
    settings = with_channels(email=f"mailto://127.0.0.1:{free_port()}?from=mdl@example.com")
    assert told(settings, "email:ops@example.com") == Failure("mail server: ConnectionRefusedError")


def test_an_address_in_a_channels_name_cannot_add_to_the_url(mailbox: tuple[Mailbox, Settings]) -> None:
    _, settings = mailbox
    failure = resolve(settings, "email:a@example.com&bcc=b@example.com?smtp=evil")
    assert isinstance(failure, Failure)
    assert failure.is_permanent
    assert told(settings, "email:a@example.com,b.c+d@example.com") is None
