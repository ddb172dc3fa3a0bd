"""How cells look in HTML; in Python, since a page has hundreds of them and a macro takes eight times as long."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from reports.cells import (
    Cell,
    Change,
    Figure,
    Link,
    PeriodCell,
    Restricted,
    Share,
    Sparkline,
    Status,
)
from reports.charts.inline_svg import sparkline
from reports.figures import NOTHING, Figures

_LONG = 40


def _safe(text: str) -> Markup:
    return Markup(text)  # noqa: S704  every part that is not written here was escaped


_NONE = _safe(f'<span class="none">{NOTHING}</span>')


class CellMarkup(NamedTuple):
    """Writes numbers and dates as one locale does; `local` turns an instant to the reporting zone's clock."""

    figures: Figures
    local: Callable[[datetime], datetime]

    def number(self, value: float | None, unit: str | None = None) -> Markup:
        """A number with its unit; the exact value beside what is shown."""
        return _NONE if value is None else _data(value, self.figures.number(value, unit))

    def share(self, value: float | None) -> Markup:
        """A share of 1 in percent."""
        return _NONE if value is None else _data(value, self.figures.share(value))

    def change(self, value: float | None, is_good: bool | None = None) -> Markup:  # noqa: FBT001  templates
        """A change in percent with an arrow; good and bad differ in colour, up and down in shape."""
        if value is None:
            return _NONE
        arrow = "\N{BLACK UP-POINTING TRIANGLE}" if value > 0 else "\N{BLACK DOWN-POINTING TRIANGLE}"
        side = "" if is_good is None else " good" if is_good else " bad"
        text = f"{arrow if value else '='} {self.figures.change(value)}"
        return _data(value, text, f' class="change{side}"')

    def status(self, word: str | None) -> Markup:
        """One of the words for how something stands, with its shape."""
        if not word:
            return _NONE
        shape = '<span class="shape" aria-hidden="true"></span>'
        return _safe(f'<span class="status {escape(word)}">{shape}{escape(word.replace("_", " "))}</span>')

    def instant(self, moment: datetime | None) -> Markup:
        """An instant by the clock of the reporting zone."""
        return _NONE if moment is None else _time(moment, self.figures.instant(self.local(moment)))

    def cell(self, value: Cell) -> Markup:
        """Whatever stands in a table."""
        write = _OF_KIND.get(type(value))
        if value is None or value == "":
            return _NONE
        return write(self, value) if write else self.text(value)

    def text(self, value: object) -> Markup:
        """What people wrote; a long one may break anywhere."""
        text = str(value)
        is_long = ' class="long"' if len(text) > _LONG else ""
        return _safe(f'<span dir="auto"{is_long}>{escape(text)}</span>')

    def period(self, cell: PeriodCell) -> Markup:
        """A period by its start."""
        if cell.value is None:
            return _NONE
        return _time(cell.value, self.figures.period(cell.value, cell.grain))

    def link(self, cell: Link) -> Markup:
        """A text that leads somewhere, and its note."""
        note = f' <small dir="auto">{escape(cell.note)}</small>' if cell.note else ""
        return _safe(f'<a href="{escape(cell.href)}" dir="auto">{escape(cell.value)}</a>{note}')


_OF_KIND: dict[type[Any], Callable[[CellMarkup, Any], Markup]] = {
    Figure: lambda write, cell: write.number(cell.value, cell.unit),
    Share: lambda write, cell: write.share(cell.value),
    Change: lambda write, cell: write.change(cell.value, cell.is_good),
    Status: lambda write, cell: write.status(cell.value),
    PeriodCell: CellMarkup.period,
    Link: CellMarkup.link,
    Sparkline: lambda _write, cell: _safe(
        sparkline(cell.values, f"the last {len(cell.values)} finished periods")
    ),
    Restricted: lambda _write, cell: _safe(f'<span class="restricted">{escape(cell.value)}</span>'),
    datetime: CellMarkup.instant,
    date: lambda write, day: _time(day, write.figures.day(day)),
    bool: lambda _write, value: _safe("yes" if value else "no"),
    int: CellMarkup.number,
    float: CellMarkup.number,
}


def _data(value: float, text: str, attributes: str = "") -> Markup:
    return _safe(f'<data{attributes} value="{value}">{escape(text)}</data>')


def _time(value: date, text: str) -> Markup:
    return _safe(f'<time datetime="{value.isoformat()}">{escape(text)}</time>')
