"""Every complete period is judged once, however runs and data fall: evaluation tells what a trial says."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.settings import Settings
from pipelines.alerting.delivery.outbox import enqueue
from pipelines.alerting.evaluation import evaluate
from pipelines.alerting.judging.replay import replay
from pipelines.alerting.lifecycle import LOOKBACK
from pipelines.versioned_catalog import Versioned
from schemas.alerting.incidents import resolve
from schemas.alerting.rules import rules_of
from tests.build_marts import daily, row, utc
from tests.integration.pipelines.alerting.world import FIRST, NOW, World, rule, ruled

NewWorld = Callable[..., World]
_SPANS = (
    "select first_period_start, last_period_start, state, fired_at from ops.incidents order by incident_id"
)


def _spans(world: World) -> list[tuple[str, str, str]]:
    """First and last day and state of every incident, in order."""
    found = world.query(_SPANS)
    return [
        (f"{one.first_period_start:%m-%d}", f"{one.last_period_start:%m-%d}", one.state)
        for one in found.itertuples()
    ]


def test_a_breach_on_a_weekend_without_runs_is_told_on_monday(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.day([5])
    found = world.day([5, 50, 5, 5])
    assert found.events == {"opened": 1, "firing": 1, "resolved": 1}
    assert _spans(world) == [("03-02", "03-02", "resolved")]
    evidence = world.evidence()
    assert (evidence["value"], evidence["period_start"]) == (50, "2026-03-02T00:00:00+00:00")
    assert evidence["recovered"]["period_start"] == "2026-03-03T00:00:00+00:00"
    assert world.outcomes() == [("not_met", 2)]
    world.day([5, 50, 5, 5], lake_version=2)
    assert world.told() == ["opened", "firing", "resolved"]


def test_each_of_several_breaches_has_its_own_incident_and_the_last_stays_open(new_world: NewWorld) -> None:
    world = new_world(ruled(rule(for_periods=2, critical_condition="value > 90")))
    world.day([5, 50])
    assert world.states() == ["pending"]
    world.day([5, 50, 60, 5, 20, 5, 20, 99, 20])
    assert _spans(world) == [
        ("03-02", "03-03", "resolved"),  # the one that was pending fired, and was over
        ("03-05", "03-05", "resolved"),  # too short to fire: nobody is told
        ("03-07", "03-09", "firing"),
    ]
    fired = world.query("select fired_at is not null as f, is_untold from ops.incidents order by incident_id")
    assert (fired.f.tolist(), fired.is_untold.tolist()) == ([True, False, True], [True, False, False])
    assert world.told()[-4:] == ["opened", "resolved", "opened", "firing"]


def test_what_was_over_when_it_was_judged_is_told_from_beginning_to_end_once(
    new_world: NewWorld, settings_told: Settings
) -> None:
    world = new_world(ruled(rule(notify_channels=["webhook:x"])))
    world.day([5])
    world.day([5, 50, 5, 60, 5])
    sql = "select incident_id, event from ops.deliveries order by delivery_id"
    with world.engine.begin() as connection:
        assert enqueue(connection, settings_told, NOW) == 2
        assert enqueue(connection, settings_told, NOW) == 0
        connection.execute(
            text("update ops.deliveries set state = 'delivered', ended_at = :now"), {"now": NOW}
        )
        assert enqueue(connection, settings_told, NOW) == 2
        assert enqueue(connection, settings_told, NOW) == 0
    assert world.query(sql).event.tolist() == ["firing", "firing", "resolved", "resolved"]


def test_minutes_of_an_hour_that_came_at_once_make_the_incidents_that_a_trial_says(
    new_world: NewWorld,
) -> None:
    metric = ruled(rule(evaluation_window="15_minutes"), data={"time_grain": ["minute", "hour"]})
    world = new_world(metric)
    values = [0.0] * 120
    for minute in range(0, 120, 5):
        values[minute] = 1
    values[70] = values[75] = values[80] = 500
    rows = [
        row(start, value, grain="minute", period_end=start + timedelta(minutes=1))
        for n, value in enumerate(values)
        for start in [utc("2026-03-02 09:00") + timedelta(minutes=n)]
    ]
    world.day(rows[:60], as_of=utc("2026-03-02 10:00"))
    world.publish(rows, as_of=utc("2026-03-02 11:00"))
    assert world.evaluate(utc("2026-03-02 11:00")).events == {"opened": 3, "firing": 3, "resolved": 3}


def test_a_slice_that_is_new_begins_where_its_rule_stands(new_world: NewWorld) -> None:
    world = new_world(ruled(rule(slices=[{"by": "country"}]), dimensions=[{"name": "country"}]))
    german = daily(FIRST, [1] * 6, slice="country=DE")
    world.day(german[:2])
    french = daily(FIRST, [90, 90, 3, 80, 3, 3], slice="country=FR")
    world.day([*german, *french])
    assert _spans(world) == [("03-04", "03-04", "resolved")], (
        "the first two days are older than the rule's last"
    )


def test_more_periods_than_are_judged_at_once_are_left_out_and_that_is_said(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.day([5])
    world.publish([5, 50, 5, 50, 5, 5])
    found = evaluate(world.engine, Versioned(world.catalog, {}, 1), world.as_of, NOW + timedelta(hours=1), 4)
    assert (found.cut, found.events["opened"]) == (1, 1)
    reason = world.query("select reason from ops.alert_outcomes where is_current").reason[0]
    assert reason == (
        "only the newest 4 periods are judged (MDL_JUDGE_PERIODS); older ones since 2026-03-01 00:00 are left out"
    )


def test_a_period_whose_data_come_late_is_judged_unless_a_newer_one_was(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.day([5])
    world.day([5, None, None])
    world.day([5, 50, None])
    assert world.states() == ["firing"]
    world.day([5, 50, None, 5])
    world.day([5, 50, 60, 5])
    assert _spans(world) == [("03-02", "03-02", "resolved")]


def test_a_slice_of_which_nothing_comes_any_more_is_gone(new_world: NewWorld) -> None:
    gone = rule(slices=[{"by": "host"}], no_data_after="7 days")
    world = new_world(ruled(gone, dimensions=[{"name": "host"}]))
    a = daily(FIRST, [95], slice="host=a")
    for count, states in ((1, ["firing"]), (7, ["firing"]), (8, ["resolved"]), (9, ["resolved"])):
        world.day([*a, *daily(FIRST, [1] * count, slice="host=b")])
        assert world.states() == states, count
    assert world.evidence()["recovered"]["reason"] == "gone"
    reasons = world.query(
        "select reason from ops.alert_outcomes where is_current and slice = 'host=a'"
    ).reason
    assert reasons.tolist() == ["gone: nothing has come since 2026-03-02 00:00, see no_data_after"]
    world.day([*a, row(utc("2026-03-10"), 96, slice="host=a"), *daily(FIRST, [1] * 10, slice="host=b")])
    assert world.states() == ["resolved", "firing"]


def test_what_somebody_resolved_opens_anew_only_by_a_later_period(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.day([5, 50])
    with world.engine.begin() as connection:
        resolve(connection, 1, "user:ann", NOW, "a known sale")
        resolve(connection, 1, "user:bob", NOW, "again")
    world.day([5, 50], lake_version=2)
    world.day([5, 51])
    assert world.states() == ["resolved"]
    assert world.told() == ["opened", "firing", "resolved"]
    assert world.query("select resolved_by from ops.incidents").resolved_by.tolist() == ["user:ann"]
    world.day([5, 51, 52])
    assert world.states() == ["resolved", "firing"]


_VALUES = st.lists(st.sampled_from([5, 5, 50, 99, None]), min_size=4, max_size=24)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_VALUES, st.sets(st.integers(1, 23), max_size=5), st.integers(1, 3), st.integers(1, 2), st.data())
def test_evaluation_tells_what_a_trial_over_the_same_history_says(
    new_world: NewWorld,
    values: Sequence[float | None],
    runs: set[int],
    for_periods: int,
    recover_periods: int,
    data: st.DataObject,
) -> None:
    fields = {"for_periods": for_periods, "recover_periods": recover_periods}
    world = new_world(ruled(rule(critical_condition="value > 90", **fields)))
    _begin_anew(world)
    world.publish([], as_of=utc(FIRST))
    world.evaluate(utc(FIRST))
    late: list[Any] = []
    for end in sorted({one for one in runs if one < len(values)} | {len(values)}):
        shown = list(values[:end])
        # the newest may come late: with the next run, as long as nothing newer was judged
        hidden = 0 if end == len(values) else data.draw(st.integers(0, min(end, LOOKBACK)))
        shown[end - hidden :] = [None] * hidden
        late.append(hidden)
        world.day(shown)
        world.evaluate(world.as_of)
    (judged,) = rules_of(world.catalog).rules
    with world.engine.connect() as connection:
        (history,) = replay(connection, judged, world.metrics[0], utc(FIRST).tzinfo, None, None)  # type: ignore[arg-type]
    expected = [
        (one.first, one.last, one.severity, one.is_over, one.fired is not None) for one in history.incidents
    ]
    found = world.query(
        "select first_period_start, last_period_start, severity, state = 'resolved' as is_over, "
        "fired_at is not null as fired from ops.incidents order by incident_id"
    )
    assert list(found.itertuples(index=False, name=None)) == expected, late


def _begin_anew(world: World) -> None:
    """Examples share a database."""
    tables = "ops.incidents, ops.incident_events, ops.alert_outcomes, ops.alert_evaluations, ops.deliveries"
    with world.engine.begin() as connection:
        connection.execute(text(f"truncate {tables}"))
