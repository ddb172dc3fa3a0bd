"""What charts of key results and of changes are made of, out of marts that were built by hand."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from reports.charts.data import Breakdown
from reports.charts.drawing import draw
from reports.charts.pace import read_pace
from reports.charts.read import ChartQuery, read_chart
from reports.charts.slices import read_change
from reports.errors import NotOfferedError
from reports.scores.scorecards import scorecard
from schemas.documents.documents import Objective
from schemas.identity.readers import OPERATOR
from tests.build_marts import daily, metric, publish_rows, utc

SELL = Objective.model_validate(
    {
        "objective_id": "SELL",
        "name": "Sell more",
        "timeframe": {"start": "2026-03-01", "end": "2026-03-10"},
        "key_results": [
            {
                "kr_id": "KR",
                "name": "Orders",
                "metric_ids": ["METRIC-A"],
                "baseline_value": 0,
                "target_value": 20,
            }
        ],
    }
)


@pytest.fixture
def published(database: Engine, tmp_path: Path) -> Engine:
    """Four days of 1, 2, 3 and 4 orders: those of DE and US add up to them but on the first."""
    rows = [
        *daily("2026-03-01", [1, 2, 3, 4]),
        *daily("2026-03-01", [9, 0, 2, 1], slice="country=DE"),
        *daily("2026-03-02", [2, 1, 3], slice="country=US"),
    ]
    orders = metric(name="Orders", dimensions=[{"name": "country"}])
    now = utc("2026-03-05")
    publish_rows(database, tmp_path, rows, metrics=[orders], objectives=[SELL], as_of=now, published_at=now)
    return database


def test_a_key_result_is_drawn_on_its_way_to_the_target(published: Engine) -> None:
    with published.connect() as connection:
        card = scorecard(connection, OPERATOR)
        (objective,) = card.unassigned
        pace = read_pace(connection, objective, objective.key_results[0], card.trust, OPERATOR)
    assert pace is not None
    assert [(f"{point.at:%d}", point.value) for point in pace.points] == [
        ("02", 1),
        ("03", 2),
        ("04", 3),
        ("05", 4),
    ]
    # one more each day: 4 at the end of day 4, so 10 at the end of day 10, whatever pairs are looked at
    assert pace.key_result.projected_value == pytest.approx(10)
    assert pace.projected_range == pytest.approx((10, 10))
    table = draw(pace).table.rows
    assert table[:2] == (("expected", "1 Mar 2026", 0.0), ("expected", "11 Mar 2026", 20.0))
    assert table[-1][0] == "projected at most"


def test_contributions_are_those_of_the_two_newest_finished_periods(published: Engine) -> None:
    with published.connect() as connection:
        change = read_change(connection, "METRIC-A", "country", OPERATOR)
    # from 3 to 4: DE from 2 to 1, US from 1 to 3
    assert [(one.slice, one.contribution) for one in change.contributions] == [
        ("country=US", 2),
        ("country=DE", -1),
    ]
    assert [(row[0], row[1]) for row in draw(change).table.rows] == [("US", 2), ("DE", -1)]


def test_slices_that_do_not_add_up_explain_nothing(published: Engine) -> None:
    with published.connect() as connection, pytest.raises(NotOfferedError, match="do not add up"):
        # on 2 March there were 2 after 1: DE went from 9 to 0
        read_change(connection, "METRIC-A", "country", OPERATOR, end=date(2026, 3, 2))


def test_slices_as_large_as_numbers_get_are_in_order_with_their_rest(
    database: Engine, tmp_path: Path
) -> None:
    # by sums DE has 2.4e308, which no double holds, US 1.7e308 and FR 5e307, as has JP with 1e-300 more
    slices = {
        "DE": [8e307, 1.6e308],
        "US": [7e307, 1e308],
        "FR": [-5e307, None],
        "JP": [5e307, 1e-300],
        "CL": [None, -1.6e308],
    }
    rows = [*daily("2026-03-01", [1.5e308, 1e308])]
    for name, values in slices.items():
        rows += daily("2026-03-01", values, slice=f"country={name}")
    now = utc("2026-03-03")
    orders = metric(name="Orders", dimensions=[{"name": "country"}])
    publish_rows(database, tmp_path, rows, metrics=[orders], as_of=now, published_at=now)

    def found(top: int) -> Breakdown:
        query = ChartQuery(metric_id="METRIC-A", breakdown="country", top=top)
        with database.connect() as connection:
            chart = read_chart(connection, query, OPERATOR)
        assert isinstance(chart, Breakdown)
        return chart

    assert [*found(5).slices] == [f"country={name}" for name in ("DE", "US", "CL", "JP", "FR")]
    two = found(2)
    assert two.rest is not None
    assert [*two.rest.values()] == pytest.approx([0, -1.6e308])
    # neither 2e308 of the first day nor the rest of the other slices is a number that can be drawn
    assert found(1).rest is None or draw(found(1))
    assert draw(two).table.rows


def test_there_is_no_rest_where_slices_do_not_add_up_in_every_period(published: Engine) -> None:
    def rest(first: date) -> list[float | None] | None:
        query = ChartQuery(metric_id="METRIC-A", start=first, breakdown="country", top=1)
        with published.connect() as connection:
            found = read_chart(connection, query, OPERATOR)
        assert isinstance(found, Breakdown)
        return None if found.rest is None else [*found.rest.values()]

    # the largest is US with 6, so the rest is DE
    assert rest(date(2026, 3, 2)) == [0, 2, 1]
    assert rest(date(2026, 3, 1)) is None
