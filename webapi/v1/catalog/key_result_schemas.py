"""What key results and their check-ins take and answer."""

from marshmallow import fields, validate

from webapi.v1.catalog.components import reference_to
from webapi.views.pages import PageQuerySchema, PaginationSchema
from webapi.views.schemas import Schema


class KeyResultsSchema(Schema):
    """The key results of an objective, as its document holds them."""

    data = fields.List(fields.Raw(metadata={"allOf": [reference_to("KeyResult")]}), required=True)


class KeyResultQuerySchema(Schema):
    """Which key result."""

    objective = fields.String(metadata={"description": "needed where several objectives have one of that id"})


class CheckInsQuerySchema(PageQuerySchema, KeyResultQuerySchema):
    """Which key result, and which page."""


class NewCheckInSchema(Schema):
    """A value that was seen."""

    value = fields.Float(
        required=True, allow_nan=False, metadata={"description": "in the unit of the key result's target"}
    )
    note = fields.String(validate=validate.Length(max=2_000), allow_none=True, load_default=None)
    checked_in_at = fields.AwareDateTime(
        metadata={"description": "the moment at which the value stood, now by default, never later"}
    )


class CheckInSchema(Schema):
    """A value typed in by hand; it counts from the next publication on, where no metric has a value."""

    check_in_id = fields.Integer(required=True)
    objective_id = fields.String(required=True)
    kr_id = fields.String(required=True)
    value = fields.Float(required=True)
    note = fields.String(required=True, allow_none=True)
    checked_in_by = fields.String(required=True)
    checked_in_at = fields.AwareDateTime(required=True)


class CheckInAnswerSchema(Schema):
    """One check-in."""

    data = fields.Nested(CheckInSchema, required=True)


class CheckInsSchema(Schema):
    """A page of check-ins, newest first."""

    data = fields.List(fields.Nested(CheckInSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)
