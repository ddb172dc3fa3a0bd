from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.publish.okr.key_results import score_key_result
from pipelines.publish.okr.trend import KeyResultSeries
from schemas.documents.documents import Direction, KeyResult
from tests.unit.pipelines.publish.okr.build import (
    DAY_50,
    FRAME,
    ZONE,
    check_ins,
    key_result,
    numbers,
    score,
    series,
)


def test_current_is_the_newest_value_and_the_baseline_the_first_in_the_timeframe() -> None:
    found = score(key_result(target_value=30), series(5, 10, 12, 20, first=date(2012, 12, 31)))
    assert (found.baseline_value, found.current_value) == (10, 20)
    assert (found.raw_progress, found.expected_progress, found.status) == (0.5, 0.5, "on_track")
    assert (found.provenance, found.metric_id) == ("measured", "METRIC-A")
    assert found.evidence["value"] == 20
    assert found.evidence["period_start"] == "2013-01-03T00:00:00+00:00"
    assert found.evidence["baseline"].startswith("first value in the timeframe, of 2013-01-01")


def test_values_after_the_timeframe_do_not_count() -> None:
    late = series(*[1.0] * 10, 50, first=date(2013, 4, 1))  # 50 is of 11 April
    found = score(key_result(baseline_value=0, target_value=10), late, today=date(2013, 5, 1))
    assert (found.current_value, found.status) == (1, "off_track")


def test_the_first_linked_metric_that_has_a_value_is_the_one_that_counts() -> None:
    found = score(
        key_result(baseline_value=0, target_value=10), series(), series(4, metric_id="METRIC-B"), check_ins(9)
    )
    assert (found.metric_id, found.current_value) == ("METRIC-B", 4)


def test_without_a_measured_value_the_newest_check_in_counts() -> None:
    found = score(key_result(baseline_value=0, target_value=10), series(), check_ins(3, 6))
    assert (found.provenance, found.current_value, found.progress) == ("checked_in", 6, 0.6)
    assert found.metric_id is None


def test_without_any_value_the_document_speaks_for_itself() -> None:
    by_value = score(key_result(current_value=3, target_value=12))
    assert (by_value.provenance, by_value.baseline_value, by_value.progress) == ("checked_in", 0, 0.25)
    by_share = score(key_result(progress_percentage=120))
    assert (by_share.provenance, by_share.raw_progress, by_share.progress) == ("checked_in", 1.2, 1)
    silent = score(key_result(target_value=12, metric_ids=["METRIC-A"]))
    assert (silent.provenance, silent.progress, silent.status) == ("none", None, "no_data")


def test_a_target_to_fall_to_cannot_be_counted_from_zero() -> None:
    found = score(key_result(current_value=5, target_value=2, direction="decrease"))
    assert (found.progress, found.status) == (None, "no_data")


def test_a_target_to_maintain_is_the_share_of_periods_that_met_it_and_all_of_them_should() -> None:
    document = key_result(target_value=90, direction="maintain")
    kept = score(document, series(90, 91, 89, 95))
    assert (kept.raw_progress, kept.expected_progress, kept.status) == (0.75, 1, "at_risk")
    below = score(document, series(90, 91, 89, 95, direction=Direction.DECREASE))
    assert below.raw_progress == 0.5


@pytest.mark.parametrize(
    ("fields", "metric_direction", "current", "expected"),
    [
        # W1, W2 and W3 of the fault: 2 of 5 down, 10 of 40 up, 1 of 2 up
        ({"baseline_value": 10, "target_value": 5, "direction": "increase"}, None, 8, 0.4),
        ({"baseline_value": 40, "target_value": 80, "direction": "decrease"}, None, 50, 0.25),
        ({"baseline_value": 2, "target_value": 4}, Direction.DECREASE, 3, 0.5),
        ({"baseline_value": -10, "target_value": -20, "direction": "increase"}, None, -15, 0.5),
        ({"baseline_value": 0, "target_value": -8, "direction": "increase"}, None, -2, 0.25),
        ({"baseline_value": 12.5, "target_value": 0, "direction": "increase"}, None, 15, -0.2),
    ],
)
def test_declared_baseline_and_target_tell_the_way_whatever_a_direction_says(
    fields: dict[str, object], metric_direction: Direction | None, current: float, expected: float
) -> None:
    document = key_result(**fields)
    measured = score(document, series(current, direction=metric_direction))
    stated = score_key_result(
        key_result(**fields, current_value=current), FRAME, (), DAY_50, ZONE, metric_direction
    )
    for found in (measured, score(document, check_ins(current)), stated):
        assert found.raw_progress == pytest.approx(expected)
        assert found.status == (
            "on_track" if expected >= 0.4 else "at_risk" if expected >= 0.25 else "off_track"
        )


@given(numbers, numbers, numbers, st.sampled_from([None, Direction.INCREASE, Direction.DECREASE]))
def test_no_direction_changes_the_progress_between_a_declared_baseline_and_its_target(
    baseline: float, target: float, current: float, direction: Direction | None
) -> None:
    if baseline == pytest.approx(target, rel=1e-6):
        return
    found = score(
        key_result(baseline_value=baseline, target_value=target, direction=direction), series(current)
    )
    assert found.raw_progress == pytest.approx((current - baseline) / (target - baseline), rel=1e-6, abs=1e-9)


def test_a_projection_follows_the_way_of_baseline_and_target_too() -> None:
    falling = series(9.9, 9.8, 9.7, 9.6, 9.5)  # one more tenth each day: 0 at the end of the hundredth
    found = score(key_result(baseline_value=10, target_value=5, direction="increase"), falling)
    assert found.projected_value == pytest.approx(0)
    assert found.projected_progress == pytest.approx(2)


def test_a_first_value_that_meets_the_target_leaves_no_way_to_go() -> None:
    document = key_result(target_value=90, direction="increase")
    assert score(document, series(95, 92)).raw_progress == 1
    assert score(document, series(95, 85)).raw_progress == 0


@pytest.mark.parametrize(
    ("document", "candidates", "expected"),
    [
        (key_result(baseline_value=1, target_value=2), (series(1.5),), "declared"),
        (key_result(target_value=2), (series(1.5, first=date(2012, 12, 1)),), "none"),
        (key_result(target_value=2, direction="maintain"), (check_ins(3),), "first value in the timeframe"),
        (key_result(target_value=2, current_value=1), (), "0, as none is declared"),
        (key_result(target_value=2, current_value=1, direction="maintain"), (), "none"),
        (key_result(baseline_value=3, target_value=2, current_value=1), (), "declared"),
    ],
)
def test_evidence_says_where_the_baseline_comes_from(
    document: KeyResult, candidates: tuple[KeyResultSeries, ...], expected: str
) -> None:
    assert score(document, *candidates).evidence["baseline"].startswith(expected)


@pytest.mark.parametrize(
    ("fields", "metric_direction", "value", "is_met", "by"),
    [
        ({"baseline_value": 4}, None, 2.5, True, "baseline_value"),
        ({"baseline_value": 4}, None, 3.5, False, "baseline_value"),
        ({"baseline_value": 1}, None, 3.5, True, "baseline_value"),
        ({"baseline_value": 4}, Direction.INCREASE, 3.5, True, "expected_direction"),
        ({}, Direction.DECREASE, 2.5, True, "expected_direction"),
        ({"bound": "at_most"}, Direction.INCREASE, 2.5, True, "bound"),
        ({"bound": "at_least", "baseline_value": 4}, None, 2.5, False, "bound"),
        ({"bound": "at_most"}, Direction.MAINTAIN, 0.1 + 0.2 + 2.7, True, "bound"),
        ({}, None, 3.5, True, "nothing; at least is taken"),
        ({}, Direction.MAINTAIN, 2.5, False, "nothing; at least is taken"),
    ],
)
def test_the_good_side_of_what_is_maintained_is_the_same_measured_by_hand_and_stated(
    fields: dict[str, object], metric_direction: Direction | None, value: float, *, is_met: bool, by: str
) -> None:
    fields = {"target_value": 3, "direction": "maintain", **fields}
    stated = key_result(**fields, current_value=value)
    for candidates in ((series(value, direction=metric_direction),), (check_ins(value),), ()):
        found = score_key_result(stated, FRAME, candidates, DAY_50, ZONE, metric_direction)
        assert (found.progress, found.evidence["bound_by"]) == (float(is_met), by)


def test_nobody_declared_a_baseline_of_zero_for_what_is_maintained() -> None:
    found = score(key_result(target_value=3, current_value=2.5, direction="maintain", bound="at_most"))
    assert (found.baseline_value, found.progress) == (None, 1)


def test_what_is_equal_within_rounding_meets_its_target() -> None:
    kept = key_result(target_value=0.3, direction="maintain", bound="at_most")
    assert score(kept, series(0.1 + 0.2, 0.1 + 0.2, 0.3)).progress == 1
    # the way is short beside the numbers, so that their rounding is large beside it
    reached = key_result(baseline_value=1_000_000.4, target_value=1_000_000.3)
    assert score(reached, series(1_000_000.1 + 0.2)).status == "achieved"


def test_a_metric_of_which_less_is_better_cannot_be_counted_from_zero_either() -> None:
    document = key_result(current_value=5, target_value=2)
    found = score_key_result(document, FRAME, (), DAY_50, ZONE, Direction.DECREASE)
    assert (found.progress, found.status) == (None, "no_data")


def test_what_is_maintained_is_achieved_only_when_the_timeframe_is_over() -> None:
    document = key_result(target_value=90, direction="maintain")
    assert score(document, series(95, 95)).status == "on_track"
    assert score(document, series(95, 95), today=date(2013, 4, 11)).status == "achieved"


def test_the_projection_follows_the_trend_to_the_end_and_one_outlier_does_not_bend_it() -> None:
    # one more each day: the period that ends with day n shows n; the timeframe ends after day 100
    rising = series(*[float(n) for n in range(1, 11)])
    found = score(key_result(baseline_value=0, target_value=200), rising)
    assert found.projected_value == pytest.approx(100)
    assert found.projected_progress == pytest.approx(0.5)
    spiked = series(1, 2, 3, 4, 5000, 6, 7, 8, 9, 10)
    assert score(key_result(target_value=200), spiked).projected_value == pytest.approx(100)
    assert score(key_result(target_value=200), series(1, 2)).projected_value is None
