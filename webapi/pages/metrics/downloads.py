"""The chart of a metric as a picture and as a specification, and its values as Arrow: what its page shows and offers.

The API has the same, but a page's cookie does not open it.
"""

from typing import Any

from flask import Response
from marshmallow import fields

from reports.charts.read import read_chart
from reports.models import ValuesAnswer
from reports.values import ValuesQuery
from reports.values import values as read_values
from webapi.pages.frame.route import Pages
from webapi.process.media_types import ARROW, PNG, SVG, VEGA_LITE
from webapi.request.context import app_parts, reader
from webapi.views.chart_schemas import ChartQuerySchema
from webapi.views.charts import as_picture, chart_of
from webapi.views.periods import GRAIN, PeriodsSchema
from webapi.views.schemas import CommaList
from webapi.views.tabular import as_table

blueprint = Pages("pages-metric-files", __name__)

_KINDS = {"svg": SVG, "png": PNG, "json": VEGA_LITE}
_MAX_ROWS = 50_000


class ArrowQuerySchema(PeriodsSchema):
    """Which values."""

    grain = fields.String(validate=GRAIN)
    slices = fields.List(fields.String(), data_key="slice", load_default=list)
    by = CommaList(fields.String(), load_default=list)


@blueprint.page(
    "/metrics/<path:metric_id>/chart.<any(svg, png, json):kind>",
    query=ChartQuerySchema,
    kept_by="publication",
)
def show_chart(query: dict[str, Any], metric_id: str, kind: str) -> Response:
    """The chart of a metric."""
    wanted, look = chart_of(metric_id, query)
    answer = as_picture(app_parts().database.read(read_chart, wanted, reader()), look, _KINDS[kind])
    return _named(answer, f"{metric_id}.{kind}", "inline")


@blueprint.page("/metrics/<path:metric_id>/values.arrow", query=ArrowQuerySchema, kept_by="publication")
def send_arrow(query: dict[str, Any], metric_id: str) -> Response:
    """The values of a metric as an Arrow stream, byte for byte as the API gives them."""
    wanted = ValuesQuery(metric_id=metric_id, **query, at_most=_MAX_ROWS)
    answer: ValuesAnswer = app_parts().database.read(read_values, wanted, reader())
    return _named(as_table(answer, ARROW), f"{metric_id}.arrow", "attachment")


def _named(answer: Response, name: str, disposition: str) -> Response:
    answer.headers.set("Content-Disposition", disposition, filename=name)
    answer.headers["Vary"] = "Accept, Accept-Encoding, Cookie"
    return answer
