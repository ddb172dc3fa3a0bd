"""Routes of metrics."""

from typing import Any

from reports.models import ValuesAnswer
from reports.values import ValuesQuery
from reports.values import values as read_values
from schemas.identity.roles import Role
from webapi.house import Blueprint
from webapi.services import services
from webapi.v1.metrics.schemas import ValuesQuerySchema, ValuesSchema

blueprint = Blueprint("metrics", __name__, description="Metrics: their definitions and numbers")


@blueprint.get("/metrics/<metric_id>/values", role=Role.VIEWER, is_cached=True, errors=(404, 409, 422))
@blueprint.arguments(ValuesQuerySchema, location="query")
@blueprint.response(200, ValuesSchema)
def get_values(query: dict[str, Any], metric_id: str) -> ValuesAnswer:
    """Read a metric's values.

    By period and slice, at one grain, with what each value was made of.
    """
    return services().database.read(read_values, ValuesQuery(metric_id=metric_id, **query))
