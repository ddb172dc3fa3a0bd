"""Routes of metrics."""

from typing import Any

from flask import Response

from reports.charts.read import read_chart
from reports.models import ValuesAnswer
from reports.values import ValuesQuery, summary
from reports.values import values as read_values
from schemas.identity.roles import Role
from webapi.process.media_types import ARROW, CSV, JSON, PNG, SVG, VEGA_LITE
from webapi.request.context import app_parts, media_type, reader
from webapi.v1.metrics.schemas import MAX_ROWS, SummarySchema, ValuesQuerySchema, ValuesSchema
from webapi.views.blueprint import Blueprint
from webapi.views.chart_schemas import ChartQuerySchema
from webapi.views.charts import as_picture, chart_of
from webapi.views.periods import AsOfSchema
from webapi.views.tabular import as_table

blueprint = Blueprint("metrics", __name__, description="Metrics: their definitions and numbers")


@blueprint.get(
    "/metrics/<metric_id>/values",
    role=Role.VIEWER,
    kept_by="publication",
    problems=("not-found", "nothing-published", "restricted", "no-numbers", "not-offered", "too-many-rows"),
    formats=(JSON, CSV, ARROW),
)
@blueprint.arguments(ValuesQuerySchema, location="query")
@blueprint.response(200, ValuesSchema)
def get_values(query: dict[str, Any], metric_id: str) -> ValuesAnswer | Response:
    """Read a metric's values.

    By period and slice, at one grain, with what each value was made of. As CSV or Arrow, the envelope comes in the
    header X-MDL-Meta, and in Arrow also as the schema's metadata `mdl`.
    """
    wanted = ValuesQuery(metric_id=metric_id, **query, at_most=MAX_ROWS)
    answer = app_parts().database.read(read_values, wanted, reader())
    return answer if media_type() == JSON else as_table(answer, media_type())


@blueprint.get(
    "/metrics/<metric_id>/summary",
    role=Role.VIEWER,
    kept_by="publication",
    problems=("not-found", "nothing-published", "restricted", "no-numbers"),
)
@blueprint.arguments(AsOfSchema, location="query")
@blueprint.response(200, SummarySchema)
def get_summary(query: dict[str, Any], metric_id: str) -> dict[str, Any]:
    """Read where a metric stands.

    Its total in the latest finished period and in the running one, at the metric's current grain, with the way there.
    """
    answer = app_parts().database.read(summary, metric_id, reader(), **query)
    return {"data": answer, "meta": answer.trust}


@blueprint.get(
    "/metrics/<metric_id>/chart",
    role=Role.VIEWER,
    kept_by="publication",
    problems=("not-found", "nothing-published", "restricted", "no-numbers", "not-offered", "too-many-rows"),
    formats=(JSON, VEGA_LITE, SVG, PNG),
)
# finished and running periods are drawn differently, so both are
@blueprint.arguments(ChartQuerySchema(exclude=["is_complete"]), location="query")
@blueprint.response(200, {"type": "object"})
def get_chart(query: dict[str, Any], metric_id: str) -> Response:
    """Draw a metric.

    As SVG, as PNG, or as the Vega-Lite specification that both are drawn from, with target, thresholds, incidents and
    restatements. Incidents are those that were known when the answer was made, which is kept CACHE_TTL seconds at most.
    """
    wanted, look = chart_of(metric_id, query)
    return as_picture(app_parts().database.read(read_chart, wanted, reader()), look, media_type())
