"""What the routes of alert rules take and answer."""

from marshmallow import fields, validate

from reports.alerting.rules import OUTCOMES
from webapi.views.pages import PageQuerySchema, PaginationSchema
from webapi.views.schemas import Schema


class RuleQuerySchema(PageQuerySchema):
    """Which rules."""

    metric = fields.String(metadata={"description": "only those of the metric with this id"})
    problem = fields.Boolean(
        metadata={"description": "only those that can never be evaluated, or only the others"}
    )
    outcome = fields.String(
        validate=validate.OneOf(OUTCOMES),
        metadata={"description": "only those with a slice of this outcome now"},
    )


class RuleSchema(Schema):
    """A rule of the catalog, or one that follows from it."""

    subject_kind = fields.String(required=True, metadata={"description": "metric, objective or key_result"})
    subject_id = fields.String(required=True)
    rule_id = fields.String(required=True)
    title = fields.String(required=True)
    condition = fields.String(required=True)
    critical_condition = fields.String(required=True, allow_none=True)
    severity = fields.String(
        required=True,
        metadata={"description": "info, warning or critical; of an unusable rule as it is written"},
    )
    grain = fields.String(required=True, allow_none=True)
    slice_sets = fields.List(
        fields.List(fields.String()),
        required=True,
        metadata={"description": "dimension names; [] is the total"},
    )
    for_periods = fields.Integer(required=True)
    recover_periods = fields.Integer(required=True)
    delay_seconds = fields.Integer(
        required=True, metadata={"description": "how long after its end a period is judged"}
    )
    min_effect = fields.Float(required=True)
    renotify_seconds = fields.Integer(required=True, allow_none=True)
    no_data_after_seconds = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "how long nothing may come of a slice before its incident ends; null: for ever"
        },
    )
    channels = fields.List(fields.String(), required=True)
    playbooks = fields.List(fields.String(), required=True)
    on_backfill = fields.Boolean(required=True)
    is_derived = fields.Boolean(
        required=True,
        metadata={"description": "it follows from thresholds, or from an objective without rules"},
    )
    problem = fields.String(
        required=True, allow_none=True, metadata={"description": "why it is never evaluated"}
    )
    outcomes = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "how many slices have which outcome now; what counts nothing is left out"},
    )
    outcome = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "of the newest evaluation; where slices differ, that which calls for attention"
        },
    )
    reason = fields.String(required=True, allow_none=True)
    evaluated_at = fields.AwareDateTime(required=True, allow_none=True)
    restricted = fields.Boolean(
        required=True, metadata={"description": "one may not read the numbers that it judges: no outcomes"}
    )


class RulesSchema(Schema):
    """A page of rules by subject."""

    data = fields.List(fields.Nested(RuleSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class OutcomeSchema(Schema):
    """An unbroken series of one outcome on one slice; period and value are its newest."""

    slice = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason = fields.String(required=True, allow_none=True)
    grain = fields.String(required=True, allow_none=True)
    period_start = fields.AwareDateTime(required=True, allow_none=True)
    value = fields.Float(required=True, allow_none=True)
    first_publication_id = fields.Integer(required=True, allow_none=True)
    last_publication_id = fields.Integer(required=True, allow_none=True)
    first_evaluated_at = fields.AwareDateTime(required=True)
    last_evaluated_at = fields.AwareDateTime(required=True)
    evaluations = fields.Integer(required=True)
    is_current = fields.Boolean(required=True)


class OutcomesSchema(Schema):
    """A page of series, the newest evaluation first."""

    data = fields.List(fields.Nested(OutcomeSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)
