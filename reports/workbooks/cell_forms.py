"""What of a cell of ours stands in a cell of a workbook, and how it looks."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from reports.cells import (
    SHAPES,
    Cell,
    Change,
    Figure,
    Link,
    PeriodCell,
    Restricted,
    Share,
    Side,
    Sparkline,
    Status,
)
from reports.workbooks import number_formats

Style = Mapping[str, Any]
"""Properties of a format, as xlsxwriter names them."""
Kept = str | float | bool | date | None

GOOD, CARE, BAD, FAINT = "#146C37", "#8A5300", "#B3201B", "#5C6470"
_COLOURS: Mapping[Side | None, str] = {"good": GOOD, "care": CARE, "bad": BAD, None: FAINT}
_GROUNDS = {GOOD: "#E3F4E8", CARE: "#FDF0D8", BAD: "#FDE5E3", FAINT: "#F0F1F3"}
# beyond, workbooks hold no numbers
_MOST = 9.99999999999999e307
_FIRST_YEAR = 1900
"""Of the calendar of workbooks, which count from it."""


def as_kept(cell: Cell) -> tuple[Kept, Style]:
    """The value that a workbook holds for a cell, and how that looks; None where there is nothing."""
    match cell:
        case Figure(value, unit):
            return _number(value, lambda known: number_formats.of_figure(known, unit))
        case Share(value):
            return _number(value, lambda _: number_formats.SHARE)
        case Change(value, is_good):
            return _change(value, is_good)
        case Status(word):
            return (word.replace("_", " "), _of_side(cell.side)) if word else (None, {})
        case PeriodCell(start, grain):
            return _date(start, number_formats.of_period(grain))
        case Link() | Restricted():
            return cell.value, {"italic": True, "font_color": FAINT} if isinstance(cell, Restricted) else {}
        case _:
            return _plain(cell)


def of_sentence(*, is_good: bool | None) -> Style:
    """Colour of what is better or worse, with a shape before it."""
    if is_good is None:
        return {}
    side: Side = "good" if is_good else "bad"
    return {"font_color": _COLOURS[side], "num_format": number_formats.of_text(SHAPES[side])}


def _of_side(side: Side | None) -> Style:
    """Shape, colour and ground of a status."""
    look = {"font_color": _COLOURS[side], "bg_color": _GROUNDS[_COLOURS[side]]}
    return {"num_format": number_formats.of_text(SHAPES[side]), **look}


def _change(percent: float | None, is_good: bool | None) -> tuple[Kept, Style]:  # noqa: FBT001  of the cell
    is_marked = is_good is not None
    kept, style = _number(percent, lambda known: number_formats.of_change(known, is_marked=is_marked))
    return kept, {**style, "font_color": GOOD if is_good else BAD} if is_marked else style


def _number(value: float | None, format_of: Any) -> tuple[Kept, Style]:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None, {}
    # an integer may be none that a double can be
    if abs(value) > _MOST or value != float(value):
        return repr(value), {"align": "right"}
    return value, {"num_format": format_of(value)}


def _date(moment: date | None, shown: str) -> tuple[Kept, Style]:
    if moment is None:
        return None, {}
    if moment.year < _FIRST_YEAR:
        return moment.isoformat(), {}
    # a workbook knows no zones: the clock on the wall of the zone that the instant is in
    kept = moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment
    return kept, {"num_format": shown, "align": "left"}


def _plain(cell: Any) -> tuple[Kept, Style]:
    if cell is None or isinstance(cell, Sparkline):
        return None, {}
    if isinstance(cell, bool):
        return cell, {}
    if isinstance(cell, int | float):
        return _number(cell, lambda known: number_formats.of_figure(known, None))
    if isinstance(cell, date):
        is_instant = isinstance(cell, datetime)
        return _date(cell, number_formats.INSTANT if is_instant else number_formats.DAY)
    return str(cell), {}
