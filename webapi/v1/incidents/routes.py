"""Routes of incidents, silences and alert rules; incidents live between publications, so that no answer is kept."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from reports.alerting.incident_query import IncidentQuery
from reports.alerting.incidents import (
    IncidentDetail,
    Moment,
    incident_history,
    incident_page,
    read_incident,
    silence_page,
)
from reports.alerting.rules import RuleQuery, outcome_page, rule_page
from schemas.alerting import incidents, silences
from schemas.alerting.silences import Matching, Silence, silence_end
from schemas.identity.idempotency import Answer
from schemas.identity.roles import Role
from webapi import audit
from webapi.house import Blueprint
from webapi.identity import principal
from webapi.services import services
from webapi.v1.catalog.documents import with_headers
from webapi.v1.catalog.schemas import OnceSchema
from webapi.v1.envelope import PageQuerySchema, paged
from webapi.v1.incidents.schemas import (
    AcknowledgeSchema,
    IncidentAnswerSchema,
    IncidentHistorySchema,
    IncidentQuerySchema,
    IncidentsSchema,
    LabelSchema,
    NewIncidentSilenceSchema,
    NewSilenceSchema,
    OutcomesSchema,
    ResolveSchema,
    RuleQuerySchema,
    RulesSchema,
    SilenceAnswerSchema,
    SilenceQuerySchema,
    SilencesSchema,
)
from webapi.writes import rendered, write_once

_ONE = "/incidents/<int:incident_id>"

blueprint = Blueprint(
    "incidents",
    __name__,
    description="What somebody should know, who looks after it, and the rules behind it",
)


@blueprint.get("/incidents", role=Role.VIEWER, errors=(422,))
@blueprint.arguments(IncidentQuerySchema, location="query")
@blueprint.response(200, IncidentsSchema)
def list_incidents(query: dict[str, Any]) -> Any:
    """List incidents, newest first.

    Those that are open or ever fired; what passed before anybody was told only with `state=all`.
    """
    rows, total = services().database.read(incident_page, IncidentQuery(**query), _moment())
    return with_headers(paged(rows, total, query["page"], query["limit"]))


@blueprint.get(_ONE, role=Role.VIEWER, errors=(404, 422))
@blueprint.response(200, IncidentAnswerSchema)
def get_incident(incident_id: int) -> dict[str, Any]:
    """Read one incident.

    With the numbers that explain it, its newest steps, who was told, and the silences that hold it back.
    """
    return _body(services().database.read(read_incident, incident_id, _moment()))


@blueprint.get(f"{_ONE}/history", role=Role.VIEWER, errors=(404, 422))
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, IncidentHistorySchema)
def get_incident_history(query: dict[str, int], incident_id: int) -> Any:
    """Read the life of an incident.

    Every step that evaluation or people took, newest first.
    """
    rows, total = services().database.read(incident_history, incident_id, **query)
    return with_headers(paged(rows, total, **query))


@blueprint.post(f"{_ONE}/acknowledge", role=Role.EDITOR, errors=(404, 409, 422))
@blueprint.arguments(OnceSchema, location="headers")
@blueprint.arguments(AcknowledgeSchema, required=False)
@blueprint.response(200, IncidentAnswerSchema)
def acknowledge_incident(_headers: dict[str, str], given: dict[str, Any], incident_id: int) -> Response:
    """Acknowledge an incident.

    Somebody looks after it: nobody is reminded of it again. Doing so twice changes nothing.
    """

    def answered(found: IncidentDetail) -> Answer:
        return rendered(200, IncidentAnswerSchema, _body(found))

    at_work = (principal().actor, services().clock(), given.get("note"))
    return write_once(
        "incident.acknowledge",
        f"incident:{incident_id}",
        answered,
        _then_read(incidents.acknowledge),
        incident_id,
        *at_work,
    )


@blueprint.delete(f"{_ONE}/acknowledge", role=Role.EDITOR, errors=(404, 409, 422))
@blueprint.response(200, IncidentAnswerSchema)
def unacknowledge_incident(incident_id: int) -> dict[str, Any]:
    """Take an acknowledgement back.

    The incident fires again, and reminds where its rule says so.
    """
    at_work = (principal().actor, services().clock())
    function = _then_read(incidents.unacknowledge)
    return _body(
        audit.write("incident.unacknowledge", f"incident:{incident_id}", function, incident_id, *at_work)
    )


@blueprint.post(f"{_ONE}/resolve", role=Role.EDITOR, errors=(404, 409, 422))
@blueprint.arguments(OnceSchema, location="headers")
@blueprint.arguments(ResolveSchema, required=False)
@blueprint.response(200, IncidentAnswerSchema)
def resolve_incident(_headers: dict[str, str], given: dict[str, Any], incident_id: int) -> Response:
    """Resolve an incident.

    It is over, whatever the numbers say, and opens anew only by a breach in a later period. Doing so twice changes
    nothing.
    """

    def answered(found: IncidentDetail) -> Answer:
        return rendered(200, IncidentAnswerSchema, _body(found))

    at_work = (principal().actor, services().clock(), given.get("reason"))
    return write_once(
        "incident.resolve",
        f"incident:{incident_id}",
        answered,
        _then_read(incidents.resolve),
        incident_id,
        *at_work,
    )


@blueprint.post(f"{_ONE}/silence", role=Role.EDITOR, errors=(404, 409, 422))
@blueprint.arguments(OnceSchema, location="headers")
@blueprint.arguments(NewIncidentSilenceSchema)
@blueprint.response(201, SilenceAnswerSchema)
def silence_incident(_headers: dict[str, str], given: dict[str, Any], incident_id: int) -> Response:
    """Silence an incident.

    Nobody is told of it, nor of later ones of the same rule, subject and slice, until the silence ends.
    """
    now = services().clock()
    ends_at = silence_end(now, given.get("ends_at"), given.get("duration"))
    wanted = (incident_id, given["reason"], ends_at, principal().actor, now)
    return write_once(
        "incident.silence", f"incident:{incident_id}", _silenced, silences.silence_incident, *wanted
    )


@blueprint.put(f"{_ONE}/label", role=Role.EDITOR, errors=(404, 422))
@blueprint.arguments(LabelSchema)
@blueprint.response(200, IncidentAnswerSchema)
def label_incident(given: dict[str, Any], incident_id: int) -> dict[str, Any]:
    """Say what an incident was.

    `anomaly` leaves its periods out of what later ones are compared with; `expected` and `false_alarm` tell whoever
    tunes the rule.
    """
    wanted = (incident_id, given["label"], principal().actor, services().clock())
    return _body(
        audit.write("incident.label", f"incident:{incident_id}", _then_read(incidents.label), *wanted)
    )


@blueprint.get("/silences", role=Role.VIEWER, errors=(422,))
@blueprint.arguments(SilenceQuerySchema, location="query")
@blueprint.response(200, SilencesSchema)
def list_silences(query: dict[str, Any]) -> Any:
    """List silences, newest first.

    Those that hold now or later; with `with_ended` also those that are over.
    """
    rows, total = services().database.read(silence_page, now=services().clock(), **query)
    return with_headers(paged(rows, total, query["page"], query["limit"]))


@blueprint.post("/silences", role=Role.EDITOR, errors=(409, 422))
@blueprint.arguments(OnceSchema, location="headers")
@blueprint.arguments(NewSilenceSchema)
@blueprint.response(201, SilenceAnswerSchema)
def create_silence(_headers: dict[str, str], given: dict[str, Any]) -> Response:
    """Silence whatever matches.

    By any part of an incident's key, such as every rule of a metric, also before there is any incident.
    """
    now = services().clock()
    starts_at = given.get("starts_at") or now
    ends_at = silence_end(starts_at, given.get("ends_at"), given.get("duration"))
    matching = Matching(*(given.get(name) for name in Matching.__dataclass_fields__))
    wanted = (matching, given["reason"], ends_at, principal().actor, now, starts_at)
    target = "/".join("*" if part is None else part for part in vars(matching).values())
    return write_once("silence.create", f"silence:{target}", _silenced, silences.silence, *wanted)


@blueprint.delete("/silences/<int:silence_id>", role=Role.EDITOR, errors=(404, 422))
@blueprint.response(200, SilenceAnswerSchema)
def end_silence(silence_id: int) -> dict[str, Any]:
    """End a silence.

    Whoever made it; it stays in the list of those that are over.
    """
    at_work = (principal().actor, services().clock())
    return {
        "data": audit.write(
            "silence.end", f"silence:{silence_id}", silences.end_silence, silence_id, *at_work
        )
    }


@blueprint.get("/alert-rules", role=Role.VIEWER, errors=(422,))
@blueprint.arguments(RuleQuerySchema, location="query")
@blueprint.response(200, RulesSchema)
def list_alert_rules(query: dict[str, Any]) -> Any:
    """List the alert rules in force.

    Those of documents and those that follow from thresholds and objectives, with what became of them when they were
    last evaluated; rules that can never be evaluated are listed with the reason.
    """
    page, limit = query["page"], query["limit"]
    wanted = RuleQuery(
        metric_id=query.get("metric"),
        has_problem=query.get("problem"),
        outcome=query.get("outcome"),
        page=page,
        limit=limit,
    )
    rows, total = services().database.read(rule_page, services().rules, wanted)
    return with_headers(paged(rows, total, page, limit))


@blueprint.get(
    "/alert-rules/<subject_kind>/<path:subject_id>/<rule_id>/outcomes", role=Role.VIEWER, errors=(404, 422)
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, OutcomesSchema)
def list_alert_outcomes(query: dict[str, int], subject_kind: str, subject_id: str, rule_id: str) -> Any:
    """Read what became of an alert rule.

    Every slice's outcomes over time, one row per unbroken series: why it fired, why it did not, since when.
    """
    key, zone = (subject_kind, subject_id, rule_id), _moment().zone
    rows, total = services().database.read(outcome_page, services().rules, key, zone=zone, **query)
    return with_headers(paged(rows, total, **query))


def _moment() -> Moment:
    at_work = services()
    return Moment(at_work.clock(), ZoneInfo(at_work.settings.timezone))


def _then_read(function: Callable[..., None]) -> Callable[..., IncidentDetail]:
    """Do it, and answer the incident as it stands then, within the same transaction."""
    moment = _moment()

    def done(connection: Any, incident_id: int, *args: Any) -> IncidentDetail:
        function(connection, incident_id, *args)
        return read_incident(connection, incident_id, moment)

    return done


def _body(found: IncidentDetail) -> dict[str, Any]:
    return {"data": found}


def _silenced(made: Silence) -> Answer:
    return rendered(201, SilenceAnswerSchema, {"data": made})
