"""Pictures of charts: SVG and PNG by vl-convert, which carries Vega and reads nothing from anywhere.

It is loaded with the first picture, 0.6 s and some 100 MB. It is not given back before a picture is done, and holds all
other threads meanwhile: charts are small, see MAX_POINTS.
"""

import threading
from html import escape
from typing import Any

from core.errors import TookTooLongError
from reports.charts.models import Chart

_SECONDS_OF_A_PICTURE = 1.0
_PNG_SCALE = 2.0
# one at a time: it is busy with one processor anyway
_ONE = threading.Lock()


def svg(chart: Chart, seconds_left: float = float("inf")) -> str:
    """The chart as SVG; its texts are texts, its title and description those of the chart.

    Raises:
        TookTooLongError: a picture may take longer than is left.
    """
    found: str = _converted("vegalite_to_svg", chart, seconds_left)
    opening, _, rest = found.partition(">")
    return f"{opening}><title>{escape(chart.title)}</title><desc>{escape(chart.description)}</desc>{rest}"


def png(chart: Chart, seconds_left: float = float("inf")) -> bytes:
    """The chart as PNG, two points per pixel.

    Raises:
        TookTooLongError: a picture may take longer than is left.
    """
    found: bytes = _converted("vegalite_to_png", chart, seconds_left, scale=_PNG_SCALE)
    return found


def _converted(function: str, chart: Chart, seconds_left: float, **options: Any) -> Any:
    # nothing ends a picture half way, so none is begun that may come too late
    spare = seconds_left - _SECONDS_OF_A_PICTURE
    if spare < 0 or not _ONE.acquire(timeout=min(spare, threading.TIMEOUT_MAX)):
        raise TookTooLongError("drawing the chart takes longer than the request may; try again in a moment")
    try:
        import vl_convert  # noqa: PLC0415  see above

        # it allows data of no address; pictures within charts it would fetch all the same, so charts have none
        version = ".".join(chart.specification["$schema"].rpartition("/v")[2].split(".")[:2])
        return getattr(vl_convert, function)(chart.specification, version, allowed_base_urls=[], **options)
    finally:
        _ONE.release()
