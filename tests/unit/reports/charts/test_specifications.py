"""Whatever the numbers: specifications are legal Vega-Lite and hold, as the tables do, every number."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.data import (
    ChangeBySlice,
    ComparedSeries,
    IncidentMark,
    Pace,
    PacePoint,
    Restatement,
)
from reports.charts.drawing import Drawable, draw
from reports.charts.models import Chart, ChartLook
from reports.charts.rendering import svg
from reports.contributions import Contribution
from reports.scores.models import KeyResultStanding
from tests.unit.reports.charts.build import FIRST, TRUST, breakdown, daily, entry, series, value

NUMBERS = st.floats(-1e300, 1e300)
SERIES = st.lists(st.none() | NUMBERS, min_size=1, max_size=12)
# in every place where Vega reads expressions, paths or signals
HOSTILE = [
    "a.b[0]",
    "datum",
    "datum.value",
    "it's",
    'a "quote"',
    "back\\slash",
    "back\\'slash",
    "{signal: 1}",
    "${x}",
    "[x]",
    "<script>alert(1)</script>",
    "&amp;",
    "'+alert(1)+'",
    "toString",
    "__proto__",
    "constructor",
    "null",
    "true",
    "1",
    "2026-03-01",
    "%d",
    "line\nbreak",
    "bell\x07",
    "\u202ereversed",
    "مرحبا",
    "日本語",
]


def drawn(numbers: Drawable, look: ChartLook | None = None) -> Chart:
    """The chart, once its specification is known to be legal; of the data sets it is enough that they are JSON."""
    chart = draw(numbers, look)
    alt.Chart.from_dict(chart.specification | {"datasets": {}})
    assert all(len(row) == len(chart.table.columns) for row in chart.table.rows)
    json.dumps(chart.specification, allow_nan=False)
    return chart


def rows_of(chart: Chart, name: str = "values") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = chart.specification["datasets"][name]
    return found


def keys(part: Any) -> Iterator[str]:
    """Every key of a specification, at any depth."""
    if isinstance(part, dict):
        yield from part
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from keys(each)


def pace(points: list[float], **fields: Any) -> Pace:
    given: dict[str, Any] = dict.fromkeys(KeyResultStanding.__annotations__)
    given |= {"kr_id": "KR", "name": "Orders", "direction": "increase", "status": "on_track", "evidence": {}}
    given |= {"baseline_value": 10.0, "target_value": 100.0, "current_value": points[-1] if points else None}
    standing = KeyResultStanding(**given | fields)
    measured = tuple(PacePoint(FIRST + timedelta(days=n + 1), each) for n, each in enumerate(points))
    span = (standing.projected_value - 5, standing.projected_value + 5) if standing.projected_value else None
    return Pace("Sell", standing, date(2026, 3, 1), date(2026, 3, 31), TRUST.as_of, measured, span, TRUST)


@settings(max_examples=12)
@given(
    numbers=SERIES,
    is_open=st.booleans(),
    unit=st.sampled_from([None, "percent", "USD", "s", "bytes", "flights"]),
)
def test_every_number_of_a_series_is_in_its_chart_and_table(
    numbers: list[float | None], *, is_open: bool, unit: str | None
) -> None:
    chart = drawn(series(numbers, is_open=is_open, metric=entry(unit=unit)))
    assert [row["value"] for row in rows_of(chart)] == numbers
    assert [row[1] for row in chart.table.rows] == numbers
    missing = [row for row in rows_of(chart, "marks") if row["kind"] == "no value"]
    finished = numbers[:-1] if is_open else numbers
    assert len(missing) == finished.count(None)


@settings(max_examples=6)
@given(SERIES, SERIES)
def test_every_number_of_a_comparison_is_in_its_chart_and_table(
    numbers: list[float | None], earlier: list[float | None]
) -> None:
    then = [*daily(earlier), *[None] * len(numbers)][: len(numbers)]
    chart = drawn(ComparedSeries(series(numbers), "previous_year", tuple(then)))
    before = [row.value if row else None for row in then]
    assert [row["value"] for row in rows_of(chart, "lines")] == [*before, *numbers]
    assert [(row[1], row[4]) for row in chart.table.rows] == list(zip(numbers, before, strict=True))


@settings(max_examples=6)
@given(
    st.integers(1, 4).flatmap(
        lambda days: st.dictionaries(
            st.text(min_size=1, max_size=8),
            st.lists(st.none() | NUMBERS, min_size=days, max_size=days),
            min_size=1,
            max_size=4,
        )
    )
)
def test_every_number_of_a_breakdown_is_in_its_chart_and_table(slices: dict[str, list[float | None]]) -> None:
    chart = drawn(breakdown(slices))
    every = [number for numbers in slices.values() for number in numbers]
    assert [row["value"] for row in rows_of(chart)] == every
    assert [row[2] for row in chart.table.rows] == every
    assert len({row["name"] for row in rows_of(chart)}) == len(slices)


@settings(max_examples=6)
@given(st.lists(NUMBERS, max_size=20), NUMBERS, st.none() | st.floats(-1e9, 1e9))
def test_every_number_of_a_key_result_is_in_its_chart_and_table(
    points: list[float], target: float, projected: float | None
) -> None:
    chart = drawn(pace(points, target_value=target, projected_value=projected))
    measured = [row["value"] for row in rows_of(chart) if row["name"] == "measured"]
    assert measured == points == [row[2] for row in chart.table.rows if row[0] == "measured"]
    assert (10.0, target) == tuple(row[2] for row in chart.table.rows if row[0] == "expected")


@settings(max_examples=6)
@given(st.lists(NUMBERS, min_size=1, max_size=10))
def test_contributions_add_up_to_what_is_drawn(parts: list[float]) -> None:
    found = tuple(Contribution(f"country={n}", 1.0, 2.0, part) for n, part in enumerate(parts))
    change = ChangeBySlice(entry(), "day", "country", value(0, 2.0), value(1, 1.0), found, 3, TRUST)
    chart = drawn(change)
    assert [row[1] for row in chart.table.rows][:3] == parts[:3]
    assert len(chart.table.rows) == min(len(parts), 4)
    assert [row["value"] for row in rows_of(chart)] == [row[1] for row in chart.table.rows]


def test_what_is_told_of_a_period_is_marked_by_shape_and_word() -> None:
    day = FIRST + timedelta(days=1)
    chart = drawn(
        series(
            [12.0, 8.0, None, 35.0, 31.0],
            is_open=True,
            rows=(
                value(0, 12.0, status="warning"),
                value(1, 8.0, status="critical"),
                value(2, None),
                value(3, 35.0),
                value(4, 31.0, is_complete=False),
            ),
            incidents=(IncidentMark(7, "Orders below 10", "critical", "resolved", day + timedelta(hours=3)),),
            restatements=(Restatement(FIRST, 9.0, 2, day),),
        )
    )
    marks = {row["kind"]: row for row in rows_of(chart, "marks")}
    assert set(marks) == {"warning", "critical", "no value", "still running", "incident", "restated"}
    assert marks["incident"]["text"] == "incident 7: Orders below 10 (critical, resolved)"
    assert marks["incident"]["period"] == "2 Mar 2026"
    assert marks["restated"]["text"] == "restated from 9 and 1 time more, last on 2 Mar 2026"
    assert rows_of(chart, "open") == [
        {"at": 1772668800000 - 86_400_000 * 1, "value": 35.0, "name": "", "colour": "#0077bb"},
        {"at": 1772668800000, "value": 31.0, "name": "", "colour": "#0077bb"},
    ]
    table = dict(zip(chart.table.columns, chart.table.rows[0], strict=True))
    assert (table["First published as"], table["Target"], table["Warning"], table["Critical"]) == (
        9.0,
        30,
        20,
        10,
    )
    assert chart.description == (
        "Line of Orders by day, 1 Mar 2026 to 5 Mar 2026. Newest 35 (4 Mar 2026); lowest 8 (2 Mar 2026), highest 35 "
        "(4 Mar 2026). Target 30, warning 20, critical 10. 1 period without a value. 5 Mar 2026 is still running, so "
        "far 31. 1 incident. 1 period restated."
    )


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_charts_reach_for_nothing_and_evaluate_no_name(theme: Any) -> None:
    names = {name: [1.0, 2.0, None] for name in HOSTILE}
    charts = [
        drawn(breakdown(names, metric=entry(name=HOSTILE[3], unit=HOSTILE[4])), ChartLook(theme=theme)),
        drawn(series([1.0], metric=entry(name=HOSTILE[4], unit=HOSTILE[1])), ChartLook(theme=theme)),
    ]
    for chart in charts:
        assert not {"url", "href", "expr", "signal"} & set(keys(chart.specification))
        assert set(fields_of(chart.specification)) <= OUR_FIELDS
        assert "alert(1)" not in "".join(expressions(chart.specification))


OUR_FIELDS = {
    *(
        "at",
        "value",
        "finished",
        "seen",
        "colour",
        "said",
        "name",
        "kind",
        "period",
        "text",
        "change",
        "status",
    ),
    *("remarks", "earlier_period", "earlier_text", "low", "high", "now", "then", "size", "label"),
}


def fields_of(part: Any) -> Iterator[str]:
    for name, each in pairs(part):
        if name == "field":
            yield each


def expressions(part: Any) -> Iterator[str]:
    for name, each in pairs(part):
        if name in {"labelExpr", "filter"}:
            yield each


def pairs(part: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(part, dict):
        yield from part.items()
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from pairs(each)


def test_hostile_names_are_drawn_as_they_are() -> None:
    shown = svg(draw(breakdown({name: [float(n + 1)] for n, name in enumerate(HOSTILE)})))
    for name in ("a.b[0]", "datum.value", "it's", "back\\slash", "__proto__", "日本語", "'+alert(1)+'"):
        assert f">{name}</text>" in shown, name
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script" not in shown


def test_a_clock_that_is_set_back_shows_both_hours() -> None:
    start = datetime(2026, 11, 1, 5, tzinfo=UTC)
    zone = ZoneInfo("America/New_York")
    rows = tuple(
        value(
            0,
            float(n),
            grain="hour",
            period_start=(start + timedelta(hours=n)).astimezone(zone),
            period_end=(start + timedelta(hours=n + 1)).astimezone(zone),
        )
        for n in range(3)
    )
    chart = drawn(series([], rows=rows, grain="hour"))
    assert [row[0] for row in chart.table.rows] == [
        "1 Nov 2026 01:00 -04:00",
        "1 Nov 2026 01:00 -05:00",
        "1 Nov 2026 02:00",
    ]


def test_the_rest_and_what_was_restated_belong_to_one_of_two_hours_that_look_alike() -> None:
    zone = ZoneInfo("America/New_York")
    starts = [datetime(2026, 11, 1, hour, tzinfo=UTC) for hour in (5, 6)]
    hours = [
        value(
            0,
            float(n),
            grain="hour",
            slice="country=US",
            period_start=start.astimezone(zone),
            period_end=(start + timedelta(hours=1)).astimezone(zone),
        )
        for n, start in enumerate(starts)
    ]
    rest = dict(zip(starts, [7.0, 8.0], strict=True))
    chart = drawn(breakdown({}, grain="hour", slices={"country=US": tuple(hours)}, rest=rest, others=3))
    assert [row[1:3] for row in chart.table.rows] == [
        ("1 Nov 2026 01:00 -04:00", 0.0),
        ("1 Nov 2026 01:00 -05:00", 1.0),
        ("1 Nov 2026 01:00 -04:00", 7.0),
        ("1 Nov 2026 01:00 -05:00", 8.0),
    ]
    told = drawn(series([], rows=tuple(hours), restatements=(Restatement(starts[1], 5.0, 1, FIRST),)))
    assert [row[4] for row in told.table.rows] == [None, 5.0]
