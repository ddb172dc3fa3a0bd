"""Values worked out by hand from a few rows, and how little is read to get them."""

import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.engine import additive, holistic, run
from tests.unit.pipelines.engine import world
from tests.unit.pipelines.engine.reference import Reference
from tests.unit.pipelines.engine.world import Choice, State, build, differences

ZONE = ZoneInfo("UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-{text}").replace(tzinfo=UTC)


def event(when, value=None, k=None, p=None, q=None, number=0):
    return {
        "occurred_at": at(when),
        "file_id": "f",
        "row_number": number,
        "p": p,
        "q": q,
        "value": value,
        "k": k,
    }


def publish(folder, choices, a=(), b=(), as_of="01-05 12:00", state=None, changes=None, zone=ZONE):
    catalog, _ = build(choices)
    events = {"a": list(a), "b": list(b)}
    return world.run(folder, catalog, events, at(as_of), zone, state, changes)


def values(outcome, metric_id="m", slice_text="", grain="day"):
    """Values by day of the month."""
    return {
        start.day: fact.value
        for (of_metric, of_grain, of_slice, start), fact in sorted(outcome.state.rows.items())
        if (of_metric, of_grain, of_slice) == (metric_id, grain, slice_text)
    }


def facts(outcome, attribute, metric_id="m"):
    return [
        getattr(fact, attribute) for key, fact in sorted(outcome.state.rows.items()) if key[0] == metric_id
    ]


def test_periods_without_rows_exist_from_the_first_row_to_the_newest_period(tmp_path):
    outcome = publish(tmp_path, {"m": Choice("sum")}, [event("01-02 10:00", 5.0), event("01-04 10:00", 7.0)])
    assert values(outcome) == {2: 5.0, 3: None, 4: 7.0, 5: None}
    assert facts(outcome, "sample_count") == [1, 0, 1, 0]
    assert facts(outcome, "is_complete") == [True, True, True, False]


def test_the_null_policy_says_what_a_period_without_rows_is(tmp_path):
    rows = [event("01-02 10:00", 5.0), event("01-04 10:00", 7.0)]
    outcome = publish(
        tmp_path, {"m": Choice("sum", null_policy="zero"), "n": Choice("sum", null_policy="carry")}, rows
    )
    assert values(outcome) == {2: 5.0, 3: 0.0, 4: 7.0, 5: 0.0}
    assert values(outcome, "n") == {2: 5.0, 3: 5.0, 4: 7.0, 5: 7.0}
    assert facts(outcome, "is_carried", "n") == [False, True, False, True]


def test_a_value_is_carried_into_a_period_whose_rows_do_not_give_one(tmp_path):
    rows = [event("01-02 10:00", 5.0), event("01-03 10:00", None), event("01-05 10:00", 4.0)]
    outcome = publish(tmp_path, {"m": Choice("sum", null_policy="carry")}, rows)
    assert values(outcome) == {2: 5.0, 3: 5.0, 4: 5.0, 5: 4.0}
    assert facts(outcome, "is_carried") == [False, True, True, False]


def test_a_stock_stands_on_days_on_which_something_else_happened(tmp_path):
    rows = [
        event("01-02 10:00", 10.0, p="x"),
        event("01-03 10:00", 1.0, p="y"),
        event("01-05 10:00", 4.0, p="x"),
    ]
    outcome = publish(tmp_path, {"m": Choice("stock", null_policy="carry")}, rows)
    assert values(outcome) == {2: 10.0, 3: 10.0, 4: 10.0, 5: 4.0}
    first = publish(tmp_path, {"m": Choice("stock", null_policy="carry")}, [rows[0], rows[2]])
    changes = {"a": [(at("01-03 10:00"), at("01-03 10:15"))]}
    later = publish(
        tmp_path, {"m": Choice("stock", null_policy="carry")}, rows, state=first.state, changes=changes
    )
    assert later.state.rows == outcome.state.rows


def test_a_metric_of_metrics_is_worth_what_they_are_worth_on_a_day_without_rows(tmp_path):
    rows = [event("01-01 10:00", 6.0), event("01-02 10:00", 3.0), event("01-04 10:00", 12.0)]
    choices = {
        "v0": Choice("sum", null_policy="zero"),
        "same": Choice("same", other="v0"),
        "delta": Choice("growth", other="v0"),
        "deltaz": Choice("growth", other="v0", null_policy="zero"),
        "deltac": Choice("growth", other="v0", null_policy="carry"),
        "margin": Choice("less_five", other="v0", null_policy="zero"),
        "twice": Choice("growth", other="delta"),
    }
    outcome = publish(tmp_path, choices, rows, as_of="01-05 00:00")
    assert values(outcome, "v0") == values(outcome, "same") == {1: 6.0, 2: 3.0, 3: 0.0, 4: 12.0}
    delta = {1: None, 2: -3.0, 3: -3.0, 4: 12.0}
    assert values(outcome, "delta") == values(outcome, "deltaz") == values(outcome, "deltac") == delta
    assert values(outcome, "margin") == {1: 1.0, 2: -2.0, 3: -5.0, 4: 7.0}
    assert values(outcome, "twice") == {1: None, 2: None, 3: 0.0, 4: 15.0}
    assert not any(facts(outcome, "is_carried", "deltac"))


def test_a_metric_of_what_is_carried_is_known_while_that_is(tmp_path):
    rows = [event("01-02 10:00", 3.0), event("01-04 10:00", 4.0)]
    choices = {"stock": Choice("last", null_policy="carry"), "m": Choice("times_ten", other="stock")}
    outcome = publish(tmp_path, choices, rows)
    assert values(outcome) == {2: 30.0, 3: 30.0, 4: 40.0, 5: 40.0}
    assert not any(facts(outcome, "is_carried"))


def test_a_change_begins_with_the_second_period_of_its_slice(tmp_path):
    rows = [
        event("01-01 10:00", 6.0, p="x"),
        event("01-04 10:00", 10.0, p="y"),
        event("01-05 10:00", 1.0, p="y"),
    ]
    choices = {
        "v0": Choice("sum", null_policy="zero"),
        "m": Choice("growth", dimensions=("p",), other="v0"),
        "n": Choice("sum_change", dimensions=("p",), null_policy="zero"),
    }
    outcome = publish(tmp_path, choices, rows)
    for metric_id in ("m", "n"):
        assert values(outcome, metric_id, "p=x") == {1: None, 2: -6.0, 3: 0.0, 4: 0.0, 5: 0.0}
        assert values(outcome, metric_id, "p=y") == {4: None, 5: -9.0}


def test_a_change_moves_with_the_beginning_of_its_slice(tmp_path):
    choices = {"v0": Choice("sum", null_policy="zero"), "m": Choice("growth", ("day",), ("p",), other="v0")}
    rows = [event("01-01 10:00", 1.0, p="y"), event("01-04 10:00", 10.0, p="x")]
    first = publish(tmp_path, choices, rows)
    assert values(first, slice_text="p=x") == {4: None, 5: -10.0}
    changes = {"a": [(at("01-02 10:00"), at("01-02 10:15"))]}
    earlier = [*rows, event("01-02 10:00", 2.0, p="x", number=1)]
    second = publish(tmp_path, choices, earlier, state=first.state, changes=changes)
    assert values(second, slice_text="p=x") == {2: None, 3: -2.0, 4: 10.0, 5: -10.0}
    third = publish(tmp_path, choices, rows, state=second.state, changes=changes)
    assert third.state.rows == first.state.rows


@pytest.mark.slow
def test_zero_is_the_zero_of_each_aggregate_and_a_quotient_of_nothing_has_no_value(tmp_path):
    rows = [event("01-02 10:00", 5.0, 2.0), event("01-04 10:00", 7.0, 1.0)]
    names = ("mean", "median", "span", "last", "deviation", "distinct", "per_other", "share", "both")
    choices = {name: Choice(name, null_policy="zero") for name in names}
    day = {name: values(publish(tmp_path, choices, rows), name)[3] for name in names}
    assert day == dict.fromkeys(names, 0.0) | {"per_other": None, "share": None}


def test_with_rows_a_count_of_the_other_event_is_zero_and_a_sum_is_null_unless_null_is_zero(tmp_path):
    choices = {
        "per": Choice("per_other"),  # SUM(a.value) / COUNT(b)
        "both": Choice("both"),  # COALESCE(SUM(a.value), -1) + SUM(b.value)
        "zero": Choice("both", null_policy="zero"),
    }
    outcome = publish(tmp_path, choices, [event("01-04 10:00", 6.0)], [event("01-05 10:00", 4.0)])
    assert values(outcome, "per") == {4: None, 5: None}
    assert values(outcome, "both") == {4: None, 5: 3.0}
    assert values(outcome, "zero") == {4: 6.0, 5: 4.0}


def test_a_ratio_of_a_total_comes_from_its_parts_not_from_the_ratios_of_slices(tmp_path):
    # x: 1 of 1, y: 1 of 3 → total 2 of 4, where the mean of ratios would be 2/3
    rows = [
        event("01-05 10:00", k=2.0, p="x"),
        event("01-05 10:00", k=2.0, p="y"),
        event("01-05 10:00", k=2.0, p="x"),
        event("01-05 10:00", k=2.0, p="y"),
    ]
    outcome = publish(tmp_path, {"m": Choice("share", dimensions=("p",))}, rows)
    assert values(outcome) == {5: 50.0}
    assert values(outcome, slice_text="p=x") == {5: 100.0}
    assert values(outcome, slice_text="p=y") == {5: 0.0}


def test_numerator_and_denominator_stand_beside_a_quotient(tmp_path):
    rows = [event("01-04 10:00", 6.0), event("01-04 11:00", 3.0)]
    outcome = publish(tmp_path, {"m": Choice("mean", null_policy="carry")}, rows)
    table = pq.read_table(outcome.computed.path).sort_by("period_start").to_pylist()
    assert [(row["numerator"], row["denominator"], row["value"]) for row in table] == [
        (9.0, 2.0, 4.5),
        (None, None, 4.5),
    ]


def test_slices_name_their_dimensions_sorted_and_encode_what_would_confuse(tmp_path):
    choices = {"m": Choice("count", dimensions=("q",), breakdowns=(("q", "p"),))}
    outcome = publish(tmp_path, choices, [event("01-05 10:00", p="50%,a=b", q=None)])
    assert {key[2] for key in outcome.state.rows} == {"", "q=(none)", "p=50%25%2Ca%3Db,q=(none)"}


def test_a_slice_begins_with_its_own_first_row(tmp_path):
    rows = [event("01-02 10:00", p="x"), event("01-04 10:00", p="y")]
    outcome = publish(tmp_path, {"m": Choice("count", dimensions=("p",))}, rows)
    assert values(outcome, slice_text="p=x") == {2: 1.0, 3: None, 4: None, 5: None}
    assert values(outcome, slice_text="p=y") == {4: 1.0, 5: None}


def test_lag_reads_the_period_before_even_where_that_has_no_value(tmp_path):
    rows = [event("01-02 10:00"), event("01-02 11:00"), event("01-03 10:00"), event("01-05 10:00")]
    choices = {"m": Choice("change"), "z": Choice("change", null_policy="zero")}
    outcome = publish(tmp_path, choices, rows)
    assert values(outcome) == {2: None, 3: -1.0, 4: None, 5: None}
    assert values(outcome, "z") == {2: None, 3: -1.0, 4: -1.0, 5: 1.0}


def test_a_metric_on_metric_takes_the_others_policy_and_window_at_its_own_slices(tmp_path):
    rows = [event("01-02 10:00", 5.0, p="x"), event("01-05 10:00", 7.0, p="y")]
    choices = {
        "x": Choice("sum", null_policy="carry", window=(2, "day")),  # published as a total only
        "m": Choice("times_ten", dimensions=("p",), other="x"),
    }
    outcome = publish(tmp_path, choices, rows)
    assert values(outcome, "x") == {2: 5.0, 3: 5.0, 4: 5.0, 5: 7.0}
    assert values(outcome) == {2: 50.0, 3: 50.0, 4: 50.0, 5: 70.0}
    assert values(outcome, slice_text="p=x") == {2: 50.0, 3: 50.0, 4: 50.0, 5: 50.0}
    assert values(outcome, slice_text="p=y") == {5: 70.0}


def test_rows_are_counted_once_per_event_in_the_widest_window(tmp_path):
    rows = [event("01-03 10:00", k=1.0), event("01-04 10:00", k=1.0), event("01-05 10:00", k=1.0)]
    choices = {
        "x": Choice("p90", window=(2, "day")),
        "m": Choice("with_rows", other="x"),  # METRIC('x') / COUNT(b), both of event b
    }
    outcome = publish(tmp_path, choices, b=rows)
    assert facts(outcome, "sample_count", "x") == [1, 2, 2]
    assert facts(outcome, "sample_count", "m") == [1, 2, 2]
    mixed = publish(tmp_path, {"m": Choice("per_other")}, [event("01-05 09:00", 1.0)], rows)
    assert facts(mixed, "sample_count") == [1, 1, 2]


def test_a_distinct_count_of_a_trailing_window_counts_a_value_once(tmp_path):
    days = {1: "x", 2: "xy", 3: "y", 4: "", 5: "z"}
    rows = [event(f"01-0{day} 10:00", q=text, p="p") for day, texts in days.items() for text in texts]
    choices = {"m": Choice("distinct", ("day", "week"), ("p",), window=(2, "day"))}
    outcome = publish(tmp_path, choices, rows)
    assert values(outcome) == {1: 1.0, 2: 2.0, 3: 2.0, 4: 1.0, 5: 1.0}
    assert values(outcome, slice_text="p=p") == values(outcome)


def test_a_window_of_hours_over_half_an_hour_of_clock_change_takes_the_elapsed_time(tmp_path):
    # on Lord Howe the clock goes from 02:00 back to 01:30 at 15:00Z, so hours begin at half past from then on
    rows = [event("04-06 14:10"), event("04-06 14:40"), event("04-06 15:10"), event("04-06 15:40")]
    zone = ZoneInfo("Australia/Lord_Howe")
    choices = {"m": Choice("count", ("hour",), window=(1, "hour"))}
    outcome = publish(tmp_path, choices, rows, as_of="04-06 16:30", zone=zone)
    by_start = {key[3].strftime("%H:%M"): fact.value for key, fact in sorted(outcome.state.rows.items())}
    # [14:00, 15:00), then [14:30, 15:30) for the half hour behind the change, then [15:30, 16:30)
    assert by_start == {"14:00": 2.0, "15:00": 2.0, "15:30": 1.0}


def test_events_at_or_after_as_of_do_not_count_and_a_boundary_ends_the_newest_period(tmp_path):
    rows = [event("01-03 10:00"), event("01-04 00:00"), event("01-05 10:00")]
    outcome = publish(tmp_path, {"m": Choice("count")}, rows, as_of="01-04 00:00")
    assert values(outcome) == {3: 1.0}
    assert facts(outcome, "is_complete") == [True]
    assert outcome.computed.data_through == at("01-03 10:00")


def test_data_reach_to_the_last_event_that_counts_however_long_ago(tmp_path):
    rows = [event("01-03 10:00"), event("03-05 10:00")]
    outcome = publish(tmp_path, {"m": Choice("count")}, rows, as_of="03-01 00:00")
    assert outcome.computed.data_through == at("01-03 10:00")
    assert publish(tmp_path, {"m": Choice("count")}, rows, as_of="01-02 00:00").computed.data_through is None


def test_first_and_last_go_by_time_then_by_place_in_the_file_and_skip_nulls(tmp_path):
    rows = [
        event("01-05 10:00", 1.0, 1.0, number=2),
        event("01-05 10:00", 2.0, 2.0, number=1),
        event("01-05 09:00", None, None, number=3),
        event("01-05 11:00", None, None, number=4),
    ]
    outcome = publish(tmp_path, {"m": Choice("first"), "n": Choice("last")}, rows)
    assert values(outcome) == {5: 2.0}
    assert values(outcome, "n") == {5: 1.0}


def test_no_events_at_all_give_an_empty_file(tmp_path):
    outcome = publish(tmp_path, {"m": Choice("count")})
    assert (outcome.computed.row_count, outcome.computed.data_through) == (0, None)
    assert pq.read_table(outcome.computed.path).schema.equals(run.VALUES)


# ---- in parts -------------------------------------------------------------------------------------------


def test_only_the_days_of_changed_rows_are_read_again(tmp_path):
    choices = {"m": Choice("sum", dimensions=("p",)), "d": Choice("distinct"), "w": Choice("p90")}
    rows = [event(f"01-{day:02} 10:00", float(day), p="x") for day in range(1, 21)]
    first = publish(tmp_path, choices, rows, as_of="01-20 12:00")
    rows[6] = event("01-07 10:00", 100.0, p="x")
    changes = {"a": [(at("01-07 10:00"), at("01-07 10:15"))]}
    again = publish(tmp_path, choices, rows, as_of="01-20 12:00", state=first.state, changes=changes)
    assert {span for _, spans in again.lake.asked for span in spans} == {(at("01-07"), at("01-08"))}
    assert {name for name, _ in again.lake.asked} == {"a"}
    assert again.computed.events_scanned == 1
    assert values(again)[7] == 100.0


def test_a_new_metric_does_not_make_the_others_read_everything(tmp_path):
    rows = [event(f"01-{day:02} 10:00", float(day)) for day in range(1, 21)]
    first = publish(tmp_path, {"m": Choice("sum")}, rows, as_of="01-20 12:00")
    changes = {"a": [(at("01-07 10:00"), at("01-07 10:15"))]}
    again = publish(
        tmp_path,
        {"m": Choice("sum"), "n": Choice("count")},
        rows,
        as_of="01-20 12:00",
        state=first.state,
        changes=changes,
    )
    spans = [span for _, spans in again.lake.asked for span in spans]
    assert (at("01-07"), at("01-08")) in spans
    assert {key[0]: len(values(again, key[0])) for key in again.state.rows} == {"m": 20, "n": 20}
    assert sum(key[0] == "m" for key in world.read(again.computed)) == 1


def test_a_new_definition_forgets_where_its_slices_began(tmp_path):
    rows = [event("01-02 10:00"), event("01-04 10:00", 3.0)]
    first = publish(tmp_path, {"m": Choice("count"), "n": Choice("count")}, rows)
    changes = {"a": [(at("01-02 10:00"), at("01-02 10:15"))]}
    choices = {"m": Choice("sum", null_policy="zero"), "n": Choice("count")}
    again = publish(tmp_path, choices, rows[1:], state=first.state, changes=changes)
    assert values(again) == {4: 3.0, 5: 0.0}
    assert values(again, "n") == {4: 1.0, 5: None}


def test_lag_of_the_day_after_a_correction_follows_it(tmp_path):
    rows = [event(f"01-0{day} 10:00") for day in range(1, 6)]
    first = publish(tmp_path, {"m": Choice("change")}, rows)
    rows += [event("01-03 11:00", number=1)]
    changes = {"a": [(at("01-03 11:00"), at("01-03 11:15"))]}
    again = publish(tmp_path, {"m": Choice("change")}, rows, state=first.state, changes=changes)
    assert values(again) == {1: None, 2: 0.0, 3: 1.0, 4: -1.0, 5: 0.0}


def test_what_is_carried_into_the_scope_comes_from_the_values_published_before_it(tmp_path):
    choices = {"m": Choice("sum", null_policy="carry", dimensions=("p",))}
    rows = [event("01-02 10:00", 5.0, p="x"), event("01-04 10:00", 7.0, p="x")]
    first = publish(tmp_path, choices, rows)
    changes = {"a": [(at("01-04 10:00"), at("01-04 10:15"))]}
    again = publish(tmp_path, choices, rows[:1], state=first.state, changes=changes)
    assert values(again, slice_text="p=x") == {2: 5.0, 3: 5.0, 4: 5.0, 5: 5.0}
    assert all(begin >= at("01-04") for _, spans in again.lake.asked for begin, _ in spans)


def test_what_is_carried_through_a_metric_that_does_not_publish_the_slice_is_looked_up_in_the_events(
    tmp_path,
):
    choices = {
        "x": Choice("sum", null_policy="carry"),
        "m": Choice("with_rows", dimensions=("p",), other="x"),  # METRIC('x') / COUNT(b)
    }
    rows = [event("01-02 10:00", 8.0, p="x")]
    other = [event("01-03 10:00", p="x"), event("01-05 10:00", p="x")]
    first = publish(tmp_path, choices, rows, other)
    rows += [event("01-05 11:00", 1.0, p="y", number=1)]
    other += [event("01-05 11:00", p="x", number=1)]
    change = [(at("01-05 11:00"), at("01-05 11:15"))]
    again = publish(tmp_path, choices, rows, other, state=first.state, changes={"a": change, "b": change})
    assert values(again, "x") == {2: 8.0, 3: 8.0, 4: 8.0, 5: 1.0}
    assert values(again, slice_text="p=x") == {2: None, 3: 8.0, 4: None, 5: 4.0}


def test_an_earlier_first_row_fills_the_gap_up_to_the_old_beginning(tmp_path):
    choices = {"m": Choice("count", dimensions=("p",))}
    rows = [event("01-01 10:00", p="y"), event("01-04 10:00", p="x")]
    first = publish(tmp_path, choices, rows)
    rows += [event("01-02 10:00", p="x", number=1)]
    changes = {"a": [(at("01-02 10:00"), at("01-02 10:15"))]}
    again = publish(tmp_path, choices, rows, state=first.state, changes=changes)
    assert values(again, slice_text="p=x") == {2: 1.0, 3: None, 4: 1.0, 5: None}
    assert again.computed.scope.ranges["m", "day"] == ((at("01-02"), at("01-04")),)


def test_a_first_row_that_goes_away_takes_the_empty_periods_behind_it_along(tmp_path):
    choices = {"m": Choice("count", dimensions=("p",))}
    rows = [event("01-01 10:00", p="y"), event("01-02 10:00", p="x"), event("01-04 10:00", p="x")]
    first = publish(tmp_path, choices, rows)
    changes = {"a": [(at("01-02 10:00"), at("01-02 10:15"))]}
    again = publish(tmp_path, choices, [rows[0], rows[2]], state=first.state, changes=changes)
    assert values(again, slice_text="p=x") == {4: 1.0, 5: None}
    gone = publish(
        tmp_path, choices, rows[:1], state=again.state, changes={"a": [(at("01-04"), at("01-05"))]}
    )
    assert values(gone, slice_text="p=x") == {}


def test_an_earlier_as_of_time_takes_periods_and_rows_away(tmp_path):
    rows = [event("01-02 10:00"), event("01-04 10:00"), event("01-04 18:00", number=1)]
    first = publish(tmp_path, {"m": Choice("count")}, rows, as_of="01-07 00:00")
    again = publish(tmp_path, {"m": Choice("count")}, rows, as_of="01-04 12:00", state=first.state)
    assert values(again) == {2: 1.0, 3: None, 4: 1.0}
    assert facts(again, "is_complete") == [True, True, False]


def test_a_slice_may_begin_earlier_while_the_as_of_time_goes_back_before_its_old_beginning(tmp_path):
    choices = {"m": Choice("count", dimensions=("p",))}
    rows = [event("01-01 10:00", p="y"), event("01-06 10:00", p="x")]
    first = publish(tmp_path, choices, rows, as_of="01-07 12:00")
    rows += [event("01-02 10:00", p="x", number=1)]
    changes = {"a": [(at("01-02 10:00"), at("01-02 10:15"))]}
    again = publish(tmp_path, choices, rows, as_of="01-04 12:00", state=first.state, changes=changes)
    assert values(again, slice_text="p=x") == {2: 1.0, 3: None, 4: None}


# ---- ways of computing that only size brings about ------------------------------------------------------


@pytest.fixture
def many_rows():
    return [
        event(
            "01-01 00:00", float(number % 7), float(number % 5), "xy"[number % 2], "xyz"[number % 3], number
        )
        | {"occurred_at": at("01-01 00:00") + timedelta(hours=number)}
        for number in range(100)
    ]


def test_quantiles_computed_in_parts_are_the_same(tmp_path, monkeypatch, many_rows):
    monkeypatch.setattr(holistic, "_MOST_HELD", 10)
    choices = {
        "m": Choice("median", ("hour", "day", "week"), ("p",)),
        "n": Choice("median", window=(2, "day")),
        "o": Choice("deviation", window=(36, "hour")),
    }
    assert_equal_to_reference(tmp_path, choices, many_rows)


def test_conditions_tried_on_groups_give_the_same(tmp_path, monkeypatch, many_rows):
    monkeypatch.setattr(additive, "_MIN_KEYED", 1)
    choices = {"m": Choice("row_arithmetic", dimensions=("p",)), "n": Choice("share"), "o": Choice("count")}
    assert_equal_to_reference(tmp_path, choices, many_rows)


def test_metrics_evaluated_in_batches_are_the_same(tmp_path, monkeypatch, many_rows):
    monkeypatch.setattr(run, "_BATCH", 2)
    monkeypatch.setattr(run, "_ROW_GROUP", 3)
    choices = {
        "a": Choice("count", dimensions=("p",)),
        "b": Choice("sum"),
        "c": Choice("growth", dimensions=("p",), other="a"),
        "d": Choice("times_ten", dimensions=("p",), other="c"),
        "e": Choice("times_ten", other="b"),
    }
    assert_equal_to_reference(tmp_path, choices, many_rows)


def assert_equal_to_reference(folder, choices, rows):
    catalog, specs = build(choices)
    events = {"a": rows, "b": []}
    found = world.run(folder, catalog, events, at("01-06 12:00"), ZONE).state
    assert isinstance(found, State)
    assert not differences(found.rows, Reference(ZONE, at("01-06 12:00"), specs, events).table())


# ---- sums of both signs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ((0.1, 0.2, -0.3), 0.0),
        ((0.1, 1e8, -1e8), 0.1),
        ((1e8, 0.1, -1e8), 0.1),
        ((19.99, 5.01, -25.0, 0.07), 0.07),
        ((1e15 + 1, -1e15), 1.0),
        ((2.5e-17, -1e-17), 1.5e-17),
        ((1e300, -1e300), 0.0),
        ((0.0, 0.0), 0.0),
        ((9007199254740991.0, -1.0, 1.0), 9007199254740991.0),
    ],
)
def test_what_cancels_out_leaves_no_noise(tmp_path, amounts, expected):
    rows = [
        event("01-05 10:00", amount, p=str(number), number=number) for number, amount in enumerate(amounts)
    ]
    choices = {"m": Choice("sum", ("day", "week"), ("p",)), "n": Choice("sum", window=(3, "day"))}
    outcome = publish(tmp_path, choices, rows)
    assert values(outcome) == values(outcome, "n") == {5: expected}


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_a_sum_that_no_double_holds_on_its_way_is_right_to_its_last_digit(tmp_path, order):
    # 2^53 - 1 less or more 1.5 is between two doubles: which of them it becomes depends on the order of groups
    amounts = [(9007199254740991.0, -1.5, 1.5)[place] for place in order]
    rows = [event("01-05 10:00", amount, p=str(place)) for place, amount in enumerate(amounts)]
    assert abs(values(publish(tmp_path, {"m": Choice("sum", dimensions=("p",))}, rows))[5] - (2**53 - 1)) <= 1


@pytest.mark.parametrize(
    ("values_of_a", "values_of_k", "expected"),
    [
        ((0.1, 0.2), (0.3,), 0.0),
        ((0.3,), (0.1, 0.2), 0.0),
        ((1e6, 1.1), (1e6, 0.1), 1.0),
        ((0.1, 0.2), (0.2,), 0.1),
        ((5000000000000000.0,), (4999999999999999.0,), 1.0),
        ((1e-20,), (0.0,), 1e-20),
        ((0.1,), (), None),
    ],
)
def test_totals_that_differ_by_rounding_alone_leave_nothing(tmp_path, values_of_a, values_of_k, expected):
    amounts = [(value, None) for value in values_of_a] + [(None, value) for value in values_of_k]
    rows = [event("01-04 10:00", value, k, number=number) for number, (value, k) in enumerate(amounts)]
    found = values(publish(tmp_path, {"m": Choice("net")}, rows))[4]
    assert found == (expected if not expected else pytest.approx(expected, rel=1e-9, abs=0))


def test_a_metric_that_changes_by_rounding_alone_has_not_changed(tmp_path):
    rows = [
        event("01-03 10:00", 0.1, number=0),
        event("01-03 10:00", 0.2, number=1),
        event("01-04 10:00", 0.3, number=2),
    ]
    choices = {"m": Choice("sum"), "change": Choice("growth", other="m")}
    assert values(publish(tmp_path, choices, rows), "change")[4] == 0


def test_a_sum_that_cancels_out_from_below_is_a_plain_zero(tmp_path):
    rows = [event("01-05 10:00", amount, number=number) for number, amount in enumerate((0.3, -0.1, -0.2))]
    assert str(values(publish(tmp_path, {"m": Choice("sum")}, rows))[5]) == "0.0"


@pytest.mark.parametrize(("value", "formula"), [(-0.0, "sum"), (-0.0, "median"), (0.0, "negated")])
def test_no_value_is_a_negative_zero(tmp_path, value, formula):
    outcome = publish(tmp_path, {"m": Choice(formula)}, [event("01-05 10:00", value)])
    assert str(values(outcome)[5]) == "0.0"


@given(st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=40), st.integers(0, 4), st.randoms())
@settings(max_examples=5, deadline=None)
def test_sums_of_decimals_are_right_in_any_order(cents, places, order):
    amounts = [float(Decimal(cent).scaleb(-places)) for cent in cents]
    order.shuffle(amounts)
    rows = [event("01-05 10:00", amount, number=number) for number, amount in enumerate(amounts)]
    with tempfile.TemporaryDirectory() as folder:
        found = values(publish(Path(folder), {"m": Choice("sum")}, rows))[5]
    exact = Decimal(sum(cents)).scaleb(-places)
    assert abs(Decimal(found) - exact) <= sum(map(abs, map(Decimal, amounts))) * Decimal("1e-15")
    assert (found == 0) == (exact == 0)


def test_numbers_that_do_not_differ_do_not_deviate(tmp_path):
    rows = [event("01-05 10:00", 0.1, number=number) for number in range(7)]
    assert values(publish(tmp_path, {"m": Choice("deviation")}, rows)) == {5: 0.0}
