"""What the auth routes take and answer."""

from marshmallow import fields, validate

from webapi.house import Schema


class SignInSchema(Schema):
    """Who one is, and the proof."""

    username = fields.String(required=True, validate=validate.Length(min=1, max=64))
    password = fields.String(
        required=True, validate=validate.Length(min=1, max=1_024), metadata={"format": "password"}
    )


class TokensSchema(Schema):
    """A pair of tokens."""

    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    token_type = fields.Constant("Bearer", required=True)
    expires_in = fields.Integer(
        required=True, metadata={"description": "seconds that the access token counts"}
    )
    must_change_password = fields.Boolean(required=True)
