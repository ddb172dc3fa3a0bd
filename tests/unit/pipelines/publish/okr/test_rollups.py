from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CatalogError
from pipelines.publish.okr.rollups import domain_health, score_objective, tier_weight
from schemas.documents.documents import KeyResult, Objective
from tests.unit.pipelines.publish.okr.build import DAY_50, FRAME, key_result, numbers, score, series


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
    found = score_objective(Objective(objective_id="O", name="O", timeframe=FRAME), scores, today)
    assert (found.progress, found.status) == (1, expected)


def test_what_is_maintained_and_does_not_count_holds_no_objective_back() -> None:
    kept = score(key_result(target_value=90, direction="maintain", weight=0), series(95, 95))
    done = score(key_result(progress_percentage=100))
    objective = Objective(objective_id="O", name="O", timeframe=FRAME)
    assert score_objective(objective, [kept, done], DAY_50).status == "achieved"


@given(st.lists(st.tuples(st.floats(0.01, 100), numbers | st.none()), min_size=1, max_size=8))
def test_an_objective_lies_between_its_key_results_and_covers_what_has_data(
    pairs: list[tuple[float, float | None]],
) -> None:
    scores = [
        score(key_result(kr_id=f"KR-{n}", weight=weight, progress_percentage=percentage))
        for n, (weight, percentage) in enumerate(pairs)
    ]
    found = score_objective(Objective(objective_id="O", name="O", timeframe=FRAME), scores, DAY_50)
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
    found = score_objective(Objective(objective_id="O", name="O", timeframe=FRAME), scores, DAY_50)
    assert (found.progress, found.coverage) == (pytest.approx(0.55), 0.5)  # (3 * 0.4 + 1 * 1) / 4
    assert found.status == "on_track"


def test_weights_that_sum_to_zero_are_an_error_that_names_the_objective() -> None:
    scores = [score(key_result(weight=0, progress_percentage=40))]
    with pytest.raises(CatalogError, match=r"OBJ-7.*weights sum to 0"):
        score_objective(Objective(objective_id="OBJ-7", name="O"), scores, DAY_50)


@pytest.mark.parametrize(
    ("tier", "weight"),
    [(1, 3), ("1", 3), ("Tier 1", 3), ("tier-2", 2), ("T3", 1), (0, 3), (7, 1), ("gold", 1), (None, 1)],
)
def test_tiers_weigh_three_two_one_however_they_are_written(tier: int | str | None, weight: int) -> None:
    assert tier_weight(tier) == weight


def test_health_weighs_statuses_by_tier_and_leaves_out_what_has_no_data() -> None:
    found = domain_health([(3, "ok"), (2, "warning"), (1, "critical"), (2, "no_data")])
    assert found.health == pytest.approx(100 * (3 + 1) / 6)
    assert found.coverage == 0.75
    assert found.counts == {"ok": 1, "warning": 1, "critical": 1, "no_data": 1}
    assert domain_health([(3, "no_data")]).health is None
    assert domain_health([]).coverage == 0


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["ok", "warning", "critical", "no_data"]))))
def test_health_stays_between_0_and_100(metrics: list[tuple[int, str]]) -> None:
    found = domain_health(metrics)
    assert found.health is None or 0 <= found.health <= 100
    assert 0 <= found.coverage <= 1
