"""The chart of a change: what each slice of a dimension contributed to it."""

from typing import Any

from core.sums import sum_of
from reports.charts import layers, themes
from reports.charts.axes import number_axis
from reports.charts.bars import Bars
from reports.charts.data import ChangeBySlice
from reports.charts.kinds.metric import change_of, scale_for
from reports.charts.models import Chart, ChartLook, ChartTable
from reports.charts.periods import period_name
from reports.charts.texts import counted, distinct, fit, sentences
from reports.charts.units import Scale

_TIP = {"name": "Slice", "text": "Contribution", "now": "Value", "then": "Value before"}
_UP, _DOWN = themes.SERIES[0], themes.SERIES[1]


def contributions_chart(change: ChangeBySlice, look: ChartLook) -> Chart:
    """Draw the gravest contributions and the sum of the others as bars, gravest first."""
    shown, others = change.contributions[: change.top], change.contributions[change.top :]
    sums = [(one.contribution, one.value, one.previous_value) for one in shown]
    names = [one.slice.partition("=")[2] for one in shown]
    if others:
        names.append(f"the other {len(others)}")
        sums.append((sum_of(one.contribution for one in others), None, None))
    names = distinct(names)
    values = [part for part, _, _ in sums]
    whole = [change.before.value or 0.0, change.after.value or 0.0]
    scale = scale_for(change.metric.unit, whole)
    # differences may be small beside the values that they are of
    parts = scale_for(change.metric.unit, values).of_differences()
    title, heading = fit(f"{change.metric.name}: change by {change.dimension}"), _heading(change, scale)

    def drawing() -> dict[str, Any]:
        rows = [_row(name, one, parts, scale) for name, one in zip(names, sums, strict=True)]
        longest = max(len(row["text"]) for row in rows)
        bars = Bars(look, parts, number_axis(values, with_zero=True), names, longest)
        drawn = bars.layers("values", _TIP)
        return layers.specification(drawn, look, (title, heading), {"values": rows}, bars.height)

    return Chart(
        title,
        _description(change, names, values, heading, parts),
        ChartTable(
            ("Slice", "Contribution", "Value", "Value before"),
            tuple((name, *one) for name, one in zip(names, sums, strict=True)),
        ),
        drawing,
    )


def _row(
    name: str, one: tuple[float, float | None, float | None], parts: Scale, scale: Scale
) -> dict[str, Any]:
    contribution, value, before = one
    text = parts.text(contribution, is_signed=True)
    return {
        "name": name,
        "value": contribution,
        "text": text,
        "label": text,
        "now": scale.words(value),
        "then": scale.words(before),
        "colour": _UP if contribution >= 0 else _DOWN,
        "said": f"{name}: {text}",
    }


def _heading(change: ChangeBySlice, scale: Scale) -> str:
    before, after = change.before, change.after
    from_to = f"{scale.text(before.value)} to {scale.words(after.value)}"
    periods = (
        f"{period_name(before.period_start, change.grain)} to {period_name(after.period_start, change.grain)}"
    )
    return f"total {from_to} ({change_of(after)}) · {periods}"


def _description(
    change: ChangeBySlice, names: list[str], values: list[float], heading: str, parts: Scale
) -> str:
    told = [f"{name} {parts.text(value, is_signed=True)}" for name, value in zip(names, values, strict=True)]
    return sentences(
        (
            f"Bars of what each {fit(change.dimension)} contributed to the change of {fit(change.metric.name)}",
            heading,
            ", ".join(told),
            f"{counted(len(change.contributions), 'slice')} in all",
        )
    )
