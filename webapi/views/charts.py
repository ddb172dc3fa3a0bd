"""Charts of metrics as bodies of answers."""

from typing import Any

import orjson
from flask import Response

from reports.charts.drawing import Drawable, draw
from reports.charts.models import ChartLook
from reports.charts.read import ChartQuery
from reports.charts.rendering import png, svg
from webapi.process.media_types import PNG, SVG
from webapi.request.deadline import seconds_left


def chart_of(metric_id: str, query: dict[str, Any]) -> tuple[ChartQuery, ChartLook]:
    """What to read and how to draw it, of the parameters of a request."""
    look = ChartLook(**{name: query.pop(name) for name in ("theme", "width", "height")})
    return ChartQuery(metric_id=metric_id, **query), look


def as_picture(numbers: Drawable, look: ChartLook, media_type: str) -> Response:
    """The chart of the numbers in a media type; a specification in any but those of pictures."""
    chart = draw(numbers, look)
    if media_type == SVG:
        return Response(svg(chart, seconds_left()), content_type=SVG)
    if media_type == PNG:
        return Response(png(chart, seconds_left()), content_type=PNG)
    return Response(orjson.dumps(chart.specification), content_type=media_type)
