"""What the health routes answer."""

from marshmallow import fields

from webapi.views.schemas import Schema


class LiveSchema(Schema):
    """The process answers."""

    status = fields.Constant("ok", required=True, metadata={"type": "string"})


class PartSchema(Schema):
    """One part that the API works with."""

    status = fields.String(
        required=True, metadata={"description": "ok, behind, degraded, used (of the snapshot), away or off"}
    )
    detail = fields.String(required=True)
    reason = fields.String(
        metadata={"description": "what it said last, of a part that is away; for administrators"}
    )
    since = fields.AwareDateTime(metadata={"description": "since when it is away; for administrators"})


class HealthSchema(Schema):
    """The state of each part."""

    status = fields.String(
        required=True,
        metadata={"description": "ok, degraded (PostgreSQL away, or alerting at fault) or unavailable"},
    )
    version = fields.String(required=True)
    parts = fields.Dict(keys=fields.String(), values=fields.Nested(PartSchema), required=True)
