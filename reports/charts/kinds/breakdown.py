"""The chart of a metric by a dimension: its largest slices and the rest, as lines, or as bars of a single period."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.charts import layers, marks, themes
from reports.charts.axes import at, number_axis, time_axis
from reports.charts.bars import Bars
from reports.charts.data import Breakdown
from reports.charts.kinds.metric import scale_for
from reports.charts.models import Chart, ChartLook, ChartTable
from reports.charts.periods import instant, period_name
from reports.charts.texts import counted, distinct, fit, sentences
from reports.charts.units import Scale
from reports.models import MetricValue

_PIXELS_PER_TICK = 64
_MOST_SEEN = 40
_TIP = {"name": "Slice", "period": "Period", "text": "Value", "status": "Status"}


@dataclass(frozen=True)
class _Cell:
    """One slice in one period."""

    name: str
    row: MetricValue
    value: float | None
    is_rest: bool = False


def breakdown_chart(breakdown: Breakdown, look: ChartLook) -> Chart:
    """Draw the slices."""
    cells = _cells(breakdown)
    scale = scale_for(breakdown.metric.unit, [cell.value for cell in cells if cell.value is not None])
    names = list(dict.fromkeys(cell.name for cell in cells))
    places = {instant(cell.row.period_start) for cell in cells}
    draw = _lines if len(places) > 1 else _bars
    title = fit(f"{breakdown.metric.name} by {breakdown.dimension}")
    heading = " · ".join(filter(None, (scale.named, f"by {breakdown.grain}", _rest_words(breakdown))))
    return Chart(
        title,
        _description(breakdown, cells, names, scale),
        ChartTable(
            ("Slice", "Period", "Value", "Status"),
            tuple((cell.name, _period(cell), cell.value, _status(cell)) for cell in cells),
            tuple(cell.row.period_start for cell in cells),
        ),
        lambda: draw(cells, names, scale, look, (title, heading)),
    )


def _cells(breakdown: Breakdown) -> list[_Cell]:
    """All slices in all periods, the rest last; the rest has the periods of the others."""
    values = [one.partition("=")[2] for one in breakdown.slices]
    rest = f"the other {breakdown.others}"
    *names, _ = distinct([*values, rest])
    found = [
        _Cell(name, row, row.value)
        for name, rows in zip(names, breakdown.slices.values(), strict=True)
        for row in rows
    ]
    if breakdown.rest is None:
        return found
    periods = {instant(cell.row.period_start): cell.row for cell in found}
    last = distinct([*values, rest])[-1]
    return found + [
        _Cell(last, periods[start], value, is_rest=True)
        for start, value in sorted(breakdown.rest.items())
        if start in periods
    ]


def _rest_words(breakdown: Breakdown) -> str:
    if not breakdown.others:
        return "every slice"
    if breakdown.rest is None:
        return f"{counted(breakdown.others, 'more slice')} not shown: together they make no number"
    return f"the largest {len(breakdown.slices)}, and {counted(breakdown.others, 'more slice')} together"


def _period(cell: _Cell) -> str:
    return period_name(cell.row.period_start, cell.row.grain)


def _status(cell: _Cell) -> str:
    if not cell.row.is_complete:
        return "still running"
    if cell.value is None:
        return "no data"
    # the rest is judged by nobody
    return "" if cell.is_rest else cell.row.status.replace("_", " ")


def _row(cell: _Cell, names: Sequence[str], scale: Scale, *, is_seen: bool) -> dict[str, Any]:
    text = scale.words(cell.value)
    return {
        "at": at(cell.row.period_start),
        "value": cell.value,
        "name": cell.name,
        "period": _period(cell),
        "text": text,
        "label": scale.text(cell.value),
        "status": _status(cell),
        "colour": _colour(cell, names),
        "seen": int(is_seen and cell.row.is_complete),
        "said": f"{cell.name}, {_period(cell)}: {text}",
    }


def _colour(cell: _Cell, names: Sequence[str]) -> str:
    return themes.REST if cell.is_rest else themes.SERIES[names.index(cell.name) % len(themes.SERIES)]


def _lines(
    cells: Sequence[_Cell], names: Sequence[str], scale: Scale, look: ChartLook, heading: tuple[str, str]
) -> dict[str, Any]:
    moments = sorted({cell.row.period_start for cell in cells})
    frame = layers.Frame(
        look,
        scale,
        number_axis(cell.value for cell in cells if cell.value is not None),
        time_axis(moments, cells[0].row.grain, max(2, look.width // _PIXELS_PER_TICK)),
        (at(moments[0]), at(moments[-1])),
    )
    colours = {cell.name: _colour(cell, names) for cell in cells}
    styles = {name: (colours[name], layers.dash(number)) for number, name in enumerate(names)}
    marked = _marks(cells, frame)
    finished = [
        {
            "at": at(cell.row.period_start),
            "value": cell.value if cell.row.is_complete else None,
            "name": cell.name,
        }
        for cell in cells
    ]
    is_seen = len(moments) <= _MOST_SEEN
    datasets = {
        "lines": finished,
        "open": [point for name in names for point in _open(cells, name, colours[name])],
        "values": [_row(cell, names, scale, is_seen=is_seen) for cell in cells],
        "marks": marked,
    }
    drawn = [
        layers.named_lines("lines", frame, styles),
        layers.open_lines("open", frame),
        layers.points("values", frame, _TIP),
        *marks.mark_layers("marks", frame, marked, orient="bottom"),
    ]
    return layers.specification(drawn, look, heading, datasets)


def _open(cells: Sequence[_Cell], name: str, colour: str) -> list[dict[str, Any]]:
    own = [cell for cell in cells if cell.name == name]
    return layers.open_segment([(cell.row, cell.value) for cell in own], name, colour)


def _marks(cells: Sequence[_Cell], frame: layers.Frame) -> list[dict[str, Any]]:
    """Running values each for itself; slices without a value once per period."""
    running = [
        marks.mark(
            cell.row, "still running", cell.value, f"{cell.name}: {frame.scale.words(cell.value)} so far"
        )
        for cell in cells
        if not cell.row.is_complete and cell.value is not None
    ]
    missing: dict[Any, list[_Cell]] = {}
    for cell in cells:
        if cell.value is None and cell.row.is_complete:
            missing.setdefault(instant(cell.row.period_start), []).append(cell)
    return running + [
        marks.mark(found[0].row, "no value", frame.values.low, ", ".join(cell.name for cell in found))
        for found in missing.values()
    ]


def _bars(
    cells: Sequence[_Cell], names: Sequence[str], scale: Scale, look: ChartLook, heading: tuple[str, str]
) -> dict[str, Any]:
    """Bars of one period, each with its number."""
    axis = number_axis((cell.value for cell in cells if cell.value is not None), with_zero=True)
    rows = [_row(cell, names, scale, is_seen=True) for cell in cells]
    bars = Bars(look, scale, axis, names, max(len(row["label"]) for row in rows))
    drawn = bars.layers("values", _TIP)
    return layers.specification(drawn, look, heading, {"values": rows}, bars.height)


def _description(breakdown: Breakdown, cells: Sequence[_Cell], names: Sequence[str], scale: Scale) -> str:
    newest = max((instant(cell.row.period_start) for cell in cells if cell.row.is_complete), default=None)
    told = [
        f"{cell.name} {scale.words(cell.value)}"
        for name in names
        for cell in cells
        if cell.name == name and instant(cell.row.period_start) == newest
    ]
    first, last = (
        _period(chosen(cells, key=lambda cell: instant(cell.row.period_start))) for chosen in (min, max)
    )
    periods = first if first == last else f"{first} to {last}"
    return sentences(
        (
            f"{fit(breakdown.metric.name)} by {fit(breakdown.dimension)}, {periods}",
            f"newest finished period: {', '.join(told)}" if told else "no finished period",
            _rest_words(breakdown),
        )
    )
