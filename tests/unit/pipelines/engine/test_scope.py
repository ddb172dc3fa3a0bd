"""What must be computed again, worked out by hand: no period too few, none too many."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.engine.scope import affected
from schemas.formula.compile import compile_catalog
from schemas.formula.hash import definition_hash
from tests.unit.pipelines.engine.world import Choice, build

ZONE = ZoneInfo("UTC")
AS_OF = datetime(2024, 3, 20, 12, tzinfo=UTC)
EXTENT = (datetime(2024, 1, 10, 8, tzinfo=UTC), datetime(2024, 3, 20, 11, tzinfo=UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-{text}").replace(tzinfo=UTC)


@dataclass
class Publication:
    as_of: datetime
    definition_hashes: dict[str, str] = field(default_factory=dict)


def scope_of(choices, changes=(), previous_as_of=AS_OF, as_of=AS_OF, forced=None, forget=(), extent=EXTENT):
    """Scope after `changes` to event a, all metrics but those in `forget` published before."""
    catalog, _ = build(choices)
    compilation = compile_catalog(catalog)
    hashes = {
        metric_id: definition_hash(catalog.metrics[metric_id], compilation, ZONE.key)
        for metric_id in compilation.order
        if metric_id not in forget
    }
    return affected(
        compilation,
        catalog,
        {"a": [(at(begin), at(end)) for begin, end in changes]},
        {"a": extent, "b": None},
        Publication(previous_as_of, hashes),
        as_of,
        ZONE,
        forced,
    )


def ranges(scope, metric_id="m", grain="day"):
    return [
        (begin.strftime("%m-%d %H:%M"), end.strftime("%m-%d %H:%M"))
        for begin, end in scope.ranges.get((metric_id, grain), ())
    ]


def test_nothing_changed_means_nothing_to_compute():
    assert not scope_of({"m": Choice("count")}).ranges


def test_changed_rows_affect_the_periods_they_lie_in():
    scope = scope_of(
        {"m": Choice("count", ("hour", "day", "month"))},
        [("02-05 10:15", "02-05 10:30"), ("02-29 23:45", "03-01 00:15")],
    )
    assert ranges(scope, grain="hour") == [("02-05 10:00", "02-05 11:00"), ("02-29 23:00", "03-01 01:00")]
    assert ranges(scope) == [("02-05 00:00", "02-06 00:00"), ("02-29 00:00", "03-02 00:00")]
    assert ranges(scope, grain="month") == [("02-01 00:00", "04-01 00:00")]


def test_rows_of_another_event_affect_nothing():
    assert not ranges(scope_of({"m": Choice("p90")}, [("02-05 10:15", "02-05 10:30")]))


def test_a_trailing_window_carries_a_change_forward_exactly_as_far_as_it_reaches():
    scope = scope_of({"m": Choice("sum", window=(3, "day"))}, [("02-05 10:15", "02-05 10:30")])
    assert ranges(scope) == [("02-05 00:00", "02-08 00:00")]
    monthly = scope_of({"m": Choice("sum", window=(1, "month"))}, [("01-31 10:15", "01-31 10:30")])
    # the windows that end after 28 and 29 February begin on 29 January; from 1 March on, on 1 February
    assert ranges(monthly) == [("01-31 00:00", "02-29 00:00")]


def test_lag_carries_a_change_forward_by_its_depth_and_so_does_a_metric_on_metric():
    scope = scope_of(
        {"x": Choice("count"), "m": Choice("growth", other="x"), "n": Choice("times_ten", other="m")},
        [("02-05 10:15", "02-05 10:30")],
    )
    assert ranges(scope, "x") == [("02-05 00:00", "02-06 00:00")]
    assert ranges(scope, "m") == [("02-05 00:00", "02-07 00:00")]
    assert ranges(scope, "n") == [("02-05 00:00", "02-07 00:00")]


def test_a_metric_on_metric_is_affected_at_grains_that_the_other_does_not_offer():
    scope = scope_of(
        {"x": Choice("sum", ("day",), window=(3, "day")), "m": Choice("times_ten", ("hour",), other="x")},
        [("02-05 10:15", "02-05 10:30")],
    )
    assert ranges(scope, "m", "hour") == [("02-05 10:00", "02-08 10:00")]


def test_what_is_carried_forward_is_affected_up_to_the_newest_period():
    scope = scope_of({"m": Choice("sum", null_policy="carry")}, [("02-05 10:15", "02-05 10:30")])
    assert ranges(scope) == [("02-05 00:00", "03-21 00:00")]


def test_a_new_definition_is_computed_from_its_first_event_and_alone():
    scope = scope_of({"m": Choice("count"), "n": Choice("sum")}, forget=("n",))
    assert scope.full == {"n"}
    assert not ranges(scope, "m")
    assert ranges(scope, "n") == [("01-10 00:00", "03-21 00:00")]


def test_a_new_definition_without_events_replaces_what_was_published_by_nothing():
    scope = scope_of({"m": Choice("p90", ("day", "week"))}, forget=("m",))
    assert scope.full == {"m"}
    assert scope.ranges == {("m", "day"): (), ("m", "week"): ()}


def test_a_changed_definition_takes_along_the_metrics_that_read_it():
    before, _ = build({"x": Choice("count"), "m": Choice("times_ten", other="x")})
    compiled = compile_catalog(before)
    hashes = {each: definition_hash(before.metrics[each], compiled, "UTC") for each in compiled.order}
    catalog, _ = build({"x": Choice("sum"), "m": Choice("times_ten", other="x")})
    compilation = compile_catalog(catalog)
    scope = affected(
        compilation, catalog, {}, {"a": EXTENT, "b": None}, Publication(AS_OF, hashes), AS_OF, ZONE
    )
    assert scope.full == {"x", "m"}


def test_another_reporting_zone_changes_everything():
    catalog, _ = build({"m": Choice("count")})
    compilation = compile_catalog(catalog)
    hashes = {"m": definition_hash(catalog.metrics["m"], compilation, "Asia/Kolkata")}
    scope = affected(
        compilation, catalog, {}, {"a": EXTENT, "b": None}, Publication(AS_OF, hashes), AS_OF, ZONE
    )
    assert scope.full == {"m"}


def test_time_that_passes_within_a_period_affects_nothing():
    assert not scope_of({"m": Choice("count")}, as_of=at("03-20 18:00")).ranges


def test_a_period_that_ends_is_computed_again_and_so_are_those_that_begin():
    assert ranges(scope_of({"m": Choice("count")}, as_of=at("03-21 00:00"))) == [
        ("03-20 00:00", "03-21 00:00")
    ]
    assert ranges(scope_of({"m": Choice("count")}, as_of=at("03-22 06:00"))) == [
        ("03-20 00:00", "03-23 00:00")
    ]
    assert not ranges(
        scope_of({"m": Choice("count")}, previous_as_of=at("03-21 00:00"), as_of=at("03-21 00:00"))
    )


def test_events_that_the_as_of_time_passes_over_affect_their_periods():
    late = (EXTENT[0], at("03-20 15:00"))
    scope = scope_of({"m": Choice("count", ("hour", "day"))}, as_of=at("03-20 18:00"), extent=late)
    assert ranges(scope) == [("03-20 00:00", "03-21 00:00")]
    assert ranges(scope, grain="hour") == [("03-20 11:00", "03-20 18:00")]


@pytest.mark.parametrize("as_of", ["03-05 09:00", "03-06 00:00"])
def test_an_earlier_as_of_time_takes_periods_away(as_of):
    scope = scope_of({"m": Choice("count")}, as_of=at(as_of))
    assert ranges(scope) == [("03-05 00:00", "03-21 00:00")]


def test_a_forced_range_is_computed_whatever_changed():
    scope = scope_of({"m": Choice("change")}, forced=(at("02-05 10:00"), at("02-06 00:00")))
    assert ranges(scope) == [("02-05 00:00", "02-07 00:00")]
