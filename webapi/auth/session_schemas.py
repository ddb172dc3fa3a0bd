"""What signing in, tokens and the own password take and answer."""

from marshmallow import fields, validate

from schemas.identity.roles import Role
from schemas.identity.users import MAX_PASSWORD
from webapi.auth.user_schemas import UserSchema
from webapi.views.schemas import Schema


def _password(about: str = "") -> fields.String:
    metadata = {"format": "password"} | ({"description": about} if about else {})
    return fields.String(required=True, validate=validate.Length(min=1, max=MAX_PASSWORD), metadata=metadata)


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


class WhoSchema(Schema):
    """Who asks, and with which right."""

    user = fields.Nested(UserSchema, required=True)
    role = fields.String(required=True, validate=validate.OneOf(list(Role)))
    key_id = fields.String(required=True, allow_none=True, metadata={"description": "null without a key"})


class MeSchema(Schema):
    """Who asks."""

    data = fields.Nested(WhoSchema, required=True)
