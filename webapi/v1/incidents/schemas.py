"""What the routes of incidents, silences and alert rules take and answer."""

from collections.abc import Iterator
from typing import Any, get_args
from urllib.parse import quote, urlencode

from marshmallow import fields, validate

from reports.alerting.incident_query import STATES
from reports.alerting.incidents import Incident
from reports.alerting.rules import OUTCOMES
from schemas.alerting.incidents import LABELS
from schemas.alerting.silences import LONGEST_REASON
from schemas.alerting.vocabulary import SEVERITIES, SubjectKind
from webapi.house import Schema
from webapi.v1.envelope import PageQuerySchema, PaginationSchema

_V1 = "/api/v1"
_KINDS = get_args(SubjectKind)
_LONGEST_ID = 500


class _LinksField(fields.Dict):
    """Where more can be read about the subject of an incident."""

    def __init__(self) -> None:
        described = {
            "description": "self, history, and where there are such: metric, values, objective, source …"
        }
        super().__init__(
            keys=fields.String(), values=fields.String(), required=True, dump_only=True, metadata=described
        )

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> Any:  # noqa: ARG002
        """Links of the incident itself, which has no such field."""
        return dict(_links(obj))


def _links(incident: Incident) -> Iterator[tuple[str, str]]:
    own = f"{_V1}/incidents/{incident.incident_id}"
    yield "self", own
    yield "history", f"{own}/history"
    subject = quote(incident.subject_id, safe="")
    if incident.subject_kind == "metric":
        yield "metric", f"{_V1}/metrics/{subject}"
        if incident.grain and incident.first_period_start:
            shown = {
                "grain": incident.grain,
                "slice": incident.slice,
                "from": incident.first_period_start.isoformat(),
            }
            yield "values", f"{_V1}/metrics/{subject}/values?{urlencode(shown)}"
    if incident.subject_kind in ("objective", "key_result"):
        objective = quote(incident.subject_id.partition("/")[0], safe="")
        yield "objective", f"{_V1}/objectives/{objective}"
        yield "progress", f"{_V1}/objectives/{objective}/progress"
    if incident.subject_kind == "source":
        yield "source", f"{_V1}/sources/{subject}"
    if incident.publication_id is not None:
        yield "publication", f"{_V1}/publications/{incident.publication_id}"


def _kind(**options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(_KINDS), **options)


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
    subject_kind = _kind()
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
    subject_kind = _kind(required=True)
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
    links = _LinksField()


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


class SilenceSchema(Schema):
    """A time in which nobody is told of matching incidents; parts of the key that are null match any."""

    silence_id = fields.Integer(required=True)
    subject_kind = _kind(required=True, allow_none=True)
    subject_id = fields.String(required=True, allow_none=True)
    rule_id = fields.String(required=True, allow_none=True)
    slice = fields.String(required=True, allow_none=True, metadata={"description": "empty is the total"})
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)
    created_by = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


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


class NewIncidentSilenceSchema(Schema):
    """For how long, and why; exactly one of `duration` and `ends_at`."""

    duration = fields.String(
        validate=validate.Length(max=30), metadata={"description": "such as 4h or 2 days"}
    )
    ends_at = fields.AwareDateTime(metadata={"description": "at most 90 days from now"})
    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


class NewSilenceSchema(NewIncidentSilenceSchema):
    """Of what, for how long, and why; at least one part of the key, and exactly one of `duration` and `ends_at`."""

    subject_kind = _kind(allow_none=True)
    subject_id = fields.String(allow_none=True, validate=validate.Length(max=_LONGEST_ID))
    rule_id = fields.String(allow_none=True, validate=validate.Length(max=_LONGEST_ID))
    slice = fields.String(
        allow_none=True,
        validate=validate.Length(max=_LONGEST_ID),
        metadata={"description": "empty is the total, null or nothing is any"},
    )
    starts_at = fields.AwareDateTime(metadata={"description": "now by default"})


class SilenceAnswerSchema(Schema):
    """One silence."""

    data = fields.Nested(SilenceSchema, required=True)


class SilenceQuerySchema(PageQuerySchema):
    """Which silences."""

    with_ended = fields.Boolean(load_default=False, metadata={"description": "also those that are over"})


class SilencesSchema(Schema):
    """A page of silences, newest first."""

    data = fields.List(fields.Nested(SilenceSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class RuleQuerySchema(PageQuerySchema):
    """Which rules."""

    metric = fields.String(metadata={"description": "only those of the metric with this id"})
    problem = fields.Boolean(
        metadata={"description": "only those that can never be evaluated, or only the others"}
    )
    outcome = fields.String(
        validate=validate.OneOf(OUTCOMES),
        metadata={"description": "only those with a slice of this outcome now"},
    )


class RuleSchema(Schema):
    """A rule of the catalog, or one that follows from it."""

    subject_kind = fields.String(required=True, metadata={"description": "metric, objective or key_result"})
    subject_id = fields.String(required=True)
    rule_id = fields.String(required=True)
    title = fields.String(required=True)
    condition = fields.String(required=True)
    critical_condition = fields.String(required=True, allow_none=True)
    severity = fields.String(
        required=True,
        metadata={"description": "info, warning or critical; of an unusable rule as it is written"},
    )
    grain = fields.String(required=True, allow_none=True)
    slice_sets = fields.List(
        fields.List(fields.String()),
        required=True,
        metadata={"description": "dimension names; [] is the total"},
    )
    for_periods = fields.Integer(required=True)
    recover_periods = fields.Integer(required=True)
    delay_seconds = fields.Integer(
        required=True, metadata={"description": "how long after its end a period is judged"}
    )
    min_effect = fields.Float(required=True)
    renotify_seconds = fields.Integer(required=True, allow_none=True)
    no_data_after_seconds = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "how long nothing may come of a slice before its incident ends; null: for ever"
        },
    )
    channels = fields.List(fields.String(), required=True)
    playbooks = fields.List(fields.String(), required=True)
    on_backfill = fields.Boolean(required=True)
    is_derived = fields.Boolean(
        required=True,
        metadata={"description": "it follows from thresholds, or from an objective without rules"},
    )
    problem = fields.String(
        required=True, allow_none=True, metadata={"description": "why it is never evaluated"}
    )
    outcomes = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "how many slices have which outcome now; what counts nothing is left out"},
    )
    outcome = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "of the newest evaluation; where slices differ, that which calls for attention"
        },
    )
    reason = fields.String(required=True, allow_none=True)
    evaluated_at = fields.AwareDateTime(required=True, allow_none=True)


class RulesSchema(Schema):
    """A page of rules by subject."""

    data = fields.List(fields.Nested(RuleSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class OutcomeSchema(Schema):
    """An unbroken series of one outcome on one slice; period and value are its newest."""

    slice = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason = fields.String(required=True, allow_none=True)
    grain = fields.String(required=True, allow_none=True)
    period_start = fields.AwareDateTime(required=True, allow_none=True)
    value = fields.Float(required=True, allow_none=True)
    first_publication_id = fields.Integer(required=True, allow_none=True)
    last_publication_id = fields.Integer(required=True, allow_none=True)
    first_evaluated_at = fields.AwareDateTime(required=True)
    last_evaluated_at = fields.AwareDateTime(required=True)
    evaluations = fields.Integer(required=True)
    is_current = fields.Boolean(required=True)


class OutcomesSchema(Schema):
    """A page of series, the newest evaluation first."""

    data = fields.List(fields.Nested(OutcomeSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)
