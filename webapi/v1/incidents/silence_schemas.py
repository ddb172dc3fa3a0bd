"""What the routes of silences take and answer."""

from marshmallow import fields, validate

from schemas.alerting.silences import LONGEST_REASON
from webapi.v1.incidents.subjects import kind_field
from webapi.views.pages import PageQuerySchema, PaginationSchema
from webapi.views.schemas import Schema

_LONGEST_ID = 500


class SilenceSchema(Schema):
    """A time in which nobody is told of matching incidents; parts of the key that are null match any."""

    silence_id = fields.Integer(required=True)
    subject_kind = kind_field(required=True, allow_none=True)
    subject_id = fields.String(required=True, allow_none=True)
    rule_id = fields.String(required=True, allow_none=True)
    slice = fields.String(required=True, allow_none=True, metadata={"description": "empty is the total"})
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)
    created_by = fields.String(required=True)
    restricted = fields.Boolean(
        required=True,
        metadata={"description": "one may not read the numbers behind it: slice and reason are left out"},
    )
    created_at = fields.AwareDateTime(required=True)


class NewIncidentSilenceSchema(Schema):
    """For how long, and why; exactly one of `duration` and `ends_at`."""

    duration = fields.String(
        validate=validate.Length(max=30), metadata={"description": "such as 4h or 2 days"}
    )
    ends_at = fields.AwareDateTime(metadata={"description": "at most 90 days from now"})
    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


class NewSilenceSchema(NewIncidentSilenceSchema):
    """Of what, for how long, and why; at least one part of the key, and exactly one of `duration` and `ends_at`."""

    subject_kind = kind_field(allow_none=True)
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
