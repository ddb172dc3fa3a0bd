"""What the routes of incidents take and answer."""

from marshmallow import fields, validate

from reports.alerting.incident_query import STATES
from schemas.alerting.incidents import LABELS
from schemas.alerting.vocabulary import SEVERITIES
from webapi.v1.incidents.silence_schemas import SilenceSchema
from webapi.v1.incidents.subjects import LinksField, kind_field
from webapi.views.pages import PageQuerySchema, PaginationSchema
from webapi.views.schemas import Schema


class IncidentQuerySchema(PageQuerySchema):
    """Which incidents."""

    state = fields.String(
        validate=validate.OneOf(STATES),
        metadata={
            "description": "open is what is not resolved; all are also those that passed before anybody was told; "
            "without it, what is open or ever fired"
        },
    )
    severity = fields.String(validate=validate.OneOf(SEVERITIES))
    subject_kind = kind_field()
    subject_id = fields.String()
    rule_id = fields.String()
    slice = fields.String(metadata={"description": "such as carrier=UA; empty is the total"})
    domain = fields.String(metadata={"description": "id or name; of its metrics, objectives and key results"})
    since = fields.AwareDateTime(metadata={"description": "opened at that moment or later"})
    until = fields.AwareDateTime(metadata={"description": "opened before that moment"})
    search = fields.String(load_default="", metadata={"description": "part of title, subject, rule or slice"})


class IncidentSchema(Schema):
    """Something that somebody should know, from its beginning to its end."""

    incident_id = fields.Integer(required=True)
    subject_kind = kind_field(required=True)
    subject_id = fields.String(
        required=True, metadata={"description": "of a key result <objective>/<key result>"}
    )
    rule_id = fields.String(required=True)
    slice = fields.String(required=True, metadata={"description": "empty is the total"})
    state = fields.String(
        required=True, validate=validate.OneOf(["pending", "firing", "acknowledged", "resolved"])
    )
    severity = fields.String(
        required=True, validate=validate.OneOf(SEVERITIES), metadata={"description": "the gravest it had"}
    )
    title = fields.String(required=True, metadata={"description": "plain text"})
    grain = fields.String(required=True, allow_none=True)
    first_period_start = fields.AwareDateTime(required=True, allow_none=True)
    last_period_start = fields.AwareDateTime(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    fired_at = fields.AwareDateTime(required=True, allow_none=True)
    acknowledged_at = fields.AwareDateTime(required=True, allow_none=True)
    acknowledged_by = fields.String(required=True, allow_none=True)
    resolved_at = fields.AwareDateTime(required=True, allow_none=True)
    resolved_by = fields.String(
        required=True, allow_none=True, metadata={"description": "who ended it by hand; null: evaluation"}
    )
    silenced_until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "null where somebody would be told of it now"},
    )
    publication_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "whose numbers opened it"}
    )
    evidence = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "description": "the numbers that explain it: value, threshold, baseline, change, contributions"
        },
    )
    channels = fields.List(fields.String(), required=True, metadata={"description": "whom to tell, by name"})
    playbooks = fields.List(
        fields.String(), required=True, metadata={"description": "as the catalog names them"}
    )
    renotify_seconds = fields.Integer(
        required=True, allow_none=True, metadata={"description": "null where it is told once"}
    )
    label = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(LABELS),
        metadata={"description": "what people say that it was"},
    )
    restricted = fields.Boolean(
        required=True,
        metadata={
            "description": "one may not read the numbers behind it: title, slice and evidence say nothing"
        },
    )
    links = LinksField()


class IncidentsSchema(Schema):
    """A page of incidents, newest first."""

    data = fields.List(fields.Nested(IncidentSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class IncidentEventSchema(Schema):
    """One step in the life of an incident."""

    event_id = fields.Integer(required=True)
    event = fields.String(
        required=True,
        metadata={
            "description": "opened, firing, escalated, acknowledged, unacknowledged, silenced, unsilenced, renotified, "
            "labelled or resolved"
        },
    )
    happened_at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True, metadata={"description": "mdl, or who did it"})
    publication_id = fields.Integer(required=True, allow_none=True)
    detail = fields.Dict(keys=fields.String(), required=True)


class IncidentHistorySchema(Schema):
    """A page of the steps in the life of an incident, newest first."""

    data = fields.List(fields.Nested(IncidentEventSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class DeliverySchema(Schema):
    """Who is, was or could not be told."""

    event = fields.String(
        required=True, metadata={"description": "firing, escalated, renotified:<n> or resolved"}
    )
    target = fields.String(required=True, metadata={"description": "the channel's name, never its address"})
    state = fields.String(
        required=True, validate=validate.OneOf(["waiting", "sending", "delivered", "withdrawn", "dead"])
    )
    attempts = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    next_attempt_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)


class IncidentDetailSchema(IncidentSchema):
    """An incident with its newest hundred steps and deliveries, and the silences that hold it back now."""

    events = fields.List(fields.Nested(IncidentEventSchema), required=True)
    deliveries = fields.List(fields.Nested(DeliverySchema), required=True)
    silences = fields.List(fields.Nested(SilenceSchema), required=True)


class IncidentAnswerSchema(Schema):
    """One incident and everything around it."""

    data = fields.Nested(IncidentDetailSchema, required=True)


class AcknowledgeSchema(Schema):
    """What those who see it should know."""

    note = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2_000))


class ResolveSchema(Schema):
    """Why it is over, for those who wonder."""

    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2_000))


class LabelSchema(Schema):
    """What the incident was."""

    label = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(LABELS),
        metadata={
            "description": "later periods are not compared with those of an anomaly; null takes it back"
        },
    )
