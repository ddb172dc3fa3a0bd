"""What people do to incidents: acknowledge them, end them, and say what they were. Evaluation alone opens them.

Each happens in the caller's transaction, together with its row in the history of the incident; what changes nothing
leaves no row there.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, insert, select, update

from schemas.alerting.errors import IncidentStateError, UnknownIncidentError
from schemas.tables import incident_events, incidents

Label = Literal["anomaly", "expected", "false_alarm"]
LABELS: tuple[Label, ...] = get_args(Label)


def acknowledge(
    connection: Connection, incident_id: int, actor: str, now: datetime, note: str | None = None
) -> None:
    """Say that somebody looks after a firing incident, so that nobody is reminded of it. Three statements at most.

    Who was first stays named.

    Raises:
        UnknownIncidentError: there is none of that id.
        IncidentStateError: it is pending or resolved.
    """
    incident = _locked(connection, incident_id)
    if incident.state == "acknowledged":
        return
    _insist_on(incident, "firing", "acknowledged")
    changes = {"state": "acknowledged", "acknowledged_at": now, "acknowledged_by": actor}
    _change(connection, incident_id, changes, "acknowledged", actor, now, {"note": note} if note else {})


def unacknowledge(connection: Connection, incident_id: int, actor: str, now: datetime) -> None:
    """Take an acknowledgement back: the incident fires again, and reminds. Three statements at most.

    Raises:
        UnknownIncidentError: there is none of that id.
        IncidentStateError: it is pending or resolved.
    """
    incident = _locked(connection, incident_id)
    if incident.state == "firing":
        return
    _insist_on(incident, "acknowledged", "released")
    changes = {"state": "firing", "acknowledged_at": None, "acknowledged_by": None}
    _change(connection, incident_id, changes, "unacknowledged", actor, now, {})


def resolve(
    connection: Connection, incident_id: int, actor: str, now: datetime, reason: str | None = None
) -> None:
    """Say that an incident is over; it opens anew only by what happens later. Three statements at most.

    One that has ended already stays as it is.

    Raises:
        UnknownIncidentError: there is none of that id.
    """
    incident = _locked(connection, incident_id)
    if incident.state == "resolved":
        return
    changes = {"state": "resolved", "resolved_at": now, "resolved_by": actor}
    detail = {"reason": reason} if reason else {}
    _change(connection, incident_id, changes, "resolved", actor, now, detail)


def label(connection: Connection, incident_id: int, wanted: Label | None, actor: str, now: datetime) -> None:
    """Say what an incident was; None takes it back. Three statements at most.

    The periods of an `anomaly` are left out of what later ones are compared with.

    Raises:
        UnknownIncidentError: there is none of that id.
    """
    incident = _locked(connection, incident_id)
    if incident.label == wanted:
        return
    detail = {"label": wanted, "was": incident.label}
    _change(connection, incident_id, {"label": wanted}, "labelled", actor, now, detail)


def _locked(connection: Connection, incident_id: int) -> Row[Any]:
    """The incident, which nobody else changes until the transaction ends."""
    chosen = select(incidents).where(incidents.c.incident_id == incident_id).with_for_update()
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise UnknownIncidentError(f"there is no incident {incident_id}")
    return row


def _insist_on(incident: Row[Any], state: str, done: str) -> None:
    if incident.state == state:
        return
    why = {
        "pending": "is pending: it has not lasted long enough for anybody to be told",
        "resolved": f"was resolved at {incident.resolved_at:%Y-%m-%d %H:%M} UTC"
        if incident.resolved_at
        else "",
    }[incident.state]
    raise IncidentStateError(f"incident {incident.incident_id} {why}; only a {state} one can be {done}")


def _change(
    connection: Connection,
    incident_id: int,
    changes: Mapping[str, object],
    event: str,
    actor: str,
    now: datetime,
    detail: Mapping[str, object],
) -> None:
    connection.execute(update(incidents).where(incidents.c.incident_id == incident_id).values(**changes))
    noted = {"incident_id": incident_id, "event": event, "happened_at": now, "actor": actor}
    connection.execute(insert(incident_events).values(**noted, detail=dict(detail)))
