"""What progress and scorecards answer."""

from marshmallow import fields

from webapi.views.schemas import Schema
from webapi.views.trust import TrustSchema

_SHARE = {"description": "1 is the target reached, 0 the baseline"}


class KeyResultStandingSchema(Schema):
    """One key result on the day of the answer."""

    kr_id = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    direction = fields.String(required=True, allow_none=True)
    metric_id = fields.String(required=True, allow_none=True)
    baseline_value = fields.Float(required=True, allow_none=True)
    current_value = fields.Float(required=True, allow_none=True)
    target_value = fields.Float(required=True, allow_none=True)
    raw_progress = fields.Float(required=True, allow_none=True, metadata=_SHARE)
    progress = fields.Float(required=True, allow_none=True, metadata={"description": "clipped to 0-1"})
    expected_progress = fields.Float(
        required=True, allow_none=True, metadata={"description": "share of the timeframe that has passed"}
    )
    projected_value = fields.Float(required=True, allow_none=True)
    projected_progress = fields.Float(required=True, allow_none=True)
    weight = fields.Float(required=True)
    status = fields.String(required=True)
    provenance = fields.String(
        required=True, metadata={"description": "measured, checked_in, rolled_up or none"}
    )
    evidence = fields.Dict(
        required=True, metadata={"description": "metric, grain, period and values behind it"}
    )
    restricted = fields.Boolean(
        required=True, metadata={"description": "one may not read its metric: numbers are null"}
    )


class ObjectiveStandingSchema(Schema):
    """One objective on the day of the answer, its key results in the document's order."""

    objective_id = fields.String(required=True)
    name = fields.String(required=True)
    owner_team = fields.String(required=True, allow_none=True)
    start_date = fields.Date(required=True, allow_none=True)
    end_date = fields.Date(required=True, allow_none=True)
    domain_id = fields.String(required=True, allow_none=True)
    progress = fields.Float(required=True, allow_none=True)
    expected_progress = fields.Float(required=True, allow_none=True)
    projected_progress = fields.Float(required=True, allow_none=True)
    coverage = fields.Float(
        required=True, metadata={"description": "share of key result weight that has data"}
    )
    status = fields.String(required=True)
    provenance = fields.String(required=True)
    key_results = fields.List(fields.Nested(KeyResultStandingSchema), required=True)
    restricted = fields.Boolean(
        required=True, metadata={"description": "one of its key results is: progress is null"}
    )


class DomainStandingSchema(Schema):
    """One domain on the day of the answer."""

    domain_id = fields.String(required=True)
    name = fields.String(required=True)
    health = fields.Float(required=True, allow_none=True, metadata={"description": "0-100"})
    coverage = fields.Float(required=True)
    metrics_ok = fields.Integer(required=True)
    metrics_warning = fields.Integer(required=True)
    metrics_critical = fields.Integer(required=True)
    metrics_no_data = fields.Integer(required=True)
    metrics_count = fields.Integer(required=True)
    objective_progress = fields.Float(required=True, allow_none=True)
    provenance = fields.String(required=True)
    evidence = fields.Dict(required=True)
    objectives = fields.List(fields.Nested(ObjectiveStandingSchema), required=True)


class ScoredSchema(Schema):
    """All domains on one day."""

    as_of_date = fields.Date(required=True)
    domains = fields.List(fields.Nested(DomainStandingSchema), required=True)
    unassigned = fields.List(
        fields.Nested(ObjectiveStandingSchema),
        required=True,
        metadata={"description": "objectives that name no known domain"},
    )


class ProgressSchema(Schema):
    """Progress of one objective."""

    data = fields.Nested(ObjectiveStandingSchema, required=True)
    meta = fields.Nested(TrustSchema, required=True)


class DomainScorecardSchema(Schema):
    """Scorecard of one domain."""

    data = fields.Nested(DomainStandingSchema, required=True)
    meta = fields.Nested(TrustSchema, required=True)


class ScorecardSchema(Schema):
    """Scorecard of everything."""

    data = fields.Nested(ScoredSchema, required=True)
    meta = fields.Nested(TrustSchema, required=True)
