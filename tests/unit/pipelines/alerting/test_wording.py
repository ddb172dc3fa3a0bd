"""What messages say, line by line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.settings import load_settings
from pipelines.alerting.delivery.claims import backoff
from pipelines.alerting.delivery.layouts import as_text
from pipelines.alerting.delivery.message import Message, ToldIncident
from pipelines.alerting.delivery.wording import Line, headline, note

AT = datetime(2013, 2, 10, 5, 5, tzinfo=UTC)
STALE = ToldIncident(
    incident_id=7,
    subject_kind="source",
    subject_id="flights",
    rule_id="stale",
    slice="",
    severity="warning",
    title="flights: no data for 3 h",
    opened_at=AT,
    fired_at=AT,
    resolved_at=None,
    grain=None,
    last_period_start=None,
    evidence={},
    playbooks=(),
    told_severities=(),
)


def lines(incident: ToldIncident, event: str = "firing", **settings: Any) -> list[Line]:
    message = Message(
        "k", "slack:#x", event, 1, is_repeat=False, incidents=(incident,), delivery_ids=(), sender=0
    )
    return list(note(message, load_settings(**settings)).lines)


def metric(**changed: Any) -> ToldIncident:
    return replace(STALE, subject_kind="metric", title="On time: value < warning_threshold", **changed)


def test_the_headline_has_the_value_and_the_limit_it_passed() -> None:
    evidence = {
        "condition": "value < warning_threshold",
        "value": 71.25,
        "unit": "%",
        "thresholds": {"warning": 80.0, "critical": None},
    }
    assert headline(metric(evidence=evidence), "firing") == "WARNING On time 71.25% (< 80%)"
    assert headline(metric(evidence=evidence), "escalated") == "NOW WARNING On time 71.25% (< 80%)"
    assert headline(metric(evidence=evidence), "renotified") == "STILL WARNING On time 71.25% (< 80%)"
    assert headline(metric(evidence=evidence), "resolved") == "RESOLVED On time"


def test_a_condition_without_thresholds_shows_the_value_alone() -> None:
    evidence = {"condition": "z_score > 3", "value": 1234.5, "unit": "EUR", "thresholds": {"warning": 1.0}}
    assert headline(metric(evidence=evidence), "firing").endswith(" 1,234 EUR")


@pytest.mark.parametrize(
    ("grain", "shown"),
    [("hour", "2013-02-10 00:05"), ("day", "2013-02-10"), ("week", "week from 2013-02-10")],
)
def test_periods_are_shown_in_the_reporting_zone(grain: str, shown: str) -> None:
    told = lines(metric(grain=grain, last_period_start=AT), timezone="America/New_York")
    assert told[0] == Line("period", shown)


def test_the_end_says_how_long_it_lasted() -> None:
    ended = replace(STALE, resolved_at=AT + timedelta(days=1, hours=2, minutes=5, seconds=9))
    assert lines(ended, "resolved")[0] == Line("lasted", "1 d 2 h 5 min")


def test_what_is_no_metric_says_what_is_known() -> None:
    evidence = {
        "minutes_since_data": 180.0,
        "files": [{"path": f"{name}.csv", "reason": "no column day"} for name in "abcd"],
        "events": [{"event": "flight", "newest_at": "2013-02-10T00:00:00-05:00", "tolerated_minutes": 60}],
        "holds_back": {"rules": 2, "metrics": ["M"]},
    }
    assert as_text(lines(replace(STALE, evidence=evidence))).splitlines() == [
        "minutes since data: 180",
        "file: a.csv: no column day",
        "file: b.csv: no column day",
        "file: c.csv: no column day",
        "and 1 more files",
        "event: flight: 2013-02-10T05:00:00+00:00",
        "holds back: 2 rules: M",
        "incident 7: source flights, rule stale",
    ]


def test_a_playbook_that_is_no_address_is_shown_as_text() -> None:
    told = lines(replace(STALE, playbooks=("Ask Ann", "javascript:alert(1)", "https://w.example.com/a?b=c")))
    assert [line.url for line in told if line.label == "playbook"] == [None, None]


def test_backoff_doubles_to_a_quarter_of_an_hour_and_about_a_day_in_all() -> None:
    assert timedelta(seconds=4) <= backoff(1) <= timedelta(seconds=5)
    assert timedelta(seconds=8) <= backoff(2) <= timedelta(seconds=10)
    assert timedelta(minutes=12) <= backoff(500) <= timedelta(minutes=15)
    assert backoff(1, asked=timedelta(hours=3)) == timedelta(minutes=15)
    total = sum((backoff(attempt) for attempt in range(1, load_settings().alert_attempts)), timedelta(0))
    assert timedelta(hours=20) < total < timedelta(hours=28)
