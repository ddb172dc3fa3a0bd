from datetime import date

import pytest

from pipelines.publish.okr.progress import expected_progress, raw_progress, status_of
from schemas.documents.documents import Direction, Timeframe
from tests.unit.pipelines.publish.okr.build import DAY_50, FRAME


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
    assert raw_progress(current, baseline, target, direction) == expected


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
    assert expected_progress(FRAME, today) == pytest.approx(expected)


def test_nothing_is_expected_without_both_ends_of_a_timeframe() -> None:
    assert expected_progress(Timeframe(start=date(2013, 1, 1)), DAY_50) is None
    assert expected_progress(Timeframe(), DAY_50) is None


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
    assert status_of(progress, expected, FRAME, DAY_50) == status


def test_before_its_first_day_an_objective_has_not_started() -> None:
    assert status_of(1.5, 0, FRAME, date(2012, 12, 31)) == "not_started"
