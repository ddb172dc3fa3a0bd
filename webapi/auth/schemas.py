"""What the auth routes take and answer."""

from datetime import UTC
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.identity.keys import DEFAULT_DAYS, MAX_DAYS
from schemas.identity.roles import Role
from schemas.identity.users import MAX_PASSWORD
from webapi.house import Schema
from webapi.v1.envelope import PageQuerySchema, PaginationSchema


def _password(about: str = "") -> fields.String:
    metadata = {"format": "password"} | ({"description": about} if about else {})
    return fields.String(required=True, validate=validate.Length(min=1, max=MAX_PASSWORD), metadata=metadata)


def _role(**options: Any) -> fields.Enum[Any]:
    return fields.Enum(Role, by_value=fields.String, **options)


class SignInSchema(Schema):
    """Who one is, and the proof."""

    username = fields.String(required=True, validate=validate.Length(min=1, max=64))
    password = _password()


class RefreshSchema(Schema):
    """What continues a session."""

    refresh_token = fields.String(required=True, validate=validate.Length(min=1, max=2_048))


class TokensSchema(Schema):
    """A pair of tokens."""

    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    token_type = fields.Constant("Bearer", required=True, metadata={"type": "string"})
    expires_in = fields.Integer(
        required=True, metadata={"description": "seconds that the access token counts"}
    )
    must_change_password = fields.Boolean(required=True)


class PasswordSchema(Schema):
    """The old password and the new one."""

    old_password = _password()
    new_password = _password("12 characters or more, five of them different, without the user name")


class UserSchema(Schema):
    """A user."""

    user_id = fields.Integer(required=True)
    username = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(list(Role)))
    is_active = fields.Boolean(required=True)
    must_change_password = fields.Boolean(required=True)
    failed_sign_ins = fields.Integer(required=True, metadata={"description": "in a row"})
    locked_until = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    last_sign_in_at = fields.AwareDateTime(required=True, allow_none=True)


class UserAnswerSchema(Schema):
    """One user."""

    data = fields.Nested(UserSchema, required=True)


class UsersSchema(Schema):
    """A page of users."""

    data = fields.List(fields.Nested(UserSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class WhoSchema(Schema):
    """Who asks, and with which right."""

    user = fields.Nested(UserSchema, required=True)
    role = fields.String(required=True, validate=validate.OneOf(list(Role)))
    key_id = fields.String(required=True, allow_none=True, metadata={"description": "null without a key"})


class MeSchema(Schema):
    """Who asks."""

    data = fields.Nested(WhoSchema, required=True)


class NewUserSchema(Schema):
    """A user to create."""

    username = fields.String(required=True, validate=validate.Length(min=2, max=64))
    role = _role(load_default=Role.VIEWER)


class CreatedUserSchema(UserAnswerSchema):
    """A new user and the one-time password."""

    password = fields.String(required=True, metadata={"description": "shown only now"})


class ChangeUserSchema(Schema):
    """What to change about a user."""

    role = _role()
    is_active = fields.Boolean()
    is_locked = fields.Boolean(
        validate=validate.Equal(False), metadata={"description": "false: may try to sign in again at once"}
    )

    @validates_schema
    def _something(self, data: dict[str, object], **_: object) -> None:
        if not data:
            raise ValidationError("name at least one of role, is_active and is_locked")


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
    role = _role(load_default=Role.VIEWER)
    expires_in_days = fields.Integer(
        strict=True, load_default=DEFAULT_DAYS, validate=validate.Range(min=1, max=MAX_DAYS)
    )


class CreatedKeySchema(Schema):
    """A new key."""

    data = fields.Nested(KeySchema, required=True)
    key = fields.String(required=True, metadata={"description": "for the header X-API-Key; shown only now"})


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
