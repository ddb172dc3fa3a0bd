"""Charts and sparklines as SVG for typst, set in the fonts of the PDF; with words for those who do not see them."""

import base64
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from reports.cells import Sparkline
from reports.charts.inline_svg import sparkline
from reports.charts.models import ChartLook
from reports.documents.drawings import DrawnPicture, WantedPicture, drawn
from reports.documents.model import ReportDocument
from reports.documents.pdf.fonts import font_folders
from reports.documents.pdf.texts import in_fonts, shown
from reports.figures import NOTHING

Data = dict[str, Any]

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


def chart_pictures(document: ReportDocument, halves: Collection[int]) -> dict[int, Data]:
    """The charts of a report, by the `id` of their illustration; `width` is in parts of the page's, or of its half."""
    every = [each for section in document.all_sections() for each in section.illustrations]
    fonts = tuple(font_folders())
    asked = [
        WantedPicture(each.numbers, _HALF if id(each) in halves else _LOOK, "svg", _FONT, fonts)
        for each in every
    ]
    pictures = drawn(document, asked)
    texts = [in_fonts(each.content.decode()) for each in pictures]
    intricate = [number for number, text in enumerate(texts) if not _SIMPLE.fullmatch(text)]
    pixels = drawn(document, [replace(asked[number], form="png") for number in intricate])
    in_place = dict(zip(intricate, pixels, strict=True))
    return {
        id(each): _placed(text, picture, in_place.get(number))
        for number, (each, text, picture) in enumerate(zip(every, texts, pictures, strict=True))
    }


def _placed(text: str, picture: DrawnPicture, pixels: DrawnPicture | None) -> Data:
    width, height = _size(text)
    return {
        "svg": _in_svg(pixels.content, width, height) if pixels else text,
        "alt": shown(f"{picture.title}. {picture.description}") or NOTHING,
        "width": min(1.0, _HIGHEST * width / height),
    }


def sparkline_picture(cell: Sparkline) -> Data:
    """The values of a cell as a line."""
    words = f"the last {len(cell.values)} finished periods"
    line = sparkline(cell.values, words).replace("currentColor", _INK)
    return {"svg": line.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), "alt": words}


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
