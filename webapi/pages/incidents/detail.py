"""One incident: what explains it, its life, who was told, and what holds it back."""

from datetime import datetime
from typing import Any

from flask import Response

from reports.alerting.incidents import (
    AlertDelivery,
    IncidentDetail,
    IncidentEvent,
    incident_history,
    read_incident,
)
from reports.cells import Status, Table
from schemas.alerting.incidents import LABELS
from schemas.alerting.silences import LONGEST, LONGEST_REASON
from webapi.pages.frame.rendering import figures, page
from webapi.pages.frame.route import FileQuerySchema
from webapi.pages.incidents.blueprint import blueprint
from webapi.pages.incidents.explained import facts_table, list_tables
from webapi.pages.incidents.lists import moment
from webapi.pages.incidents.subjects import subject_address, words
from webapi.request.context import app_parts, reader
from webapi.views.pages import PageQuerySchema

ONE = "/incidents/<int(max=9223372036854775807):incident_id>"
LONGEST_NOTE = 2_000
_STEPS = {"when": "When", "step": "Step", "actor": "By", "detail": "Detail"}
_DELIVERIES = {
    "event": "Told of",
    "target": "Channel",
    "state": "State",
    "attempts": "Attempts",
    "created": "Since",
    "ended": "Ended",
    "error": "Last error",
}


class HistorySchema(PageQuerySchema, FileQuerySchema):
    """Which steps."""


@blueprint.page(ONE)
def show_incident(incident_id: int) -> Response:
    """The incident with the forms of those who may act on it."""
    return incident(incident_id)


@blueprint.page(f"{ONE}/history", query=HistorySchema)
def show_history(query: dict[str, Any], incident_id: int) -> Response:
    """Every step that evaluation or people took, newest first."""
    database, asked = app_parts().database, (incident_id, query["page"], query["limit"], reader())
    found, total = database.read(incident_history, *asked)
    return page(
        "incident-history.html",
        f"Steps of incident {incident_id}",
        [_steps(found)],
        incident_id=incident_id,
        query=query,
        total=total,
    )


def incident(incident_id: int, error: str = "") -> Response:
    """The page of one incident; with an error, as the answer to a form that was refused.

    Raises:
        UnknownIncidentError: there is none of that id.
        RestrictedError: the reader may not see its numbers.
    """
    found: IncidentDetail = app_parts().database.read(read_incident, incident_id, moment(), reader())
    lists = list_tables(found.evidence)
    shown = page(
        "incident.html",
        found.title,
        [facts_table(found.evidence), *lists, _steps(found.events), _told(found.deliveries)],
        incident=found,
        lists=[each.name for each in lists],
        subject_address=subject_address(found.subject_kind, found.subject_id),
        labels=LABELS,
        most_days=LONGEST.days,
        longest_note=LONGEST_NOTE,
        longest_reason=LONGEST_REASON,
        error=error,
    )
    shown.status_code = 422 if error else 200
    return shown


def _steps(events: Any) -> Table:
    rows = [
        {
            "when": each.happened_at,
            "step": Status(each.event),
            "actor": each.actor,
            "detail": _detail(each),
        }
        for each in events
    ]
    return Table("steps", "Steps in its life, newest first", _STEPS, rows)


def _detail(event: IncidentEvent) -> str:
    """What else is known of a step, in the order in which it was noted."""
    told = [
        f"{words(name)}: {_moment(value) if name.endswith('_at') else value}"
        for name, value in event.detail.items()
        if value not in (None, "", [], {})
    ]
    if event.publication_id is not None:
        told.append(f"publication {event.publication_id}")
    return "; ".join(told)


def _moment(text: str) -> str:
    return figures().instant(datetime.fromisoformat(text).astimezone(app_parts().settings.zone))


def _told(deliveries: tuple[AlertDelivery, ...]) -> Table:
    rows = [
        {
            "event": words(each.event.replace(":", " ")),
            "target": each.target,
            "state": Status(each.state),
            "attempts": each.attempts,
            "created": each.created_at,
            "ended": each.ended_at,
            "error": each.last_error,
        }
        for each in deliveries
    ]
    return Table("deliveries", "Who was told", _DELIVERIES, rows, frozenset({"attempts"}))
