"""What the index answers."""

from marshmallow import fields

from webapi.views.schemas import Schema


class LinksSchema(Schema):
    """Where things are."""

    version = fields.String(required=True)
    links = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class IndexSchema(Schema):
    """What the API offers."""

    data = fields.Nested(LinksSchema, required=True)
