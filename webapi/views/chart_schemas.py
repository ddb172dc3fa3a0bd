"""What the route of charts takes."""

from collections.abc import Mapping
from typing import Any, get_args

from marshmallow import ValidationError, fields, validate, validates_schema

from reports.charts.data import Comparison
from reports.charts.models import ChartLook, Theme
from reports.charts.read import MAX_POINTS
from webapi.views.periods import GRAIN, PeriodsSchema

_NOTHING = ChartLook()


class ChartQuerySchema(PeriodsSchema):
    """Which chart, and how it looks."""

    grain = fields.String(
        validate=GRAIN, metadata={"description": "by default the coarsest offered up to month"}
    )
    slice = fields.String(load_default="", metadata={"description": "such as country=US; '' is the total"})
    comparison = fields.String(
        load_default="none",
        validate=validate.OneOf(get_args(Comparison)),
        metadata={"description": "a second line: as many periods before these, or those of the year before"},
    )
    breakdown = fields.String(
        metadata={
            "description": f"a dimension: its largest slices and the rest, {MAX_POINTS:,} values at most"
        }
    )
    top = fields.Integer(
        load_default=5,
        validate=validate.Range(min=1, max=20),
        metadata={"description": "how many slices of a breakdown are drawn each for itself"},
    )
    theme = fields.String(load_default=_NOTHING.theme, validate=validate.OneOf(get_args(Theme)))
    width = fields.Integer(
        load_default=_NOTHING.width,
        validate=validate.Range(min=200, max=2_000),
        metadata={"description": "pixels between the axes"},
    )
    height = fields.Integer(
        load_default=_NOTHING.height,
        validate=validate.Range(min=100, max=1_200),
        metadata={"description": "as width; bars of a breakdown take what they need"},
    )

    @validates_schema
    def _one_of_both(self, data: Mapping[str, Any], **_: object) -> None:
        if data.get("breakdown") is None:
            return
        if data.get("comparison") != "none":
            raise ValidationError("cannot be drawn of a breakdown", "comparison")
        if data.get("slice"):
            raise ValidationError("is not drawn beside a breakdown, which is of the total", "slice")
