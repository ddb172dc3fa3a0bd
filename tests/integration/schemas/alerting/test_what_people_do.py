from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

from schemas.alerting.errors import (
    IncidentStateError,
    SilenceError,
    UnknownIncidentError,
    UnknownSilenceError,
)
from schemas.alerting.incidents import acknowledge, label, unacknowledge
from schemas.alerting.silences import Matching, covers, end_silence, in_force, silence, silence_incident
from schemas.tables import incident_events, incidents, silences
from tests.build_incidents import NOW, add_incident

LATER = NOW + timedelta(hours=4)


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    with database.begin() as found:
        yield found


def standing(connection: Connection, incident_id: int) -> Any:
    return connection.execute(select(incidents).where(incidents.c.incident_id == incident_id)).one()


def history(connection: Connection, incident_id: int) -> list[tuple[str, str, Any]]:
    """What happened after it was opened: event, actor, detail."""
    events = incident_events.c
    wanted = select(events.event, events.actor, events.detail).where(events.incident_id == incident_id)
    return [tuple(row) for row in connection.execute(wanted.order_by(events.event_id))][1:]


def test_a_firing_incident_is_acknowledged_once_by_whoever_is_first(connection: Connection) -> None:
    incident_id = add_incident(connection)
    acknowledge(connection, incident_id, "user:ann", NOW, "on it")
    acknowledge(connection, incident_id, "user:bob", LATER)
    row = standing(connection, incident_id)
    assert (row.state, row.acknowledged_by, row.acknowledged_at) == ("acknowledged", "user:ann", NOW)
    assert history(connection, incident_id) == [("acknowledged", "user:ann", {"note": "on it"})]


def test_an_acknowledgement_is_taken_back(connection: Connection) -> None:
    incident_id = add_incident(connection)
    acknowledge(connection, incident_id, "user:ann", NOW)
    unacknowledge(connection, incident_id, "user:bob", LATER)
    unacknowledge(connection, incident_id, "user:bob", LATER)
    row = standing(connection, incident_id)
    assert (row.state, row.acknowledged_by, row.acknowledged_at) == ("firing", None, None)
    assert [event for event, *_ in history(connection, incident_id)] == ["acknowledged", "unacknowledged"]


@pytest.mark.parametrize(
    ("state", "why"),
    [("pending", "it has not lasted long enough"), ("resolved", "was resolved at 2026-03-04 12:00 UTC")],
)
def test_what_does_not_fire_cannot_be_acknowledged(connection: Connection, state: str, why: str) -> None:
    incident_id = add_incident(connection, state=state)
    for act in (acknowledge, unacknowledge):
        with pytest.raises(IncidentStateError, match=why):
            act(connection, incident_id, "user:ann", NOW)
    assert history(connection, incident_id) == []


def test_a_label_is_given_and_taken_back(connection: Connection) -> None:
    incident_id = add_incident(connection, state="resolved")
    for wanted in ("anomaly", "anomaly", None):
        label(connection, incident_id, wanted, "user:ann", NOW)
    assert standing(connection, incident_id).label is None
    assert [detail for _, _, detail in history(connection, incident_id)] == [
        {"label": "anomaly", "was": None},
        {"label": None, "was": "anomaly"},
    ]


def test_an_unknown_incident_is_said_to_be_unknown(connection: Connection) -> None:
    for act in (
        lambda: acknowledge(connection, 7, "user:ann", NOW),
        lambda: label(connection, 7, None, "user:ann", NOW),
        lambda: silence_incident(connection, 7, "x", LATER, "user:ann", NOW),
    ):
        with pytest.raises(UnknownIncidentError, match="there is no incident 7"):
            act()
    with pytest.raises(UnknownSilenceError, match="there is no silence 7"):
        end_silence(connection, 7, "user:ann", NOW)


def test_silencing_an_incident_silences_its_whole_key_and_nothing_else(connection: Connection) -> None:
    total, sliced = add_incident(connection), add_incident(connection, slice="country=US")
    made = silence_incident(connection, total, " deploying ", LATER, "user:ann", NOW)
    assert (made.subject_id, made.rule_id, made.slice, made.reason) == (
        "revenue",
        "thresholds",
        "",
        "deploying",
    )
    noted = {"silence_id": made.silence_id, "ends_at": "2026-03-04T16:00:00+00:00", "reason": "deploying"}
    assert history(connection, total) == [("silenced", "user:ann", noted)]
    assert history(connection, sliced) == []


def test_a_resolved_incident_can_be_silenced_so_that_it_is_not_told_again(connection: Connection) -> None:
    incident_id = add_incident(connection, state="resolved")
    silence_incident(connection, incident_id, "flaps", LATER, "user:ann", NOW)
    assert [event for event, *_ in history(connection, incident_id)] == ["silenced"]


@pytest.mark.parametrize(
    ("matching", "silenced"),
    [
        (Matching(subject_kind="metric"), {"total", "sliced", "other"}),
        (Matching(subject_id="revenue"), {"total", "sliced"}),
        (Matching(rule_id="thresholds", slice=""), {"total", "other"}),
        (Matching("metric", "revenue", "thresholds", "country=US"), {"sliced"}),
    ],
)
def test_a_silence_covers_what_all_its_parts_fit(
    connection: Connection, matching: Matching, silenced: set[str]
) -> None:
    named = {
        add_incident(connection): "total",
        add_incident(connection, slice="country=US"): "sliced",
        add_incident(connection, subject_id="orders"): "other",
        add_incident(
            connection, subject_kind="job", subject_id="refresh", rule_id="failed", slice="x"
        ): "job",
    }
    silence(connection, matching, "maintenance", LATER, "user:ann", NOW)
    held = select(incidents.c.incident_id).join(silences, covers(silences, incidents))
    now_held = set(connection.scalars(held.where(in_force(silences, NOW))))
    assert {named[each] for each in now_held} == silenced
    assert {named[each] for each in named if history(connection, each)} == silenced
    assert not set(connection.scalars(held.where(in_force(silences, LATER))))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"matching": Matching()}, "would silence everything"),
        ({"reason": "  "}, "needs a reason"),
        ({"reason": "x" * 2_001}, "at most 2,000 characters"),
        ({"ends_at": NOW}, "ends after it begins"),
        ({"ends_at": NOW + timedelta(days=90, seconds=1)}, "ends within 90 days"),
        ({"starts_at": LATER, "ends_at": LATER}, "ends after it begins"),
    ],
)
def test_a_silence_that_would_hide_too_much_is_refused(
    connection: Connection, changed: dict[str, Any], why: str
) -> None:
    wanted = {"matching": Matching("metric"), "reason": "x", "ends_at": LATER} | changed
    with pytest.raises(SilenceError, match=why):
        silence(connection, **wanted, actor="user:ann", now=NOW)


def test_a_silence_ends_before_its_time_and_only_once(connection: Connection) -> None:
    incident_id = add_incident(connection)
    made = silence_incident(connection, incident_id, "x", LATER, "user:ann", NOW)
    soon = NOW + timedelta(minutes=1)
    for at in (soon, LATER):
        assert end_silence(connection, made.silence_id, "user:bob", at).ends_at == soon
    assert [event for event, *_ in history(connection, incident_id)] == ["silenced", "unsilenced"]


def test_a_silence_that_is_yet_to_begin_never_does(connection: Connection) -> None:
    made = silence(
        connection, Matching("metric"), "x", LATER + timedelta(hours=1), "user:ann", NOW, starts_at=LATER
    )
    ended = end_silence(connection, made.silence_id, "user:ann", NOW)
    assert (ended.starts_at, ended.ends_at) == (LATER, LATER)
