"""Charts and sparklines as SVG for typst, set in the fonts of the PDF; with words for those who do not see them."""

import base64
import re
from dataclasses import replace
from functools import cache
from typing import Any

from reports.cells import Sparkline
from reports.charts.drawing import draw
from reports.charts.inline_svg import sparkline
from reports.charts.models import Chart, ChartLook
from reports.charts.rendering import png, svg
from reports.documents.model import Illustration
from reports.documents.pdf.fonts import font_folders
from reports.documents.pdf.texts import in_fonts, shown
from reports.figures import NOTHING

_LOOK, _HALF = ChartLook("print", 620, 180), ChartLook("print", 300, 150)
_FONT = "Noto Sans"
_HIGHEST = 1.3
"""Of its width, that a chart still fits a page."""
_INK = "#0077bb"
_SIMPLE = re.compile(
    "[\x00-\x7f\xa0-\u02ff\u0370-\u0482\u048a-\u052f\u0531-\u0556\u0561-\u0586\u05d0-\u05ea\u1e00-\u1fff\u2010-\u2027"
    "\u2030-\u205e\u2070-\u20bf\u2100-\u25ff\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff5e\ufffd]*"
)
"""Scripts of which each letter is a glyph.

Of signs that are made of several, as in Arabic, typst cannot say within pictures which letters they stand for.
"""


def chart_picture(illustration: Illustration, *, is_half: bool = False) -> dict[str, Any]:
    """A chart for the whole width or half of it; `width` is in parts of that."""
    drawn = draw(illustration.numbers, _HALF if is_half else _LOOK)
    _know_fonts()
    # its texts are measured in the font in which they are set, whatever the machine has
    specification = drawn.specification
    config = {**specification.get("config", {}), "font": _FONT}
    chart = replace(drawn, drawing=lambda: {**specification, "config": config})
    picture = in_fonts(svg(chart))
    width, height = _size(picture)
    if not _SIMPLE.fullmatch(picture):
        picture = _in_svg(png(chart), width, height)
    return {"svg": picture, "alt": _alternative(drawn), "width": min(1.0, _HIGHEST * width / height)}


def sparkline_picture(cell: Sparkline) -> dict[str, Any]:
    """The values of a cell as a line."""
    words = f"the last {len(cell.values)} finished periods"
    drawn = sparkline(cell.values, words).replace("currentColor", _INK)
    return {"svg": drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), "alt": words}


def _alternative(chart: Chart) -> str:
    return shown(f"{chart.title}. {chart.description}") or NOTHING


def _size(picture: str) -> tuple[float, float]:
    """Width and height of an SVG."""
    opening = picture.partition(">")[0]
    width, height = (float(re.findall(rf'\b{side}="([0-9.]+)', opening)[0]) for side in ("width", "height"))
    return width, height


def _in_svg(pixels: bytes, width: float, height: float) -> str:
    """A picture of pixels as an SVG."""
    size = f'width="{width}" height="{height}"'
    data = f"data:image/png;base64,{base64.b64encode(pixels).decode()}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{data}"/></svg>'


@cache
def _know_fonts() -> None:
    import vl_convert  # noqa: PLC0415  see reports/charts/rendering.py

    for folder in font_folders():
        vl_convert.register_font_directory(folder)
