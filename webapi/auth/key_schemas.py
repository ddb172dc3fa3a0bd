"""What the routes of API keys take and answer."""

from marshmallow import fields, validate

from schemas.identity.keys import DEFAULT_DAYS, MAX_DAYS
from schemas.identity.roles import Role
from webapi.auth.roles import role_field
from webapi.views.pages import PaginationSchema
from webapi.views.schemas import Schema


class KeySchema(Schema):
    """An API key, without the key itself."""

    key_id = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(list(Role)))
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    last_used_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "to the minute"}
    )


class KeysSchema(Schema):
    """A page of API keys."""

    data = fields.List(fields.Nested(KeySchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class NewKeySchema(Schema):
    """A key to create."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    role = role_field(load_default=Role.VIEWER)
    expires_in_days = fields.Integer(
        strict=True, load_default=DEFAULT_DAYS, validate=validate.Range(min=1, max=MAX_DAYS)
    )


class CreatedKeySchema(Schema):
    """A new key."""

    data = fields.Nested(KeySchema, required=True)
    key = fields.String(required=True, metadata={"description": "for the header X-API-Key; shown only now"})
