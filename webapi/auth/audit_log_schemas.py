"""What the audit log takes and answers."""

from datetime import UTC

from marshmallow import fields, validate

from webapi.views.pages import PageQuerySchema, PaginationSchema
from webapi.views.schemas import Schema


class AuditQuerySchema(PageQuerySchema):
    """Which entries of the audit log."""

    actor = fields.String(metadata={"description": "such as user:ann, or key:<id> of user:ann"})
    action = fields.String(metadata={"description": "such as sign_in or user.change"})
    target = fields.String(metadata={"description": "such as metric:revenue"})
    outcome = fields.String(validate=validate.OneOf(["done", "refused"]))
    start = fields.AwareDateTime(data_key="from", default_timezone=UTC)
    end = fields.AwareDateTime(data_key="to", default_timezone=UTC, metadata={"description": "not included"})


class EntrySchema(Schema):
    """One entry of the audit log."""

    entry_id = fields.Integer(required=True)
    happened_at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    action = fields.String(required=True)
    target = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(["done", "refused"]))
    detail = fields.Dict(keys=fields.String(), required=True)
    address = fields.String(required=True, allow_none=True)
    request_id = fields.String(required=True, allow_none=True)


class AuditSchema(Schema):
    """A page of the audit log."""

    data = fields.List(fields.Nested(EntrySchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)
