"""What stands in a cell or a sentence, in words, as the report's locale writes it; and how it is marked."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from reports.cells import Cell, Change, Figure, Link, PeriodCell, Restricted, Share, Status
from reports.figures import NOTHING, Figures

_TONES = {
    **dict.fromkeys(
        ("ok", "on_track", "achieved", "resolved", "done", "accepted", "delivered", "met"), "good"
    ),
    **dict.fromkeys(
        (
            "warning",
            "at_risk",
            "acknowledged",
            "quarantined",
            "staged",
            "stale",
            "late",
            "degraded",
            "behind",
        ),
        "warning",
    ),
    **dict.fromkeys(
        (
            *("critical", "off_track", "open", "rejected", "refused", "lost", "firing", "escalated", "dead"),
            *("away", "failed", "missed"),
        ),
        "bad",
    ),
}


def words(figures: Figures, value: Cell) -> str:
    """Whatever it is in words; what is not there is a dash."""
    if value is None or value == "":
        return NOTHING
    write = _OF_KIND.get(type(value))
    return write(figures, value) if write else str(value)


def _change(figures: Figures, cell: Change) -> str:
    """With an arrow that points where it goes."""
    text = figures.change(cell.value)
    if cell.value is None or text == NOTHING:
        return text
    arrow = "\N{BLACK UP-POINTING TRIANGLE}" if cell.value > 0 else "\N{BLACK DOWN-POINTING TRIANGLE}"
    return f"{arrow if cell.value else '='}\N{NO-BREAK SPACE}{text}"


def tone(cell: Cell) -> str | None:
    """How it is marked: good, warning, bad, unknown, faint, or not at all."""
    if isinstance(cell, Status):
        return _TONES.get(cell.value or "", "unknown")
    if isinstance(cell, Change) and cell.is_good is not None:
        return "good" if cell.is_good else "bad"
    return "faint" if cell is None or isinstance(cell, Restricted) else None


_OF_KIND: dict[type[Any], Callable[[Figures, Any], str]] = {
    Figure: lambda write, cell: write.number(cell.value, cell.unit),
    Share: lambda write, cell: write.share(cell.value),
    Change: _change,
    Status: lambda _write, cell: (cell.value or NOTHING).replace("_", " "),
    PeriodCell: lambda write, cell: write.period(cell.value, cell.grain),
    Link: lambda _write, cell: cell.value or NOTHING,
    Restricted: lambda _write, cell: cell.value,
    datetime: Figures.instant,
    date: Figures.day,
    bool: lambda _write, value: "yes" if value else "no",
    int: Figures.number,
    float: Figures.number,
}
