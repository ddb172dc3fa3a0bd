from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CatalogError
from pipelines import okr
from schemas.documents.documents import Direction, KeyResult, Objective, Timeframe

ZONE = ZoneInfo("UTC")
# 100 days, 1 January to 10 April
FRAME = Timeframe(start=date(2013, 1, 1), end=date(2013, 4, 10))
DAY_50 = date(2013, 2, 20)  # half of the days have passed

numbers = st.floats(-1e6, 1e6)


def key_result(**fields: object) -> KeyResult:
    return KeyResult.model_validate({"kr_id": "KR-1", "name": "One"} | fields)


def series(*values: float, first: date = date(2013, 1, 1), **fields: object) -> okr.Series:
    """Daily values from `first` on."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    points = [
        okr.Point(start + timedelta(days=n), start + timedelta(days=n + 1), value)
        for n, value in enumerate(values)
    ]
    return okr.Series(points=points, **({"metric_id": "METRIC-A", "grain": "day"} | fields))


def check_ins(*values: float) -> okr.Series:
    found = series(*values, metric_id=None, grain=None, source={"source": "check-in"})
    return okr.Series([okr.Point(p.end, p.end, p.value) for p in found.points], source=found.source)


def score(document: KeyResult, *candidates: okr.Series, today: date = DAY_50, frame: Timeframe = FRAME):
    return okr.score_key_result(document, frame, candidates, today, ZONE)


@pytest.mark.parametrize(
    ("current", "baseline", "target", "direction", "expected"),
    [
        (60, 40, 80, Direction.INCREASE, 0.5),
        (30, 40, 20, Direction.DECREASE, 0.5),
        (90, 40, 80, Direction.INCREASE, 1.25),
        (30, 40, 80, Direction.INCREASE, -0.25),
        (5, 10, 0, None, 0.5),
        # no way to go: the baseline is the target, or beyond it
        (80, 80, 80, Direction.INCREASE, 1),
        (79, 80, 80, Direction.INCREASE, 0),
        (80, 80, 80, Direction.DECREASE, 1),
        (81, 80, 80, Direction.DECREASE, 0),
        (85, 95, 90, Direction.INCREASE, 0),
        (92, 95, 90, Direction.INCREASE, 1),
        (80, 80, 80, None, 1),
    ],
)
def test_progress_is_the_share_of_the_way_from_baseline_to_target(
    current: float, baseline: float, target: float, direction: Direction | None, expected: float
) -> None:
    assert okr.raw_progress(current, baseline, target, direction) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2012, 12, 1), 0),
        (date(2013, 1, 1), 0),
        (DAY_50, 0.5),
        (date(2013, 4, 10), 0.99),
        (date(2013, 4, 11), 1),
        (date(2014, 1, 1), 1),
    ],
)
def test_what_is_expected_is_the_share_of_days_that_have_passed(today: date, expected: float) -> None:
    assert okr.expected_progress(FRAME, today) == pytest.approx(expected)


def test_nothing_is_expected_without_both_ends_of_a_timeframe() -> None:
    assert okr.expected_progress(Timeframe(start=date(2013, 1, 1)), DAY_50) is None
    assert okr.expected_progress(Timeframe(), DAY_50) is None


@pytest.mark.parametrize(
    ("progress", "expected", "status"),
    [
        (1.0, 0.2, "achieved"),
        (0.4, 0.5, "on_track"),
        (0.39, 0.5, "at_risk"),
        (0.25, 0.5, "at_risk"),
        (0.24, 0.5, "off_track"),
        (0.2, 0.3, "on_track"),  # 0.3 - 0.1 is 0.19999999999999998
        (None, 0.5, "no_data"),
        (0.0, None, "on_track"),
        (-0.3, None, "off_track"),
    ],
)
def test_status_compares_progress_with_what_is_expected(
    progress: float | None, expected: float | None, status: str
) -> None:
    assert okr.status_of(progress, expected, FRAME, DAY_50) == status


def test_before_its_first_day_an_objective_has_not_started() -> None:
    assert okr.status_of(1.5, 0, FRAME, date(2012, 12, 31)) == "not_started"


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
    stated = okr.score_key_result(
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
    document: KeyResult, candidates: tuple[okr.Series, ...], expected: str
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
        found = okr.score_key_result(stated, FRAME, candidates, DAY_50, ZONE, metric_direction)
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
    found = okr.score_key_result(document, FRAME, (), DAY_50, ZONE, Direction.DECREASE)
    assert (found.progress, found.status) == (None, "no_data")


def test_what_is_maintained_is_achieved_only_when_the_timeframe_is_over() -> None:
    document = key_result(target_value=90, direction="maintain")
    assert score(document, series(95, 95)).status == "on_track"
    assert score(document, series(95, 95), today=date(2013, 4, 11)).status == "achieved"


@pytest.mark.parametrize(
    ("today", "expected"),
    [(DAY_50, "on_track"), (date(2013, 4, 10), "on_track"), (date(2013, 4, 11), "achieved")],
)
@pytest.mark.parametrize("beside", [(), (key_result(kr_id="KR-2", progress_percentage=120),)])
def test_an_objective_is_not_achieved_while_what_it_maintains_may_still_slip(
    beside: tuple[KeyResult, ...], today: date, expected: str
) -> None:
    kept = key_result(target_value=90, direction="maintain")
    scores = [score(kept, series(95, 95), today=today), *(score(one, today=today) for one in beside)]
    found = okr.score_objective(Objective(objective_id="O", name="O", timeframe=FRAME), scores, today)
    assert (found.progress, found.status) == (1, expected)


def test_what_is_maintained_and_does_not_count_holds_no_objective_back() -> None:
    kept = score(key_result(target_value=90, direction="maintain", weight=0), series(95, 95))
    done = score(key_result(progress_percentage=100))
    objective = Objective(objective_id="O", name="O", timeframe=FRAME)
    assert okr.score_objective(objective, [kept, done], DAY_50).status == "achieved"


def test_the_projection_follows_the_trend_to_the_end_and_one_outlier_does_not_bend_it() -> None:
    # one more each day: the period that ends with day n shows n; the timeframe ends after day 100
    rising = series(*[float(n) for n in range(1, 11)])
    found = score(key_result(baseline_value=0, target_value=200), rising)
    assert found.projected_value == pytest.approx(100)
    assert found.projected_progress == pytest.approx(0.5)
    spiked = series(1, 2, 3, 4, 5000, 6, 7, 8, 9, 10)
    assert score(key_result(target_value=200), spiked).projected_value == pytest.approx(100)
    assert score(key_result(target_value=200), series(1, 2)).projected_value is None


@given(st.lists(st.tuples(st.integers(0, 50), numbers), min_size=2, max_size=25))
def test_theil_sen_is_the_median_of_all_slopes(points: list[tuple[int, float]]) -> None:
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if a[0] != b[0]]
    line = okr.theil_sen([x for x, _ in points], [y for _, y in points])
    if not slopes:
        assert line is None
        return
    assert line is not None
    assert line[0] == pytest.approx(median(slopes), abs=1e-6)
    assert line[1] == pytest.approx(median(y - line[0] * x for x, y in points), abs=1e-6)


def test_theil_sen_of_a_long_series_costs_no_more_than_400_points() -> None:
    slope, intercept = okr.theil_sen(range(100_000), [3.0 * x + 7 for x in range(100_000)]) or (0, 0)
    assert (slope, intercept) == (pytest.approx(3), pytest.approx(7))


@given(st.lists(st.tuples(st.floats(0.01, 100), numbers | st.none()), min_size=1, max_size=8))
def test_an_objective_lies_between_its_key_results_and_covers_what_has_data(
    pairs: list[tuple[float, float | None]],
) -> None:
    scores = [
        score(key_result(kr_id=f"KR-{n}", weight=weight, progress_percentage=percentage))
        for n, (weight, percentage) in enumerate(pairs)
    ]
    found = okr.score_objective(Objective(objective_id="O", name="O", timeframe=FRAME), scores, DAY_50)
    known = [one.progress for one in scores if one.progress is not None]
    total = sum(weight for weight, _ in pairs)
    covered = sum(weight for weight, percentage in pairs if percentage is not None)
    assert found.coverage == pytest.approx(covered / total)
    if known:
        assert min(known) - 1e-9 <= found.progress <= max(known) + 1e-9
        assert found.provenance == "rolled_up"
    else:
        assert (found.progress, found.status, found.provenance) == (None, "no_data", "none")


def test_an_objective_is_the_weighted_mean_of_clipped_progress() -> None:
    scores = [
        score(key_result(weight=3, progress_percentage=40)),
        score(key_result(weight=1, progress_percentage=300)),
        score(key_result(weight=4)),
    ]
    found = okr.score_objective(Objective(objective_id="O", name="O", timeframe=FRAME), scores, DAY_50)
    assert (found.progress, found.coverage) == (pytest.approx(0.55), 0.5)  # (3 * 0.4 + 1 * 1) / 4
    assert found.status == "on_track"


def test_weights_that_sum_to_zero_are_an_error_that_names_the_objective() -> None:
    scores = [score(key_result(weight=0, progress_percentage=40))]
    with pytest.raises(CatalogError, match=r"OBJ-7.*weights sum to 0"):
        okr.score_objective(Objective(objective_id="OBJ-7", name="O"), scores, DAY_50)


@pytest.mark.parametrize(
    ("tier", "weight"),
    [(1, 3), ("1", 3), ("Tier 1", 3), ("tier-2", 2), ("T3", 1), (0, 3), (7, 1), ("gold", 1), (None, 1)],
)
def test_tiers_weigh_three_two_one_however_they_are_written(tier: int | str | None, weight: int) -> None:
    assert okr.tier_weight(tier) == weight


def test_health_weighs_statuses_by_tier_and_leaves_out_what_has_no_data() -> None:
    found = okr.domain_health([(3, "ok"), (2, "warning"), (1, "critical"), (2, "no_data")])
    assert found.health == pytest.approx(100 * (3 + 1) / 6)
    assert found.coverage == 0.75
    assert found.counts == {"ok": 1, "warning": 1, "critical": 1, "no_data": 1}
    assert okr.domain_health([(3, "no_data")]).health is None
    assert okr.domain_health([]).coverage == 0


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["ok", "warning", "critical", "no_data"]))))
def test_health_stays_between_0_and_100(metrics: list[tuple[int, str]]) -> None:
    found = okr.domain_health(metrics)
    assert found.health is None or 0 <= found.health <= 100
    assert 0 <= found.coverage <= 1
