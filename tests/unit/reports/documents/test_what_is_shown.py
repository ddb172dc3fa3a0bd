"""Which metrics, grains and periods a report shows, and what it calls a cause; without a database."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.charts.data import MetricBounds, PacePoint
from reports.contributions import Parts
from reports.documents.contents.facts import Cause
from reports.documents.contents.metric_reading import (
    MetricReading,
    alike,
    current_of,
    direction_of,
    grain_for,
)
from reports.documents.contents.movements import cause_of, movement_of
from reports.documents.contents.names import link_to, name_for
from reports.documents.contents.objectives import thinned
from reports.documents.contents.scope import scope_of
from reports.models import MetricValue
from schemas.documents.documents import Catalog, Domain, Grain, Metric, Objective, ReportScope
from tests.build_marts import catalog_of, metric, utc

GRAINS = [grain.value for grain in Grain]
UTC_ZONE = ZoneInfo("UTC")


def value(start: str, end: str, number: float | None, **fields: Any) -> MetricValue:
    known = {
        "metric_id": "METRIC-A",
        "grain": "week",
        "slice": "",
        "period_start": utc(start),
        "period_end": utc(end),
        "is_complete": True,
        "value": number,
        "numerator": None,
        "denominator": None,
        "sample_count": 1,
        "is_carried": False,
        "status": "ok",
        "previous_value": None,
        "change_pct": None,
        "baseline_value": None,
        "definition_version": "1.0.0",
        "definition_hash": "hash-1",
        "publication_id": 1,
    }
    return MetricValue(**(known | fields))


def reading(*numbers: float | None, metric_of: Metric | None = None, **newest: Any) -> MetricReading:
    """Weeks that end with the one of 7 October 2013."""
    first = utc("2013-10-14") - timedelta(weeks=len(numbers))
    rows = []
    for place, number in enumerate(numbers):
        start = first + timedelta(weeks=place)
        before = numbers[place - 1] if place else None
        change = 100 * (number - before) / abs(before) if number is not None and before else None
        row = value("2013-01-01", "2013-01-02", number, previous_value=before, change_pct=change)
        rows.append(replace(row, period_start=start, period_end=start + timedelta(weeks=1)))
    if newest:
        rows[-1] = replace(rows[-1], **newest)
    return MetricReading(metric_of or metric(), "week", tuple(rows), rows[-1], MetricBounds(), is_judged=True)


@given(st.sampled_from(GRAINS), st.sets(st.sampled_from(GRAINS), min_size=1))
def test_the_grain_is_the_reports_own_or_the_nearest_finer_or_the_nearest_coarser_one(
    wanted: str, offered: set[str]
) -> None:
    found = grain_for(wanted, sorted(offered, key=GRAINS.index))
    ranks = [GRAINS.index(each) for each in offered]
    finer = [rank for rank in ranks if rank <= GRAINS.index(wanted)]
    assert GRAINS.index(found) == (max(finer) if finer else min(ranks))


@pytest.mark.parametrize(
    ("row", "is_shown"),
    [
        (value("2013-10-07", "2013-10-14", 1), True),
        (value("2013-09-30", "2013-10-07", 1), False),
        (value("2013-10-13", "2013-10-14", 1, grain="day"), True),
        (value("2013-10-07", "2013-10-08", 1, grain="day"), True),
        (value("2013-10-06", "2013-10-07", 1, grain="day"), False),
        (value("2013-09-01", "2013-10-01", 1, grain="month"), True),
        (value("2013-08-01", "2013-09-01", 1, grain="month"), False),
    ],
)
def test_a_period_is_shown_where_it_is_the_reports_or_the_last_in_it_or_before_its_end(
    *, row: MetricValue, is_shown: bool
) -> None:
    window = (utc("2013-10-07"), utc("2013-10-14"))
    assert current_of([row], "week", window, UTC_ZONE) == (row if is_shown else None)


def test_february_is_the_last_month_of_a_week_that_ends_with_march() -> None:
    february = value("2013-02-01", "2013-03-01", 1, grain="month")
    assert current_of([february], "week", (utc("2013-03-25"), utc("2013-04-01")), UTC_ZONE) is None
    assert current_of([february], "week", (utc("2013-03-18"), utc("2013-03-31")), UTC_ZONE) == february


def test_bounds_of_months_say_something_of_weeks_that_are_about_as_large() -> None:
    assert alike([80, 84, None, 82], [79, 85])
    assert alike([-8, 16], [12, 10])
    assert not alike([6_500, 6_300], [28_000, 27_000])
    assert not alike([2_100, 2_120], [3_200])
    assert not alike([], [3_200])
    assert not alike([0.0], [0.0])


def test_a_change_is_good_where_it_goes_the_way_that_is_wanted() -> None:
    rising = metric(definition={"expected_direction": "increase"})
    falling = metric(definition={"expected_direction": "decrease"})
    kept = metric(definition={"expected_direction": "maintain"})
    assert [direction_of(rising, change) for change in (5.0, -5.0, 0.0, None)] == [True, False, None, None]
    assert [direction_of(falling, change) for change in (5.0, -5.0)] == [False, True]
    assert direction_of(kept, 5.0) is None
    assert direction_of(metric(), 5.0) is None


def test_a_step_is_as_unusual_as_it_is_longer_than_the_usual_one() -> None:
    # steps of 2, 4, 2 and then 12: the median of the first three is 2
    assert reading(10, 12, 16, 14, 26).unusual == 6
    assert reading(10, 10, 10, 11).unusual == 1
    assert reading(10).unusual == 0


def test_what_did_not_change_or_is_not_over_or_has_a_gap_before_it_did_not_move() -> None:
    assert movement_of(reading(10, 12)) is not None
    assert movement_of(reading(10, 10)) is None
    assert movement_of(reading(10, None)) is None
    assert movement_of(reading(10, 12, is_complete=False)) is None
    gap = reading(10, 12, 14)
    assert movement_of(replace(gap, rows=(gap.rows[0], gap.rows[2]))) is None


def test_the_cause_is_the_slice_with_the_largest_share_of_a_change_that_adds_up() -> None:
    def both(before: float, after: float) -> tuple[Parts, Parts]:
        return Parts(before), Parts(after)

    slices = {
        "origin=EWR": both(40, 30),
        "origin=LGA": both(60, 60),
        "carrier=AA": both(50, 44),
        "carrier=B%3D6": both(50, 46),
        # does not add up to the total, so explains nothing
        "crew=1": both(0, -500),
        "crew=2": both(1, 1),
        "kind=all": both(100, 90),
    }
    assert cause_of((Parts(100), Parts(90)), slices) == Cause("origin", "EWR", 1.0)
    del slices["origin=EWR"]
    assert cause_of((Parts(100), Parts(90)), slices) == Cause("carrier", "AA", 0.6)
    assert cause_of((Parts(100), Parts(100)), slices) is None


def catalog() -> Catalog:
    return catalog_of(
        [metric("A", business_domain="shop"), metric("B"), metric("C")],
        [
            Objective(objective_id="O", name="O", business_domain="SHOP"),
            Objective(objective_id="P", name="P"),
        ],
        [Domain(domain_id="SHOP", name="Shop", key_metrics=["C"]), Domain(domain_id="OTHER", name="Other")],
    )


def test_nothing_stated_means_everything_and_a_domain_brings_its_objectives_and_metrics() -> None:
    everything = scope_of(ReportScope(), catalog())
    assert (everything.domains, everything.objectives, everything.metrics) == (
        ("SHOP", "OTHER"),
        ("O", "P"),
        ("A", "B", "C"),
    )
    assert everything.is_all
    shop = scope_of(ReportScope(domains=["shop"], metrics=["B"]), catalog())
    assert (shop.domains, shop.objectives, shop.metrics) == (("SHOP",), ("O",), ("A", "B", "C"))
    assert (shop.named, shop.is_all, shop.unknown) == (("B",), False, ())


def test_an_objective_brings_no_metrics_and_what_is_unknown_is_told() -> None:
    found = scope_of(ReportScope(objectives=["P"], metrics=["GONE"]), catalog())
    assert (found.domains, found.objectives, found.metrics) == ((), ("P",), ())
    assert found.unknown == ("GONE",)


@given(
    st.lists(st.text(min_size=1), min_size=1, max_size=2),
    st.lists(st.text(min_size=1), min_size=1, max_size=2),
)
def test_names_of_sections_are_plain_and_differ_where_ids_differ(ids: list[str], others: list[str]) -> None:
    found = name_for("metric", *ids)
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert (name_for("metric", *others) == found) == (others == ids)


def test_a_link_leads_to_one_page_whatever_the_id_holds() -> None:
    assert link_to("metrics", "a/b?c#d", "A").href == "/metrics/a%2Fb%3Fc%23d"


@given(st.integers(0, 400))
def test_a_long_way_is_drawn_with_twelve_points_that_end_with_the_newest(count: int) -> None:
    first = datetime(2013, 1, 1, tzinfo=UTC)
    points = tuple(PacePoint(first + timedelta(days=n), float(n)) for n in range(count))
    found = thinned(points)
    assert len(found) == min(len(found), 12)
    assert found[-1:] == points[-1:]
    assert set(found) <= set(points)
    assert len(found) == count or len(found) > 5


LARGEST = 1.7976931348623157e308


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=6))
@example([LARGEST, LARGEST, LARGEST, -LARGEST])
@example([-LARGEST, LARGEST, -LARGEST, LARGEST])
def test_what_moved_is_told_of_numbers_of_any_size(numbers: list[float]) -> None:
    assert isinstance(alike(numbers, numbers), bool)
    assert not math.isnan(reading(*numbers).unusual)
