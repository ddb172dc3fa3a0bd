"""Builders of what alerting writes, one row each, so that tests of those who read it need no evaluation."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from schemas.tables import (
    alert_evaluations,
    alert_outcomes,
    deliveries,
    heartbeats,
    incident_events,
    incidents,
)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def add_incident(connection: Connection, **fields: Any) -> int:
    """An incident of the metric `revenue` that has fired since an hour before NOW; its first event tells so."""
    state, hour_ago = fields.get("state", "firing"), NOW - timedelta(hours=1)
    row = {
        "subject_kind": "metric",
        "subject_id": "revenue",
        "rule_id": "thresholds",
        "slice": "",
        "state": state,
        "severity": "warning",
        "title": "Revenue: value < warning_threshold",
        "grain": "day",
        "first_period_start": datetime(2026, 3, 3, tzinfo=UTC),
        "last_period_start": datetime(2026, 3, 3, tzinfo=UTC),
        "opened_at": hour_ago,
        "fired_at": None if state == "pending" else hour_ago,
        "resolved_at": NOW if state == "resolved" else None,
        "publication_id": 1,
        "evidence": {"value": 4.0, "warning_threshold": 15.0},
        "channels": ["slack:#sales"],
        "playbooks": [],
    } | fields
    incident_id = _add(connection, incidents, "incident_id", row)
    add_event(connection, incident_id, happened_at=row["opened_at"])
    return incident_id


def add_event(connection: Connection, incident_id: int, **fields: Any) -> int:
    """That MDL opened it an hour before NOW."""
    row = {
        "incident_id": incident_id,
        "event": "opened",
        "happened_at": NOW - timedelta(hours=1),
        "actor": "mdl",
        "detail": {},
    }
    return _add(connection, incident_events, "event_id", row | fields)


def add_delivery(connection: Connection, incident_id: int, **fields: Any) -> int:
    """One delivered to slack:#sales at NOW."""
    row = {
        "incident_id": incident_id,
        "event": "firing",
        "target": "slack:#sales",
        "message_key": "publication:1",
        "state": "delivered",
        "attempts": 1,
        "created_at": NOW,
        "next_attempt_at": NOW,
        "ended_at": NOW,
    }
    return _add(connection, deliveries, "delivery_id", row | fields)


def add_outcome(connection: Connection, **fields: Any) -> int:
    """That the thresholds of `revenue` were met by its total at NOW, in one evaluation."""
    row = {
        "subject_kind": "metric",
        "subject_id": "revenue",
        "rule_id": "thresholds",
        "slice": "",
        "outcome": "met",
        "grain": "day",
        "period_start": datetime(2026, 3, 3, tzinfo=UTC),
        "value": 4.0,
        "first_publication_id": 1,
        "last_publication_id": 1,
        "first_evaluated_at": NOW,
        "last_evaluated_at": NOW,
        "evaluations": 1,
        "is_current": True,
    }
    return _add(connection, alert_outcomes, "outcome_id", row | fields)


def add_evaluation(connection: Connection, **fields: Any) -> int:
    """One at NOW on publication 1, that met 1 and did not meet 2."""
    row = {
        "publication_id": 1,
        "as_of": NOW,
        "evaluated_at": NOW,
        "duration_ms": 12.5,
        "met": 1,
        "not_met": 2,
        "no_data": 0,
        "error": 0,
        "suppressed": 0,
    }
    return _add(connection, alert_evaluations, "evaluation_id", row | fields)


def add_heartbeat(connection: Connection, name: str = "alert_evaluation", **fields: Any) -> None:
    """A sensor that is due every 30 seconds and succeeded at NOW."""
    row = {"name": name, "expected_every_seconds": 30, "last_succeeded_at": NOW, "failures": 0}
    connection.execute(insert(heartbeats).values(**(row | fields)))


def _add(connection: Connection, table: Table, key: str, row: dict[str, Any]) -> int:
    made = connection.scalar(insert(table).values(**row).returning(table.c[key]))
    assert made is not None
    return int(made)
