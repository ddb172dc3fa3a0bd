"""What policies answer."""

from marshmallow import fields

from webapi.views.schemas import Schema


class ModuleSchema(Schema):
    """A module in Rego v1."""

    metric_ids = fields.List(fields.String(), required=True)
    catalog_version = fields.Integer(required=True)
    package = fields.String(required=True)
    policy = fields.String(required=True, metadata={"description": "the module's text"})


class PolicySchema(Schema):
    """A module with what it is about."""

    data = fields.Nested(ModuleSchema, required=True)
