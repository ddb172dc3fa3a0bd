"""What routes of settings take and answer."""

import marshmallow as ma
from marshmallow import fields

from webapi.views.schemas import Schema


class SettingSchema(Schema):
    """One setting as it holds."""

    name = fields.String(required=True, metadata={"example": "cache_ttl"})
    variable = fields.String(required=True, metadata={"example": "CACHE_TTL"})
    value = fields.String(
        required=True, allow_none=True, metadata={"description": "as text, secrets masked; null: not set"}
    )
    takes = fields.String(required=True, metadata={"example": "a whole number of 1 or more"})
    meaning = fields.String(required=True, metadata={"description": "Markdown"})
    unset = fields.String(required=True, metadata={"description": "what holds without it"})
    source = fields.String(
        required=True,
        validate=ma.validate.OneOf(("environment", "env_file", "file", "administrator", "default")),
        metadata={"description": "who says so; an administrator counts less than where MDL was started"},
    )
    is_changeable = fields.Boolean(required=True, metadata={"description": "while MDL runs, over the API"})
    changed_by = fields.String(required=True, allow_none=True)
    changed_at = fields.AwareDateTime(required=True, allow_none=True)


class SettingsSchema(Schema):
    """Every setting."""

    data = fields.List(fields.Nested(SettingSchema), required=True)


class SettingAnswerSchema(Schema):
    """One setting."""

    data = fields.Nested(SettingSchema, required=True)


class NewValueSchema(Schema):
    """The value that is to hold."""

    value = fields.Raw(required=True, metadata={"type": ["string", "number", "boolean"], "example": 600})

    @ma.validates("value")
    def _is_plain(self, value: object, **_: object) -> None:
        if not isinstance(value, str | int | float | bool):
            raise ma.ValidationError(
                "a text, a number, true or false is expected; DELETE brings the default back"
            )
