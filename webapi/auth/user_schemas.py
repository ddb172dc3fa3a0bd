"""What the routes of users take and answer."""

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.identity.contacts import LONGEST_EMAIL, LONGEST_TEAM
from schemas.identity.roles import Role
from webapi.auth.roles import role_field
from webapi.views.pages import PaginationSchema
from webapi.views.schemas import Schema


class UserSchema(Schema):
    """A user."""

    user_id = fields.Integer(required=True)
    username = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(list(Role)))
    team = fields.String(
        required=True, allow_none=True, metadata={"description": "owns the metrics whose owner it is"}
    )
    email = fields.String(required=True, allow_none=True)
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


class ContactsSchema(Schema):
    """What is known of a user beside name and role."""

    team = fields.String(
        allow_none=True,
        validate=validate.Length(min=1, max=LONGEST_TEAM),
        metadata={"description": "as the catalog spells owners"},
    )
    email = fields.Email(allow_none=True, validate=validate.Length(max=LONGEST_EMAIL))


class NewUserSchema(ContactsSchema):
    """A user to create."""

    username = fields.String(required=True, validate=validate.Length(min=2, max=64))
    role = role_field(load_default=Role.VIEWER)


class CreatedUserSchema(UserAnswerSchema):
    """A user and the new one-time password."""

    password = fields.String(required=True, metadata={"description": "shown only now"})


class ChangeUserSchema(ContactsSchema):
    """What to change about a user; null takes team or address away."""

    role = role_field()
    is_active = fields.Boolean()
    is_locked = fields.Boolean(
        validate=validate.Equal(False), metadata={"description": "false: may try to sign in again at once"}
    )

    @validates_schema
    def _something(self, data: dict[str, object], **_: object) -> None:
        if not data:
            raise ValidationError("name at least one of role, team, email, is_active and is_locked")
