"""What the metric routes take and answer."""

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from schemas.catalog.documents import Grain
from webapi.house import Schema
from webapi.v1.envelope import TrustSchema


class ValuesQuerySchema(Schema):
    """Which values."""

    grain = fields.String(validate=validate.OneOf([grain.value for grain in Grain]))
    start = fields.Date(data_key="from", metadata={"description": "first day, in the reporting zone"})
    end = fields.Date(data_key="to", metadata={"description": "last day, included"})
    slices = fields.List(fields.String(), data_key="slice", load_default=list)
    by = DelimitedList(fields.String(), load_default=list, metadata={"description": "dimensions to slice by"})
    is_complete = fields.Boolean(
        data_key="complete", metadata={"description": "only finished, or only running, periods"}
    )
    as_of = fields.Date(metadata={"description": "answer with what was published by the end of that day"})
    limit = fields.Integer(validate=validate.Range(min=1, max=100_000))

    @validates_schema
    def _in_order(self, data: dict[str, object], **_: object) -> None:
        start, end = data.get("start"), data.get("end")
        if start and end and start > end:  # type: ignore[operator]  # both are dates
            raise ValidationError("is before the first day", "to")


class ValueSchema(Schema):
    """One published value."""

    slice = fields.String(required=True, metadata={"description": "'' is the total"})
    period_start = fields.AwareDateTime(required=True)
    period_end = fields.AwareDateTime(required=True)
    is_complete = fields.Boolean(required=True)
    value = fields.Float(required=True, allow_none=True)
    numerator = fields.Float(required=True, allow_none=True)
    denominator = fields.Float(required=True, allow_none=True)
    sample_count = fields.Integer(required=True)
    is_carried = fields.Boolean(required=True)
    status = fields.String(required=True)
    previous_value = fields.Float(required=True, allow_none=True)
    change_pct = fields.Float(required=True, allow_none=True)
    baseline_value = fields.Float(required=True, allow_none=True)


class ValuesSchema(Schema):
    """Values of one metric."""

    metric_id = fields.String(attribute="metric.metric_id", required=True)
    grain = fields.String(required=True)
    unit = fields.String(attribute="metric.unit", required=True, allow_none=True)
    data = fields.List(fields.Nested(ValueSchema), attribute="rows", required=True)
    meta = fields.Nested(TrustSchema, attribute="trust", required=True)
