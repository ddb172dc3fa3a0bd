"""What channels are told of metrics that those who read them may not read."""

import json
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from core.errors import ConfigurationError
from core.settings import ChannelAudience, Settings, load_settings
from pipelines.alerting.delivery.outbox import enqueue
from pipelines.alerting.delivery.sending import deliver
from schemas.catalog.store import apply
from schemas.documents.load import load_documents
from tests.integration.pipelines.alerting.receivers import NOW, Receiver, open_incident, resolve

WHY = "salaries is classified as restricted: its owners and administrators may read its numbers; ask hr"
SECRET = {
    "subject_id": "salaries",
    "title": "Salaries: value > 100",
    "slice": "grade=SECRETLAND",
    "evidence": {
        "value": 271828.5,
        "condition": "value > 100",
        "contributions": [{"slice": "grade=SECRETLAND"}],
    },
}
HIDDEN = ("271828", "271,828", "SECRETLAND")


@pytest.fixture
def stored(database: Engine) -> None:
    metrics = [
        {
            "metric_id": "salaries",
            "name": "Salaries",
            "governance": {"data_classification": "restricted", "owner_team": "hr"},
        },
        {"metric_id": "visits", "name": "Visits"},
    ]
    catalog = load_documents({"metrics": metrics}, "the test").catalog
    apply(database, catalog, changed_by="ann", origin_of=lambda *_: "file:test", now=NOW)


def told(
    database: Engine, settings: Settings, webhook: Receiver, audiences: dict[str, Any]
) -> dict[str, str]:
    """What each channel got as one text, once everything due is sent."""
    stated = {name: ChannelAudience(**audience) for name, audience in audiences.items()}
    channels = {
        "webhook": SecretStr(webhook.webhook),
        "ntfy": SecretStr(webhook.url.replace("http:", "json:")),
    }
    changed = settings.model_copy(update={"channels": channels, "channel_audiences": stated})
    with database.begin() as connection:
        enqueue(connection, changed, NOW)
    before = len(webhook.got)
    report = deliver(database, changed, NOW)
    assert (report.failed, report.dead) == (0, 0), report.errors
    return {each.path: json.dumps(each.json, ensure_ascii=False) for each in webhook.got[before:]}


@pytest.mark.usefixtures("stored")
def test_a_channel_of_everybody_is_told_that_there_is_an_alert_and_whom_to_ask(
    database: Engine, settings: Settings, webhook: Receiver
) -> None:
    incident = open_incident(database, **SECRET, severity="critical", channels=["webhook:x", "ntfy:x"])
    found = told(database, settings, webhook, {})
    assert set(found) == {"/hook", "/"}
    for body in found.values():
        assert not [secret for secret in HIDDEN if secret in body]
        assert "CRITICAL salaries: restricted" in body
        assert WHY in body
    (in_webhook,) = json.loads(found["/hook"])["incidents"]
    assert (in_webhook["slice"], in_webhook["evidence"]) == ("", {"restricted": WHY})
    resolve(database, incident)
    ended = told(database, settings, webhook, {})
    assert all("RESOLVED salaries: restricted" in body for body in ended.values())
    assert not [secret for secret in HIDDEN if secret in str(ended)]


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("audiences", "is_told"),
    [
        ({"webhook:x": {"team": "hr"}}, True),
        ({"webhook": {"team": "hr"}}, True),
        ({"webhook": {"role": "admin"}}, True),
        ({"webhook": {"role": "editor"}}, False),
        ({"webhook": {"team": "hr"}, "webhook:x": {"team": "shop"}}, False),
        ({"webhook:y": {"team": "hr"}}, False),
    ],
)
def test_the_audience_of_a_channel_is_what_the_setting_says_of_its_whole_name_or_its_kind(
    database: Engine, settings: Settings, webhook: Receiver, audiences: dict[str, Any], *, is_told: bool
) -> None:
    open_incident(database, **SECRET)
    body = told(database, settings, webhook, audiences)["/hook"]
    assert all(secret in body for secret in ("271828.5", "SECRETLAND")) is is_told
    assert (WHY in body) is not is_told


@pytest.mark.usefixtures("stored")
def test_of_many_alerts_only_the_restricted_ones_lose_their_numbers(
    database: Engine, settings: Settings, webhook: Receiver
) -> None:
    open_incident(database, **SECRET)
    open_incident(database, subject_id="visits", title="Visits: value > 1", evidence={"value": 42.5})
    open_incident(
        database,
        subject_kind="source",
        subject_id="payroll",
        title="payroll: 1 file refused whole",
        evidence={"files": [{"path": "pay.csv", "reason": "row 3 says SECRETLAND"}]},
    )
    body = told(database, settings, webhook, {})["/hook"]
    assert not [secret for secret in HIDDEN if secret in body]
    assert all(shown in body for shown in ("42.5", "payroll: 1 file refused whole", "pay.csv"))


def test_a_misspelt_audience_stops_the_start() -> None:
    with pytest.raises(ConfigurationError, match="MDL_CHANNEL_AUDIENCES"):
        load_settings(channel_audiences={"slack": {"teams": "hr"}})
