"""Charts and sparklines as SVG for typst, set in the fonts of the PDF; with words for those who do not see them."""

import re
from dataclasses import replace
from functools import cache
from typing import Any

from reports.cells import Sparkline
from reports.charts.drawing import draw
from reports.charts.inline_svg import sparkline
from reports.charts.models import Chart, ChartLook
from reports.charts.rendering import svg
from reports.documents.model import Illustration
from reports.documents.pdf.fonts import font_folders
from reports.documents.pdf.texts import in_fonts, shown
from reports.figures import NOTHING

_LOOK = ChartLook("print", 620, 210)
_FONT = "Noto Sans"
_HIGHEST = 1.3
"""Of its width, that a chart still fits a page."""
_INK = "#0077bb"


def chart_picture(illustration: Illustration) -> dict[str, Any]:
    """A chart; `width` is in parts of the page's."""
    chart = draw(illustration.numbers, _LOOK)
    _know_fonts()
    # its texts are measured in the font in which they are set, whatever the machine has
    config = {**chart.specification.get("config", {}), "font": _FONT}
    picture = svg(replace(chart, specification={**chart.specification, "config": config}))
    return {"svg": in_fonts(picture), "alt": _alternative(chart), "width": min(1.0, _HIGHEST / _steepness(picture))}


def sparkline_picture(cell: Sparkline) -> dict[str, Any]:
    """The values of a cell as a line."""
    words = f"the last {len(cell.values)} finished periods"
    drawn = sparkline(cell.values, words).replace("currentColor", _INK)
    return {"svg": drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), "alt": words}


def _alternative(chart: Chart) -> str:
    return shown(f"{chart.title}. {chart.description}") or NOTHING


def _steepness(picture: str) -> float:
    """Height over width."""
    opening = picture.partition(">")[0]
    width, height = (float(re.findall(rf'\b{side}="([0-9.]+)', opening)[0]) for side in ("width", "height"))
    return height / width


@cache
def _know_fonts() -> None:
    import vl_convert  # noqa: PLC0415  see reports/charts/rendering.py

    for folder in font_folders():
        vl_convert.register_font_directory(folder)
