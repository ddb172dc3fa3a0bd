"""What stands beside a scorecard, and how late data are: arithmetic."""

import itertools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reports.operations.freshness import Freshness, tolerated_ages
from reports.scores.history import ScoredDay, spells
from reports.scores.movers import Mover, Stood

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 4, tzinfo=UTC)


def fresh(newest: datetime | None, tolerated: timedelta | None) -> Freshness:
    return Freshness("orders", "order", newest, tolerated, 1)


def mover(was: tuple[float | None, str] | None, now: tuple[float | None, str], name: str = "m") -> Mover:
    before = Stood(NOW - DAY, *was) if was else None
    return Mover(name, name, None, None, "day", before, Stood(NOW, *now))


def test_data_are_late_only_beyond_what_is_promised() -> None:
    assert not fresh(NOW - DAY, DAY).is_late(NOW)
    assert fresh(NOW - DAY - timedelta(seconds=1), DAY).is_late(NOW)
    assert fresh(None, DAY).is_late(NOW)
    assert not fresh(None, None).is_late(NOW)


def test_an_event_is_due_as_the_most_demanding_metric_says() -> None:
    events = {"a": ["order"], "b": ["order", "refund"], "c": ["refund"]}
    assert tolerated_ages(events, {"a": 3 * DAY, "b": 2 * DAY, "c": None}) == {
        "order": 2 * DAY,
        "refund": 2 * DAY,
    }


def test_what_turned_critical_comes_first_then_what_changed_by_most_of_itself() -> None:
    calm = mover((100.0, "ok"), (101.0, "ok"), "calm")
    jump = mover((1.0, "ok"), (3.0, "ok"), "jump")
    warned = mover((10.0, "ok"), (9.0, "warning"), "warned")
    broken = mover((10.0, "ok"), (9.9, "critical"), "broken")
    ranked = sorted((calm, jump, warned, broken), key=lambda one: one.rank)
    assert [one.metric_id for one in ranked] == ["broken", "warned", "jump", "calm"]
    assert jump.change_pct == 200.0
    assert mover((-10.0, "ok"), (-5.0, "ok")).change_pct == 50.0
    assert mover((0.0, "ok"), (5.0, "ok")).change_pct is None
    assert mover(None, (5.0, "ok")).change_pct is None


@given(st.lists(st.sampled_from(("on_track", "at_risk", "off_track")), max_size=40))
def test_spells_cover_every_day_once_and_neighbours_differ(statuses: list[str]) -> None:
    first = date(2026, 1, 1)
    days = [ScoredDay(first + n * DAY, status, n / 40, None) for n, status in enumerate(statuses)]
    found = spells(days)
    assert sum((one.last - one.first).days + 1 for one in found) == len(days)
    assert all(newer.status != older.status for newer, older in itertools.pairwise(found))
    assert all(newer.first - older.last == DAY for newer, older in itertools.pairwise(found))
    assert [one.status for one in reversed(found)] == [
        status for n, status in enumerate(statuses) if n == 0 or statuses[n - 1] != status
    ]
