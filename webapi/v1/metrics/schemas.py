"""What the metric routes take and answer."""

from marshmallow import fields, validate

from webapi.views.periods import GRAIN, PeriodsSchema
from webapi.views.schemas import CommaList, PlainList, Schema
from webapi.views.trust import TrustSchema

MAX_ROWS = 50_000


class ValuesQuerySchema(PeriodsSchema):
    """Which values."""

    grain = fields.String(
        validate=GRAIN, metadata={"description": "by default the coarsest offered up to month"}
    )
    slices = fields.List(
        fields.String(),
        data_key="slice",
        load_default=list,
        metadata={"description": "such as country=US, '' for the total; may be repeated"},
    )
    by = CommaList(
        fields.String(), load_default=list, metadata={"description": "dimensions to slice by, with commas"}
    )
    limit = fields.Integer(
        validate=validate.Range(min=1, max=MAX_ROWS),
        metadata={"description": f"only the newest rows; without it, more than {MAX_ROWS:,} are refused"},
    )


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
    data = PlainList(fields.Nested(ValueSchema), attribute="rows", required=True)
    meta = fields.Nested(TrustSchema, attribute="trust", required=True)


class StandingSchema(Schema):
    """Where a metric stands."""

    metric_id = fields.String(attribute="metric.metric_id", required=True)
    name = fields.String(attribute="metric.name", required=True)
    unit = fields.String(attribute="metric.unit", required=True, allow_none=True)
    expected_direction = fields.String(attribute="metric.expected_direction", required=True, allow_none=True)
    target_value = fields.Float(attribute="metric.target_value", required=True, allow_none=True)
    reason = fields.String(
        attribute="metric.reason",
        required=True,
        allow_none=True,
        metadata={"description": "why nothing is computed of it: which of its events have never come"},
    )
    grain = fields.String(required=True)
    latest = fields.Nested(
        ValueSchema, required=True, allow_none=True, metadata={"description": "newest finished period"}
    )
    running = fields.Nested(
        ValueSchema, required=True, allow_none=True, metadata={"description": "the period under way"}
    )
    sparkline = fields.List(
        fields.Float(allow_none=True),
        required=True,
        metadata={"description": "values of up to 30 finished periods, the latest last"},
    )


class SummarySchema(Schema):
    """Summary of one metric."""

    data = fields.Nested(StandingSchema, required=True)
    meta = fields.Nested(TrustSchema, required=True)
