"""What a query over several metrics takes and answers."""

from collections.abc import Sequence

from marshmallow import ValidationError, fields, validate

from webapi.views.periods import GRAIN, PeriodsSchema
from webapi.views.schemas import Schema
from webapi.views.trust import TrustSchema

MAX_METRICS = 20
MAX_ROWS = 20_000


def _once_each(names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise ValidationError("names one more than once")


class QuerySchema(PeriodsSchema):
    """Which metrics, at which grain and slices, over which periods."""

    metric_ids = fields.List(
        fields.String(),
        required=True,
        validate=[validate.Length(min=1, max=MAX_METRICS), _once_each],
    )
    grain = fields.String(
        required=True, validate=GRAIN, metadata={"description": "one that all the metrics offer"}
    )
    slices = fields.List(
        fields.String(),
        validate=validate.Length(max=1_000),
        metadata={"description": "such as country=US, '' for the total"},
    )
    by = fields.List(
        fields.String(),
        validate=[validate.Length(max=10), _once_each],
        metadata={"description": "dimensions to slice by, which all the metrics offer"},
    )


class AlignedRowSchema(Schema):
    """One slice and period."""

    slice = fields.String(required=True, metadata={"description": "'' is the total"})
    period_start = fields.AwareDateTime(required=True)
    period_end = fields.AwareDateTime(required=True)
    is_complete = fields.Boolean(required=True)
    values = fields.Dict(
        keys=fields.String(),
        values=fields.Float(allow_none=True),
        required=True,
        metadata={"description": "by metric id; null where the metric has no value"},
    )


class QueriedMetricSchema(Schema):
    """A metric of the answer."""

    metric_id = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    definition_version = fields.String(required=True)
    definition_hash = fields.String(required=True)
    restricted = fields.Boolean(
        required=True, metadata={"description": "one may not read it; all its values are null"}
    )


class AnswerSchema(Schema):
    """Values side by side, in order of slice and period."""

    grain = fields.String(required=True)
    metrics = fields.List(fields.Nested(QueriedMetricSchema), required=True)
    data = fields.List(fields.Nested(AlignedRowSchema), attribute="rows", required=True)
    meta = fields.Nested(TrustSchema, attribute="trust", required=True)
