"""Incidents, silences and alert rules over HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from pipelines.alerting.evaluation import evaluate
from pipelines.versioned_catalog import Versioned
from schemas.catalog.stored import read_catalog
from schemas.tables import audit_log
from tests.build_incidents import NOW, add_delivery, add_event, add_incident, add_outcome
from tests.integration.webapi.conftest import Asked

INCIDENTS = "/api/v1/incidents"
OLDER = NOW - timedelta(days=2)
# longer than a title should be, and everything that other places might obey
HOSTILE = (
    "<script>alert(1)</script> [x](javascript:alert(1)) \r\nBcc: all@example.com \x1b[31m' or 1=1 -- %s {0}"
)


@contextmanager
def writing(ask: Asked) -> Iterator[Connection]:
    with ask.app.extensions["mdl"].database.primary.begin() as connection:
        yield connection


def incident(ask: Asked, **fields: Any) -> int:
    with writing(ask) as connection:
        return add_incident(connection, **fields)


def ids(ask: Asked, query: str = "") -> list[int]:
    answer = ask.get(f"{INCIDENTS}{query}")
    assert answer.status_code == 200, answer.text
    return [row["incident_id"] for row in answer.get_json()["data"]]


def test_lists_hide_what_passed_before_anybody_was_told(ask_own: Asked) -> None:
    pending = incident(ask_own, state="pending")
    firing = incident(ask_own, slice="country=US", opened_at=OLDER)
    resolved = incident(ask_own, state="resolved", opened_at=OLDER - timedelta(days=1))
    passed = incident(ask_own, state="resolved", fired_at=None, opened_at=OLDER - timedelta(days=2))
    assert ids(ask_own) == [pending, firing, resolved]
    assert ids(ask_own, "?state=open") == [pending, firing]
    assert ids(ask_own, "?state=resolved") == [resolved]
    assert ids(ask_own, "?state=all") == [pending, firing, resolved, passed]


def test_incidents_are_filtered_searched_and_paged(ask_own: Asked) -> None:
    total = incident(ask_own)
    sliced = incident(ask_own, slice="country=US", severity="critical", opened_at=OLDER)
    sell = incident(
        ask_own, subject_kind="key_result", subject_id="SELL/REVENUE", rule_id="off_track", title="Behind"
    )
    job = incident(
        ask_own, subject_kind="job", subject_id="refresh", rule_id="failed", slice="", title="100% broken"
    )
    assert ids(ask_own, "?severity=critical") == [sliced]
    assert ids(ask_own, "?subject_kind=metric&slice=") == [total]
    assert ids(ask_own, "?subject_id=refresh&rule_id=failed") == [job]
    assert ids(ask_own, "?domain=Shop") == ids(ask_own, "?domain=SHOP") == [sell, total, sliced]
    assert ids(ask_own, "?domain=Nothing") == []
    assert ids(ask_own, "?since=2026-03-04T00:00:00Z") == [job, sell, total]
    assert ids(ask_own, "?until=2026-03-04T00:00:00Z") == [sliced]
    assert ids(ask_own, "?search=100%25") == [job]
    assert ask_own.get(f"{INCIDENTS}?limit=101").status_code == 422
    second = ask_own.get(f"{INCIDENTS}?limit=2&page=2")
    assert [row["incident_id"] for row in second.get_json()["data"]] == [total, sliced]
    assert second.headers["X-Total-Count"] == "4"
    for wrong in ("?state=gone", "?since=2026-03-04", "?severty=critical"):
        assert ask_own.get(f"{INCIDENTS}{wrong}").status_code == 422


def test_an_incident_is_told_with_its_numbers_steps_and_deliveries(ask_own: Asked) -> None:
    with writing(ask_own) as connection:
        incident_id = add_incident(
            connection, slice="country=US", playbooks=["https://wiki.example.com/revenue"]
        )
        add_event(connection, incident_id, event="firing")
        add_delivery(
            connection, incident_id, state="dead", last_error="POST https://hooks.example.com/secret: 404"
        )
    found = ask_own.get(f"{INCIDENTS}/{incident_id}").get_json()["data"]
    assert found["evidence"] == {"value": 4.0, "warning_threshold": 15.0}
    assert [step["event"] for step in found["events"]] == ["firing", "opened"]
    assert [(each["target"], each["state"], each["last_error"]) for each in found["deliveries"]] == [
        ("slack:#sales", "dead", "POST https://… 404")
    ]
    assert found["playbooks"] == ["https://wiki.example.com/revenue"]
    assert set(found["links"]) == {"self", "history", "metric", "values", "publication"}
    for path in found["links"].values():
        assert ask_own.get(path).status_code == 200, path
    values = ask_own.get(found["links"]["values"]).get_json()["data"]
    assert [row["slice"] for row in values] == ["country=US"]


def test_periods_begin_in_the_reporting_zone(ask_of: Callable[..., Asked], own_url: str) -> None:
    ask = ask_of(own_url, timezone="America/New_York")
    incident_id = incident(ask, first_period_start=datetime(2026, 3, 3, 5, tzinfo=UTC))
    found = ask.get(f"{INCIDENTS}/{incident_id}").get_json()["data"]
    assert found["first_period_start"] == "2026-03-03T00:00:00-05:00"


def test_history_is_paged_newest_first(ask_own: Asked) -> None:
    incident_id = incident(ask_own)
    with writing(ask_own) as connection:
        for number in range(3):
            add_event(connection, incident_id, event="renotified", detail={"number": number})
    page = ask_own.get(f"{INCIDENTS}/{incident_id}/history?limit=2").get_json()
    assert [step["detail"] for step in page["data"]] == [{"number": 2}, {"number": 1}]
    assert page["pagination"]["total"] == 4
    assert ask_own.get(f"{INCIDENTS}/99/history").status_code == 404


def test_an_editor_acknowledges_and_takes_it_back(ask_own: Asked) -> None:
    path = f"{INCIDENTS}/{incident(ask_own)}/acknowledge"
    for _ in range(2):
        answer = ask_own("POST", path, "editor", json={"note": "on it"})
        assert (answer.status_code, answer.get_json()["data"]["state"]) == (200, "acknowledged")
    assert answer.get_json()["data"]["acknowledged_by"] == "user:editor"
    assert ask_own("POST", path, "editor").status_code == 200
    assert ask_own("DELETE", path, "editor").get_json()["data"]["state"] == "firing"
    with writing(ask_own) as connection:
        noted = connection.execute(
            select(audit_log.c.actor, audit_log.c.outcome)
            .where(audit_log.c.action.like("incident.%"))
            .order_by(audit_log.c.entry_id)
        ).all()
    assert noted == [("user:editor", "done")] * 4


def test_what_cannot_be_acknowledged_is_a_problem_that_says_why(ask_own: Asked) -> None:
    answer = ask_own("POST", f"{INCIDENTS}/{incident(ask_own, state='resolved')}/acknowledge", "editor")
    assert answer.status_code == 409
    assert answer.get_json()["type"] == "urn:mdl:problem:incident-state"
    assert "was resolved at 2026-03-04 12:00 UTC" in answer.get_json()["detail"]
    assert ask_own("POST", f"{INCIDENTS}/99/acknowledge", "editor").status_code == 404
    assert ask_own("POST", f"{INCIDENTS}/{2**63}/acknowledge", "editor").status_code == 422


def test_an_editor_resolves_an_incident_and_doing_so_twice_changes_nothing(ask_own: Asked) -> None:
    number = incident(ask_own)
    path = f"{INCIDENTS}/{number}/resolve"
    assert ask_own("POST", path, "viewer").status_code == 403
    for _ in range(2):
        answer = ask_own("POST", path, "editor", json={"reason": "the till was off"})
        assert (answer.status_code, answer.get_json()["data"]["state"]) == (200, "resolved")
    assert ids(ask_own, "?state=open") == []
    steps = ask_own.get(f"{INCIDENTS}/{number}/history").get_json()["data"]
    told = [step for step in steps if "the till was off" in str(step)]
    assert len(told) == 1
    assert ask_own("POST", f"{INCIDENTS}/99/resolve", "editor").status_code == 404


def test_an_incident_is_silenced_once_per_idempotency_key(ask_own: Asked) -> None:
    path = f"{INCIDENTS}/{incident(ask_own)}"
    once = {"Idempotency-Key": "deploy-1"}
    wanted = {"duration": "4h", "reason": "deploying"}
    first = ask_own("POST", f"{path}/silence", "editor", headers=once, json=wanted)
    again = ask_own("POST", f"{path}/silence", "editor", headers=once, json=wanted)
    assert (first.status_code, again.get_json()) == (201, first.get_json())
    made = first.get_json()["data"]
    assert (made["subject_kind"], made["subject_id"], made["slice"]) == ("metric", "revenue", "")
    found = ask_own.get(path).get_json()["data"]
    assert found["silenced_until"] == made["ends_at"]
    assert found["silences"] == [made]
    assert ask_own("DELETE", f"/api/v1/silences/{made['silence_id']}", "editor").status_code == 200
    assert ask_own.get(path).get_json()["data"]["silenced_until"] is None
    assert [step["event"] for step in ask_own.get(path).get_json()["data"]["events"]] == [
        "unsilenced",
        "silenced",
        "opened",
    ]


def test_silences_are_made_of_any_part_of_a_key_listed_and_ended(ask_own: Asked) -> None:
    wanted = {"subject_id": "revenue", "slice": "", "duration": "2 days", "reason": "sale"}
    made = ask_own("POST", "/api/v1/silences", "editor", json=wanted).get_json()["data"]
    assert (made["subject_id"], made["slice"], made["rule_id"]) == ("revenue", "", None)
    assert ask_own.get("/api/v1/silences").get_json()["data"] == [made]
    ask_own("DELETE", f"/api/v1/silences/{made['silence_id']}", "editor")
    assert ask_own.get("/api/v1/silences").get_json()["data"] == []
    ended = ask_own.get("/api/v1/silences?with_ended=true").get_json()["data"]
    assert [each["silence_id"] for each in ended] == [made["silence_id"]]


@pytest.mark.parametrize(
    "body",
    [
        {"duration": "4h", "reason": "everything"},
        {"subject_id": "revenue", "reason": "no end"},
        {"subject_id": "revenue", "duration": "4h"},
        {"subject_id": "revenue", "duration": "100 days", "reason": "too long"},
        {"subject_id": "revenue", "duration": "4h", "ends_at": "2026-03-05T00:00:00Z", "reason": "two ends"},
        {"subject_kind": "metrics", "duration": "4h", "reason": "no such kind"},
    ],
)
def test_a_silence_without_aim_end_or_reason_is_refused(ask_own: Asked, body: dict[str, str]) -> None:
    assert ask_own("POST", "/api/v1/silences", "editor", json=body).status_code == 422
    assert ask_own.get("/api/v1/silences").get_json()["data"] == []


def test_an_incident_is_labelled(ask_own: Asked) -> None:
    path = f"{INCIDENTS}/{incident(ask_own)}/label"
    for wanted in ("anomaly", None):
        answer = ask_own("PUT", path, "editor", json={"label": wanted})
        assert (answer.status_code, answer.get_json()["data"]["label"]) == (200, wanted)
    assert ask_own("PUT", path, "editor", json={"label": "boring"}).status_code == 422


def test_a_write_is_seen_by_the_next_read(ask_own: Asked) -> None:
    path = f"{INCIDENTS}/{incident(ask_own)}"
    assert ask_own.get(path).get_json()["data"]["state"] == "firing"
    ask_own("POST", f"{path}/acknowledge", "editor")
    answer = ask_own.get(path)
    assert (answer.get_json()["data"]["state"], "X-Cache" in answer.headers) == ("acknowledged", False)


def test_hostile_text_comes_back_as_the_data_it_is(ask_own: Asked) -> None:
    incident_id = incident(
        ask_own,
        title=HOSTILE,
        subject_id=HOSTILE,
        rule_id=HOSTILE,
        slice=f"country={HOSTILE}",
        evidence={HOSTILE: HOSTILE},
        channels=[HOSTILE],
        playbooks=[HOSTILE],
    )
    wanted = {"duration": "4h", "reason": HOSTILE}
    assert ask_own("POST", f"{INCIDENTS}/{incident_id}/silence", "editor", json=wanted).status_code == 201
    ask_own("POST", f"{INCIDENTS}/{incident_id}/acknowledge", "editor", json={"note": HOSTILE})
    answer = ask_own.get(f"{INCIDENTS}/{incident_id}")
    found = answer.get_json()["data"]
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [found[name] for name in ("title", "subject_id", "rule_id")] == [HOSTILE] * 3
    assert (found["evidence"], found["playbooks"]) == ({HOSTILE: HOSTILE}, [HOSTILE])
    assert found["events"][0]["detail"] == {"note": HOSTILE}
    assert found["silences"][0]["reason"] == HOSTILE
    assert all(link.isascii() and link.isprintable() and "<" not in link for link in found["links"].values())
    searched = ask_own.get(INCIDENTS, query_string={"search": HOSTILE, "subject_id": HOSTILE}).get_json()
    assert [row["incident_id"] for row in searched["data"]] == [incident_id]


# ---- rules -----------------------------------------------------------------------------------------------

RULED = {
    "metric_id": "revenue",
    "name": "Revenue",
    "business_domain": "SHOP",
    "definition": {"formula": "SUM(order.value)", "expected_direction": "increase"},
    "data": {"time_grain": ["day", "month"]},
    "dimensions": [{"name": "country"}],
    "targets_and_alerts": {
        "alert_rules": [
            {"rule_id": "low", "condition": "value < 5", "slices": [{"by": "country"}], "for_periods": 2},
            {"condition": "value < yesterday", "severity": "page"},
        ]
    },
}


def declare(ask: Asked) -> None:
    answer = ask("PUT", "/api/v1/metrics/revenue", "editor", headers={"If-Match": "*"}, json=RULED)
    assert answer.status_code == 200, answer.text


def rules(ask: Asked, query: str = "") -> dict[str, dict[str, Any]]:
    answer = ask.get(f"/api/v1/alert-rules{query}")
    assert answer.status_code == 200, answer.text
    return {f"{row['subject_id']}:{row['rule_id']}": row for row in answer.get_json()["data"]}


def test_rules_in_force_are_declared_or_derived_and_follow_the_catalog(ask_own: Asked) -> None:
    assert set(rules(ask_own)) == {
        "revenue:thresholds",
        "SELL:off_track",
        "SELL:projected_to_miss",
        "SELL/REVENUE:off_track",
        "SELL/REVENUE:projected_to_miss",
    }
    assert rules(ask_own)["revenue:thresholds"]["is_derived"]
    declare(ask_own)
    found = rules(ask_own, "?metric=revenue")
    assert set(found) == {"revenue:low", "revenue:rule-2"}
    low = found["revenue:low"]
    assert (low["grain"], low["slice_sets"], low["for_periods"]) == ("day", [["country"]], 2)


def test_a_rule_that_nobody_can_evaluate_is_listed_with_the_reason(ask_own: Asked) -> None:
    declare(ask_own)
    unusable = rules(ask_own, "?problem=true")
    assert set(unusable) == {"revenue:rule-2"}
    assert "never evaluated: a condition cannot read 'yesterday'" in unusable["revenue:rule-2"]["problem"]
    assert "revenue:rule-2" not in rules(ask_own, "?problem=false")


def test_rules_tell_what_became_of_them(ask_own: Asked) -> None:
    declare(ask_own)
    key = {"rule_id": "low"}
    with writing(ask_own) as connection:
        add_outcome(connection, **key, slice="country=DE", outcome="not_met", is_current=False)
        add_outcome(connection, **key, slice="country=DE", outcome="not_met")
        add_outcome(connection, **key, slice="country=FR", outcome="not_met")
        add_outcome(connection, **key, slice="country=US", outcome="no_data", reason="no rows")
    low = rules(ask_own, "?outcome=no_data")["revenue:low"]
    assert low["outcomes"] == {"not_met": 2, "no_data": 1}
    assert (low["outcome"], low["reason"], low["evaluated_at"]) == (
        "no_data",
        "no rows",
        "2026-03-04T12:00:00+00:00",
    )
    assert rules(ask_own, "?outcome=error") == {}
    path = "/api/v1/alert-rules/metric/revenue/low/outcomes"
    series = ask_own.get(path).get_json()
    assert [row["slice"] for row in series["data"]] == [
        "country=DE",
        "country=DE",
        "country=FR",
        "country=US",
    ]
    assert (
        ask_own.get("/api/v1/alert-rules/key_result/SELL/REVENUE/off_track/outcomes").get_json()["data"] == []
    )
    assert ask_own.get("/api/v1/alert-rules/metric/revenue/high/outcomes").status_code == 404


def test_the_number_of_statements_is_known(ask_own: Asked) -> None:
    incident_id = incident(ask_own)
    with writing(ask_own) as connection:
        add_outcome(connection)
    rules(ask_own)
    expected = {
        f"{INCIDENTS}?domain=SHOP&search=x": 3,
        f"{INCIDENTS}/{incident_id}": 4,
        f"{INCIDENTS}/{incident_id}/history": 3,
        "/api/v1/silences": 2,
        "/api/v1/alert-rules": 2,
        "/api/v1/alert-rules?outcome=met": 3,
        "/api/v1/alert-rules/metric/revenue/thresholds/outcomes": 2,
        "/api/v1/publications/1": 1,
    }
    executed: list[str] = []
    engine = ask_own.app.extensions["mdl"].database.primary
    event.listen(engine, "before_cursor_execute", lambda _c, _k, text, *_: executed.append(text))
    found: dict[str, int] = {}
    for path in expected:
        executed.clear()
        assert ask_own.get(path).status_code == 200, path
        found[path] = len([text for text in executed if "max(ops.publications" not in text])
    assert found == expected


def test_what_evaluation_finds_is_what_the_api_tells(ask_own: Asked) -> None:
    """10 and 20 on 1 March are 30, and so is 2 March; the one order of 3 March was refused."""
    engine = ask_own.app.extensions["mdl"].database.primary
    alarmed = RULED | {
        "targets_and_alerts": {
            "alert_rules": [{"rule_id": "low", "condition": "value < 40 OR value IS NULL"}]
        }
    }
    ask_own("PUT", "/api/v1/metrics/revenue", "editor", headers={"If-Match": "*"}, json=alarmed)
    with engine.connect() as connection:
        catalog = read_catalog(connection)
    evaluate(engine, Versioned(catalog, {}, 1), as_of=datetime(2026, 3, 4, tzinfo=UTC), now=NOW)
    found = ask_own.get(f"{INCIDENTS}?subject_kind=metric").get_json()["data"]
    assert [(row["rule_id"], row["state"]) for row in found] == [("low", "firing")]
    assert rules(ask_own, "?metric=revenue")["revenue:low"]["outcomes"] == {"met": 1}
