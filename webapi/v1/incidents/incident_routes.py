"""Routes of incidents."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response

from reports.alerting.incident_query import IncidentQuery
from reports.alerting.incidents import (
    IncidentDetail,
    incident_history,
    incident_page,
    read_incident,
    seen_incident,
)
from schemas.alerting import incidents, silences
from schemas.alerting.silences import Silence, silence_end
from schemas.identity.readers import Reader
from schemas.identity.roles import Role
from webapi.request.context import app_parts, principal, reader
from webapi.v1.incidents.blueprint import blueprint
from webapi.v1.incidents.incident_schemas import (
    AcknowledgeSchema,
    IncidentAnswerSchema,
    IncidentHistorySchema,
    IncidentQuerySchema,
    IncidentsSchema,
    LabelSchema,
    ResolveSchema,
)
from webapi.v1.incidents.rendering import rendered_incident, rendered_silence
from webapi.v1.incidents.reporting_moment import reporting_moment
from webapi.v1.incidents.silence_schemas import NewIncidentSilenceSchema, SilenceAnswerSchema
from webapi.views.audited_writes import Action, write, write_once
from webapi.views.pages import Page, PageQuerySchema, paged
from webapi.views.preconditions import OnceSchema

_ONE = "/incidents/<int:incident_id>"


@blueprint.get("/incidents", role=Role.VIEWER)
@blueprint.arguments(IncidentQuerySchema, location="query")
@blueprint.response(200, IncidentsSchema)
def list_incidents(query: dict[str, Any]) -> Page:
    """List incidents, newest first.

    Those that are open or ever fired; what passed before anybody was told only with `state=all`.
    """
    found = app_parts().database.read(incident_page, IncidentQuery(**query), reporting_moment(), reader())
    return paged(found, query)


@blueprint.get(_ONE, role=Role.VIEWER, problems=("not-found", "restricted"))
@blueprint.response(200, IncidentAnswerSchema)
def get_incident(incident_id: int) -> dict[str, Any]:
    """Read one incident.

    With the numbers that explain it, its newest steps, who was told, and the silences that hold it back.
    """
    return _body(app_parts().database.read(read_incident, incident_id, reporting_moment(), reader()))


@blueprint.get(f"{_ONE}/history", role=Role.VIEWER, problems=("not-found", "restricted"))
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, IncidentHistorySchema)
def get_incident_history(query: dict[str, int], incident_id: int) -> Page:
    """Read the life of an incident.

    Every step that evaluation or people took, newest first.
    """
    return paged(app_parts().database.read(incident_history, incident_id, **query, reader=reader()), query)


@blueprint.post(
    f"{_ONE}/acknowledge",
    role=Role.EDITOR,
    problems=("not-found", "restricted", "incident-state", "key-reused", "under-way"),
)
@blueprint.arguments(OnceSchema, location="headers")
@blueprint.arguments(AcknowledgeSchema, required=False)
@blueprint.response(200, IncidentAnswerSchema)
def acknowledge_incident(_headers: dict[str, str], given: dict[str, Any], incident_id: int) -> Response:
    """Acknowledge an incident.

    Somebody looks after it: nobody is reminded of it again. Doing so twice changes nothing.
    """
    function = _then_read(incidents.acknowledge)
    return write_once(
        _action("acknowledge", incident_id),
        rendered_incident,
        function,
        incident_id,
        *_who_and_when(),
        given.get("note"),
    )


@blueprint.delete(
    f"{_ONE}/acknowledge", role=Role.EDITOR, problems=("not-found", "restricted", "incident-state")
)
@blueprint.response(200, IncidentAnswerSchema)
def unacknowledge_incident(incident_id: int) -> dict[str, Any]:
    """Take an acknowledgement back.

    The incident fires again, and reminds where its rule says so.
    """
    function = _then_read(incidents.unacknowledge)
    return _body(write(_action("unacknowledge", incident_id), function, incident_id, *_who_and_when()))


@blueprint.post(
    f"{_ONE}/resolve",
    role=Role.EDITOR,
    problems=("not-found", "restricted", "incident-state", "key-reused", "under-way"),
)
@blueprint.arguments(OnceSchema, location="headers")
@blueprint.arguments(ResolveSchema, required=False)
@blueprint.response(200, IncidentAnswerSchema)
def resolve_incident(_headers: dict[str, str], given: dict[str, Any], incident_id: int) -> Response:
    """Resolve an incident.

    It is over, whatever the numbers say, and opens anew only by a breach in a later period. Doing so twice changes
    nothing.
    """
    function = _then_read(incidents.resolve)
    return write_once(
        _action("resolve", incident_id),
        rendered_incident,
        function,
        incident_id,
        *_who_and_when(),
        given.get("reason"),
    )


@blueprint.post(
    f"{_ONE}/silence",
    role=Role.EDITOR,
    problems=("not-found", "restricted", "incident-state", "invalid-silence", "key-reused", "under-way"),
)
@blueprint.arguments(OnceSchema, location="headers")
@blueprint.arguments(NewIncidentSilenceSchema)
@blueprint.response(201, SilenceAnswerSchema)
def silence_incident(_headers: dict[str, str], given: dict[str, Any], incident_id: int) -> Response:
    """Silence an incident.

    Nobody is told of it, nor of later ones of the same rule, subject and slice, until the silence ends.
    """
    now = app_parts().clock()
    ends_at = silence_end(now, given.get("ends_at"), given.get("duration"))
    wanted = (incident_id, given["reason"], ends_at, principal().actor, now)
    return write_once(_action("silence", incident_id), rendered_silence, _silenced(reader()), *wanted)


@blueprint.put(f"{_ONE}/label", role=Role.EDITOR, problems=("not-found", "restricted"))
@blueprint.arguments(LabelSchema)
@blueprint.response(200, IncidentAnswerSchema)
def label_incident(given: dict[str, Any], incident_id: int) -> dict[str, Any]:
    """Say what an incident was.

    `anomaly` leaves its periods out of what later ones are compared with; `expected` and `false_alarm` tell whoever
    tunes the rule.
    """
    wanted = (incident_id, given["label"], *_who_and_when())
    return _body(write(_action("label", incident_id), _then_read(incidents.label), *wanted))


def _then_read(function: Callable[..., None]) -> Callable[..., IncidentDetail]:
    """Do it, and answer the incident as it stands then, within the same transaction."""
    moment, who = reporting_moment(), reader()

    def done(connection: Any, incident_id: int, *args: Any) -> IncidentDetail:
        seen_incident(connection, incident_id, who)
        function(connection, incident_id, *args)
        return read_incident(connection, incident_id, moment, who)

    return done


def _silenced(who: Reader) -> Callable[..., Silence]:
    """Silence it, where the reader may see of which slice it is."""

    def done(connection: Any, incident_id: int, *args: Any) -> Silence:
        seen_incident(connection, incident_id, who)
        return silences.silence_incident(connection, incident_id, *args)

    return done


def _action(verb: str, incident_id: int) -> Action:
    return Action(f"incident.{verb}", f"incident:{incident_id}")


def _who_and_when() -> tuple[str, datetime]:
    return principal().actor, app_parts().clock()


def _body(found: IncidentDetail) -> dict[str, Any]:
    return {"data": found}
