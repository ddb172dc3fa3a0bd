"""Incidents in a browser: the list, what explains one, and the forms of those who look after it."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from schemas.tables import audit_log, incidents, key_result_check_ins, silences
from tests.build_incidents import NOW, add_delivery, add_incident
from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import Browser

Browse = Callable[..., Browser]
HOSTILE = "<script>alert(1)</script> =1+1 \x1b[31m' or 1=1 --"


def incident(asked: Asked, **fields: Any) -> int:
    with asked.app.extensions["mdl"].database.primary.begin() as connection:
        found = add_incident(connection, **fields)
        add_delivery(connection, found)
        return found


def rows(asked: Asked, table: Any) -> list[Any]:
    with asked.app.extensions["mdl"].database.primary.connect() as connection:
        return list(connection.execute(select(table)))


def test_the_list_says_what_to_expect_where_there_is_none(ask: Asked, browse: Browse) -> None:
    assert "No incidents. Rules of the catalog are judged" in browse(ask).visit("/incidents").text
    assert "No incident fits these filters" in browse(ask).visit("/incidents?severity=critical").text


def test_the_list_is_filtered_paged_and_had_as_a_file_with_all_pages(ask_own: Asked, browse: Browse) -> None:
    for number in range(3):
        incident(ask_own, slice=f"country={number}", opened_at=NOW - timedelta(days=number))
    browser = browse(ask_own)
    assert browser.visit("/incidents?limit=2").text.count('href="/incidents/') >= 2
    assert "Page 1 of 2, 3 in all" in browser.visit("/incidents?limit=2").text
    file = browser.visit("/incidents?limit=2&format=csv&table=incidents").text
    assert [row["Slice"] for row in csv.DictReader(io.StringIO(file))] == [
        "country=0",
        "country=1",
        "country=2",
    ]
    # the reporting zone of the shop is UTC; NOW is noon of 4 March
    day = browser.visit("/incidents?since=2026-03-03&until=2026-03-03&format=csv").text
    assert [row["Slice"] for row in csv.DictReader(io.StringIO(day))] == ["country=1"]
    # an untouched form sends every filter empty
    empty = "&".join(
        f"{name}=" for name in ("state", "severity", "subject_kind", "subject_id", "domain", "since")
    )
    assert "3 incidents" in browser.visit(f"/incidents?{empty}").text
    assert browser.visit("/incidents?severty=critical").status_code == 422
    assert browser.visit("/incidents?severity=dire").status_code == 422


def test_one_is_shown_with_its_numbers_in_its_unit_its_steps_and_who_was_told(
    ask_own: Asked, browse: Browse
) -> None:
    evidence = {
        "value": 4.5,
        "unit": "USD",
        "change_pct": -85.0,
        "thresholds": {"warning": 15.0, "critical": 5.0},
        "contributions": [
            {"slice": "country=US", "value": 0.0, "previous_value": 30.0, "contribution": -30.0}
        ],
        "period_start": "2026-03-03T00:00:00+00:00",
    }
    found = incident(
        ask_own, evidence=evidence, playbooks=["https://wiki.example/low", "javascript:alert(1)"]
    )
    text = browse(ask_own).visit(f"/incidents/{found}").text
    assert '<data value="4.5">$4.50</data>' in text
    assert '<data value="15.0">$15.00</data>' in text
    assert '<data value="-30.0">-$30.00</data>' in text
    assert "-85.0%" in text
    assert "Mar 3, 2026" in text
    assert "slack:#sales" in text
    assert 'href="/metrics/revenue"' in text
    assert 'href="https://wiki.example/low"' in text
    assert 'href="javascript:' not in text
    assert "opened" in browse(ask_own).visit(f"/incidents/{found}/history").text
    assert browse(ask_own).visit("/incidents/4711").status_code == 404


def test_hostile_texts_are_shown_as_texts(ask_own: Asked, browse: Browse) -> None:
    found = incident(
        ask_own,
        title=HOSTILE,
        slice=HOSTILE,
        rule_id=HOSTILE,
        evidence={HOSTILE: HOSTILE, "list": [{HOSTILE: HOSTILE}]},
        playbooks=[HOSTILE],
        channels=[HOSTILE],
    )
    browser = browse(ask_own, "editor")
    for path in ("/incidents", f"/incidents/{found}", "/"):
        answer = browser.visit(path)
        assert answer.status_code == 200, path
        assert "<script>alert(1)" not in answer.text, path
        assert "&lt;script&gt;alert(1)" in answer.text, path


def test_an_editor_acknowledges_silences_labels_and_resolves(ask_own: Asked, browse: Browse) -> None:
    found = incident(ask_own)
    browser, place = browse(ask_own, "editor"), f"/incidents/{found}"
    browser.visit(place)
    assert "acknowledged" in browser.fill(f"{place}/acknowledge", note="I look").text
    assert "note: I look" in browser.visit(place).text
    silenced = browser.fill(f"{place}/silence", duration="4h", reason="Known").text
    assert "Silences that hold it back" in silenced
    (silence,) = rows(ask_own, silences)
    assert (silence.reason, silence.created_by) == ("Known", "user:editor")
    assert silence.ends_at - silence.starts_at == timedelta(hours=4)
    browser.fill(f"{place}/silences/{silence.silence_id}/end")
    assert "Silences that hold it back" not in browser.visit(place).text
    browser.fill(f"{place}/unacknowledge")
    browser.fill(f"{place}/label", label="false_alarm")
    browser.fill(f"{place}/resolve", reason="Mended")
    (row,) = rows(ask_own, incidents)
    assert (row.state, row.label, row.resolved_by) == ("resolved", "false_alarm", "user:editor")
    done = [
        row.action for row in rows(ask_own, audit_log) if row.actor == "user:editor" and row.outcome == "done"
    ]
    assert done[-6:] == [
        *("incident.acknowledge", "incident.silence", "silence.end"),
        *("incident.unacknowledge", "incident.label", "incident.resolve"),
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": "Known"}, "needs one end"),
        ({"reason": "Known", "duration": "soon"}, "expected a length of time"),
        ({"reason": " ", "duration": "4h"}, "needs a reason"),
        ({"reason": "Known", "duration": "400 days"}, "within 90 days"),
        ({"reason": "Known", "ends_at": "never"}, "expected a moment"),
        ({"reason": "Known", "ends_at": "2001-01-01T00:00"}, "after now"),
    ],
)
def test_a_silence_that_cannot_be_is_refused_with_the_reason(
    ask_own: Asked, browse: Browse, typed: dict[str, str], said: str
) -> None:
    found = incident(ask_own)
    browser = browse(ask_own, "editor")
    browser.visit(f"/incidents/{found}")
    answer = browser.fill(f"/incidents/{found}/silence", **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert rows(ask_own, silences) == []


def test_what_is_over_cannot_be_acknowledged_and_says_why(ask_own: Asked, browse: Browse) -> None:
    found = incident(ask_own)
    browser, place = browse(ask_own, "editor"), f"/incidents/{found}"
    browser.visit(place)
    form = browser.form(f"{place}/acknowledge").fields
    browser.fill(f"{place}/resolve")
    answer = browser.post(f"{place}/acknowledge", form)
    assert answer.status_code == 422
    assert "was resolved at" in answer.text


def test_a_viewer_sees_no_forms_and_may_send_none(ask_own: Asked, browse: Browse) -> None:
    found = incident(ask_own)
    browser = browse(ask_own, "viewer")
    assert "Look after it" not in browser.visit(f"/incidents/{found}").text
    browser.visit("/account")
    token = browser.form("/sign-out").fields
    for act in ("acknowledge", "unacknowledge", "silence", "label", "resolve", "silences/1/end"):
        assert browser.post(f"/incidents/{found}/{act}", token).status_code == 403, act
    assert rows(ask_own, incidents)[0].state == "firing"


def test_an_incident_of_a_restricted_metric_says_nothing_of_it_to_others(
    ask_own: Asked, browse: Browse
) -> None:
    merge = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    governance = {"data_classification": "restricted", "owner_team": "hr"}
    answer = ask_own("PATCH", "/api/v1/metrics/revenue", "admin", merge, json={"governance": governance})
    assert answer.status_code == 200, answer.text
    found = incident(ask_own, title="Revenue: 4 below 15", slice="country=US", evidence={"value": 4.25})
    viewer = browse(ask_own, "viewer")
    listed = viewer.visit("/incidents").text
    assert "revenue: restricted" in listed, listed[listed.index("<tbody") :]
    assert "below 15" not in listed
    assert "country=US" not in listed
    assert viewer.visit(f"/incidents/{found}").status_code == 403
    assert viewer.visit("/objectives/SELL/check-ins?key_result=REVENUE").status_code == 403
    assert viewer.visit("/objectives/SELL/pace.svg?key_result=REVENUE").status_code == 403
    assert "4 below 15" not in viewer.visit("/").text
    refused = viewer.visit("/data/orders").text
    assert "much" not in refused
    assert "restricted" in refused
    admin = browse(ask_own, "admin")
    assert "4.25" in admin.visit(f"/incidents/{found}").text
    assert "much" in admin.visit("/data/orders").text


def test_an_editor_checks_in_a_value_that_others_see(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own, "editor")
    place = "/objectives/SELL/check-ins"
    browser.visit(f"{place}?key_result=REVENUE")
    assert browser.fill(place, value="much").status_code == 422
    for slip in ("nan", "1_000", "\N{ARABIC-INDIC DIGIT THREE}", "1e999", "0x10", "1,5"):
        assert browser.fill(place, value=slip).status_code == 422
    assert browser.fill(place, value="12.5", note=HOSTILE).status_code == 200
    (row,) = rows(ask_own, key_result_check_ins)
    assert (row.objective_id, row.kr_id, row.value, row.checked_in_by) == (
        "SELL",
        "REVENUE",
        12.5,
        "user:editor",
    )
    seen = browse(ask_own, "viewer").visit(f"{place}?key_result=REVENUE").text
    assert '<data value="12.5">' in seen
    assert "<script>alert(1)" not in seen
    assert "Check in</button>" not in seen
    assert browser.visit(f"{place}?key_result=NO").status_code == 404
    assert browser.visit(place).status_code == 422
