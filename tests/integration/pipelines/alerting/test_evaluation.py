"""Rules judged on published numbers, on a real PostgreSQL: what opens, stays and ends, and what never happens."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from pipelines.alerting.evaluation import Evaluation
from pipelines.publish import PublishedMetric
from schemas.documents.documents import Metric, Objective
from schemas.locks import Lock, hold
from tests.build_marts import daily, row, utc
from tests.integration.pipelines.alerting.world import FIRST, World, rule, ruled, source

NewWorld = Callable[..., World]


def test_a_breach_opens_one_incident_with_the_numbers_that_explain_it(new_world: NewWorld) -> None:
    world = new_world(ruled(rule(critical_condition="value > 50")))
    found = world.day([4, 8, 12])

    assert (found.outcomes, found.events) == ({"met": 1}, {"opened": 1, "firing": 1})
    assert world.incidents() == [("high", "", "firing", "warning")]
    evidence = world.evidence()
    assert {name: evidence[name] for name in ("value", "previous_value", "change_pct", "sample_count")} == {
        "value": 12,
        "previous_value": 8,
        "change_pct": 50,
        "sample_count": 10,
    }
    assert evidence["condition"] == "value > 10"
    assert evidence["period_start"] == "2026-03-03T00:00:00+00:00"
    assert evidence["period_end"] == "2026-03-04T00:00:00+00:00"


def test_an_incident_follows_its_breach_to_the_end(new_world: NewWorld) -> None:
    world = new_world(ruled(rule(for_periods=2, recover_periods=2, critical_condition="value > 50")))
    steps = []
    values: list[float | None] = []
    for value in [4, 11, 12, 60, 12, None, 5, 11, 5, 6]:
        values.append(value)
        world.day(values)
        steps.append(world.incidents()[-1][2:] if world.incidents() else None)
    assert steps == [
        None,
        ("pending", "warning"),
        ("firing", "warning"),
        ("firing", "critical"),
        ("firing", "critical"),  # severity only rises
        ("firing", "critical"),  # nothing is known: nothing happens
        ("firing", "critical"),  # one good day is not enough
        ("firing", "critical"),
        ("firing", "critical"),
        ("resolved", "critical"),
    ]
    assert world.told() == ["opened", "firing", "escalated", "resolved"]
    assert world.evidence()["recovered"]["value"] == 6


def test_a_breach_too_short_to_fire_ends_without_anybody_being_told(new_world: NewWorld) -> None:
    world = new_world(ruled(rule(for_periods=2)))
    world.day([11])
    world.day([11, 3])
    found = world.query("select state, fired_at from ops.incidents")
    assert (found.state.tolist(), found.fired_at.isna().all()) == (["resolved"], True)


def test_a_thousand_evaluations_are_as_good_as_one(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()), sources=[source()], events={"METRIC-A": ("order",)})
    world.publish([4, 12], coverage={"order": utc("2026-03-02 23:00")})
    for minute in range(1_000):
        world.evaluate(world.as_of + timedelta(minutes=minute))
    assert world.told() == ["opened", "firing"]
    assert world.outcomes() == [("met", 1)]
    assert len(world.query("select * from ops.alert_evaluations")) == 1


def test_a_rule_that_is_judged_every_minute_tells_once_and_counts(new_world: NewWorld) -> None:
    late = rule("minutes_since_data > 70", rule_id="late")
    world = new_world(ruled(rule(), late), sources=[source()], events={"METRIC-A": ("order",)})
    world.publish([4, 12], coverage={"order": utc("2026-03-02 23:00")})
    for minute in range(60):
        world.evaluate(world.as_of + timedelta(minutes=minute))
    assert world.told() == ["opened", "firing", "opened", "firing"]
    assert sorted(world.outcomes()) == [("met", 1), ("met", 49), ("not_met", 11)]


def test_of_two_evaluations_at_once_one_does_nothing(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.publish([12])
    with world.engine.begin() as other:
        hold(other, Lock.EVALUATION)
        assert world.evaluate() == Evaluation()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: world.evaluate(), range(20)))
    assert world.told() == ["opened", "firing"]


def test_before_the_first_publication_there_is_nothing_to_do(new_world: NewWorld) -> None:
    assert new_world(ruled(rule())).evaluate() == Evaluation()


def test_the_same_numbers_again_change_nothing_and_a_correction_ends_the_incident(
    new_world: NewWorld,
) -> None:
    world = new_world(ruled(rule()))
    world.day([4, 12])
    world.day([4, 12], lake_version=2)  # replayed: a publication, and no number is new
    assert world.told() == ["opened", "firing"]
    world.day([4, 9])
    assert world.states() == ["resolved"]
    world.day([4, 12])  # corrected back: whoever was told that it is over must hear that it is not
    world.evaluate()
    assert world.states() == ["resolved", "firing"]


def test_a_publication_opens_nothing_twice_whatever_the_rules_were_in_between(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.day([4, 12])
    world.edit(ruled(rule("value > 20")))
    world.edit(ruled(rule()))
    assert world.states() == ["resolved"]
    world.day([4, 12, 13])
    assert world.states() == ["resolved", "firing"]


def test_a_backfill_of_an_old_period_opens_nothing(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.day([4, None, 4, 5])
    world.day([4, 99, 4, 5])
    assert world.incidents() == []


def test_who_asks_for_it_is_told_of_old_periods_that_changed(new_world: NewWorld) -> None:
    world = new_world(ruled(rule(on_backfill=True, for_periods=2)))
    world.day([50, 4, 4, 4, 4, 5])
    assert world.incidents() == [], "what stood at the first evaluation is no backfill"
    world.day([50, 60, 70, 4, 4, 5])
    assert world.incidents() == [("high", "", "firing", "warning")]
    assert world.evidence()["backfill"] is True
    assert world.evidence()["period_start"] == "2026-03-03T00:00:00+00:00", "the newest that meets it"
    world.evaluate()
    assert world.states() == ["firing"]
    world.day([50, 60, 70, 4, 4, 5, 6])
    assert world.states() == ["resolved"]
    assert world.told() == ["opened", "firing", "resolved"]


def test_a_breach_of_today_takes_the_place_of_one_by_backfill(new_world: NewWorld) -> None:
    world = new_world(ruled(rule(on_backfill=True)))
    world.day([4, 4, 4, 4, 4, 5])
    world.day([50, 4, 4, 4, 4, 5])
    world.day([50, 4, 4, 4, 4, 5, 12])
    assert world.states() == ["resolved", "firing"]
    assert world.told() == ["opened", "firing", "resolved", "opened", "firing"]
    assert world.evidence()["value"] == 12


def test_data_that_come_two_days_late_are_judged_when_they_come(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.day([4, 5, None, None])
    assert world.outcomes() == [("not_met", 1)]
    world.day([4, 5, 12, None, None])
    assert world.incidents() == [("high", "", "firing", "warning")]
    world.day([4, 5, 12, None, None, None, None])
    assert world.outcomes()[-1] == ("no_data", 1)
    assert world.states() == ["firing"], "nothing is known, nothing happens"


def test_a_clock_set_back_changes_nothing(new_world: NewWorld) -> None:
    world = new_world(ruled(rule(evaluation_delay="1 hour")))
    world.publish([4, 5, 12])
    world.evaluate(world.as_of + timedelta(hours=2))
    assert world.states() == ["firing"]
    world.evaluate(world.as_of - timedelta(days=1))
    world.evaluate(world.as_of + timedelta(hours=2))
    assert world.told() == ["opened", "firing"]


def test_a_rule_that_waits_is_judged_once_its_time_has_come_without_a_publication(
    new_world: NewWorld,
) -> None:
    world = new_world(ruled(rule(evaluation_delay="6 hours")))
    world.publish([4, 12])
    assert world.evaluate(world.as_of + timedelta(hours=5)).outcomes == {"not_met": 1}
    assert world.evaluate(world.as_of + timedelta(hours=5, minutes=59)).outcomes == {}
    assert world.evaluate(world.as_of + timedelta(hours=6)).outcomes == {"met": 1}
    assert world.evaluate(world.as_of + timedelta(hours=7)).outcomes == {}


def test_each_slice_has_incidents_of_its_own(new_world: NewWorld) -> None:
    sliced = ruled(rule(slices=["total", {"by": "country"}]), dimensions=[{"name": "country"}])
    world = new_world(sliced)
    rows = [
        *daily(FIRST, [4, 4]),
        *daily(FIRST, [1, 20], slice="country=DE"),
        *daily(FIRST, [3, 3], slice="country=FR"),
    ]
    world.day(rows)
    assert world.incidents() == [("high", "country=DE", "firing", "warning")]
    title = world.query("select title from ops.incidents").title[0]
    assert title.endswith(" · country=DE")


def test_an_incident_of_a_rule_or_slice_that_is_no_more_ends(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.day([12])
    world.edit(ruled(rule(rule_id="other")))
    assert [(rule_id, state) for rule_id, _, state, _ in world.incidents()] == [
        ("high", "resolved"),
        ("other", "firing"),
    ]


def test_an_incident_of_a_metric_that_became_documented_ends(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.day([12])
    documented = PublishedMetric(world.metrics[0], "documented", "1.0.0", "hash-1", reason="no such event")
    world.publish([], metrics=[documented])
    world.evaluate()
    assert world.states() == ["resolved"]


def test_an_unusable_rule_is_an_error_every_time_and_leaves_its_incident_alone(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.day([12])
    world.metrics = [ruled(rule("value is greater than ten"), rule("value > 5", rule_id="fine"))]
    found = world.day([12, 13])
    assert found.outcomes == {"error": 1, "met": 1}
    assert ("high", "", "firing", "warning") in world.incidents()
    reasons = world.query("select reason from ops.alert_outcomes where outcome = 'error'").reason
    assert "this rule is never evaluated" in reasons[0]


def test_an_anomaly_is_judged_against_the_same_weekdays_without_itself(new_world: NewWorld) -> None:
    # five Sundays at 10 to 14, then one at 30: median 12, median distance 1, z = 18 / 1.4826
    sundays = [10, 11, 12, 13, 14, 30]
    values = [value for sunday in sundays for value in (sunday, 50, 50, 50, 50, 50, 50)][:36]
    world = new_world(ruled(rule("z_score > 5", min_effect=2)))
    world.day(values)
    assert world.states() == ["firing"]
    assert (world.evidence()["expected_value"], round(world.evidence()["z_score"], 3)) == (12, 12.141)


def test_days_that_people_called_anomalies_are_left_out_of_what_is_usual(new_world: NewWorld) -> None:
    sundays = [10, 10, 90, 90, 90, 10, 12]
    values = [value for sunday in sundays for value in (sunday, 50, 50, 50, 50, 50, 50)][:43]
    world = new_world(ruled(rule("z_score IS NOT NULL AND value > 0")))
    world.publish(values)
    world.evaluate()
    assert world.evidence()["expected_value"] == 50, "of 10 10 90 90 90 10"
    with world.engine.begin() as connection:
        connection.execute(
            text(
                "insert into ops.incidents (subject_kind, subject_id, rule_id, slice, state, severity, title, grain, "
                "first_period_start, last_period_start, opened_at, evidence, channels, playbooks, label) values "
                "('metric', 'METRIC-A', 'x', '', 'resolved', 'warning', '', 'day', '2026-03-15', '2026-03-22', "
                "now(), '{}', '[]', '[]', 'anomaly')"
            )
        )
    world.day(values, lake_version=2)
    assert world.evidence(0)["expected_value"] == 10, "of 10 10 90 10"


def test_too_little_history_is_no_verdict(new_world: NewWorld) -> None:
    world = new_world(ruled(rule("z_score > 3")))
    world.day([1, 2, 3])
    reason = world.query("select reason from ops.alert_outcomes").reason[0]
    assert "z_score needs 4 comparable periods, there are 0" in reason


def test_slices_that_add_up_say_what_each_contributed(new_world: NewWorld) -> None:
    world = new_world(ruled(rule("value > 10"), dimensions=[{"name": "country"}, {"name": "shop"}]))
    rows = [
        *daily(FIRST, [10, 20]),
        *daily(FIRST, [4, 3], slice="country=DE"),
        *daily(FIRST, [6, 17], slice="country=FR"),
        *daily(FIRST, [5, 5], slice="shop=1"),  # of a shop more than one may be missing: these do not add up
    ]
    world.day(rows)
    assert world.evidence()["contributions"] == [
        {"slice": "country=FR", "value": 17, "previous_value": 6, "contribution": 11},
        {"slice": "country=DE", "value": 3, "previous_value": 4, "contribution": -1},
    ]


def test_of_a_ratio_slices_contribute_their_share_of_it(new_world: NewWorld) -> None:
    world = new_world(ruled(rule("value > 25"), dimensions=[{"name": "country"}]))

    def ratios(parts: list[tuple[float, float]], **fields: str) -> list[dict[str, object]]:
        rows = daily(FIRST, [100 * n / d for n, d in parts], **fields)
        return [one | {"numerator": n, "denominator": d} for one, (n, d) in zip(rows, parts, strict=True)]

    rows = [
        *ratios([(10, 40), (30, 50)]),
        *ratios([(5, 20), (5, 20)], slice="country=DE"),
        *ratios([(5, 20), (25, 30)], slice="country=FR"),
    ]
    world.day(rows)
    # from 25 % to 60 %: FR 25/50 - 5/40 = 37.5 %, DE 5/50 - 5/40 = -2.5 %
    found = [(one["slice"], one["contribution"]) for one in world.evidence()["contributions"]]
    assert found == [("country=FR", 37.5), ("country=DE", -2.5)]


def test_an_incident_that_fires_after_waiting_is_explained_by_slices_of_its_own_grain(
    new_world: NewWorld,
) -> None:
    weekly = rule("value > 10", evaluation_window="weekly", for_periods=2)
    world = new_world(ruled(weekly, data={"time_grain": ["day", "week"]}, dimensions=[{"name": "country"}]))

    def of(first: str, grain: str, step: int, **values: list[float]) -> list[dict[str, object]]:
        slices = {"": [sum(each) for each in zip(*values.values(), strict=True)]}
        slices |= {f"country={name}": each for name, each in values.items()}
        return [
            row(start, value, grain=grain, slice=name, period_end=start + timedelta(days=step))
            for name, each in slices.items()
            for n, value in enumerate(each)
            for start in [utc(first) + timedelta(days=step * n)]
        ]

    weeks = {"DE": [5.0, 11.0, 11.0], "FR": [1.0, 1.0, 7.0]}
    days = of("2026-03-01", "day", 1, DE=[1.0] * 22, FR=[float(n) for n in range(22)])
    for count in (2, 3):
        rows = of("2026-03-02", "week", 7, **{name: each[:count] for name, each in weeks.items()})
        world.day([*rows, *days], as_of=utc("2026-03-02") + timedelta(days=7 * count))
        world.evaluate(utc("2026-03-02") + timedelta(days=7 * count))
    assert world.told() == ["opened", "firing"]
    # the week before: 11 + 1, this one: 11 + 7
    assert [(one["slice"], one["contribution"]) for one in world.evidence()["contributions"]] == [
        ("country=FR", 6),
        ("country=DE", 0),
    ]


def test_whoever_loosens_a_rule_on_the_age_of_data_is_told_once_they_are_that_old(
    new_world: NewWorld,
) -> None:
    def late(minutes: int) -> Metric:
        return ruled(rule(f"minutes_since_data > {minutes}", rule_id="late"))

    world = new_world(late(60), sources=[source()], events={"METRIC-A": ("order",)})
    world.publish([4, 12], coverage={"order": utc("2026-03-02 22:00")})
    world.evaluate(world.as_of)
    assert world.states() == ["firing"]
    world.edit(late(600))
    assert world.states() == ["resolved"]
    world.evaluate(world.as_of + timedelta(hours=9))  # 11 hours without data, and no publication since
    assert world.states() == ["resolved", "firing"]


def test_numbers_of_another_definition_are_not_judged(new_world: NewWorld) -> None:
    world = new_world(ruled(rule("value < 0.5")))
    world.day([0.8])
    world.versions = {"METRIC-A": "2.0.0"}  # in percent from now on, as soon as it is computed
    assert world.edit(ruled(rule("value < 50"))).outcomes == {"suppressed": 1}
    reason = world.query("select reason from ops.alert_outcomes where is_current").reason[0]
    assert reason == "the definition 2.0.0 is not published yet; the numbers are those of 1.0.0"
    world.versions = {"METRIC-A": "1.3.0"}  # other thresholds, other rules: the same numbers
    assert world.edit(ruled(rule("value < 0.9"))).outcomes == {"met": 1}


def test_an_open_incident_follows_its_rule_to_other_channels(new_world: NewWorld) -> None:
    world = new_world(ruled(rule(notify_channels=["slack:#tpyo"])))
    world.day([4, 12])
    world.edit(ruled(rule(notify_channels=["slack:#ops"], renotify_every="1 day")))
    found = world.query("select channels, renotify_seconds from ops.incidents")
    assert (found.channels.tolist(), found.renotify_seconds.tolist()) == ([["slack:#ops"]], [86_400])
    assert world.told() == ["opened", "firing"]


def test_objectives_and_key_results_are_judged_by_their_scores(new_world: NewWorld) -> None:
    objective = Objective.model_validate(
        {
            "objective_id": "OBJ-1",
            "name": "Grow",
            "timeframe": {"start": "2026-03-01", "end": "2026-03-20"},
            "alert_rules": [
                {"rule_id": "off_track", "condition": "status = 'off_track'", "severity": "critical"}
            ],
            "key_results": [
                {
                    "kr_id": "KR-1",
                    "name": "x",
                    "metric_ids": ["METRIC-A"],
                    "baseline_value": 0,
                    "target_value": 100,
                }
            ],
        }
    )
    world = new_world(ruled(), objectives=[objective])
    world.day([10] * 4)  # a tenth done after 4 of 20 days: on pace, more or less
    assert world.incidents() == []
    world.day([10] * 8)  # expected 40 %
    sql = "select subject_kind, subject_id, rule_id, state, severity from ops.incidents order by 1"
    assert list(world.query(sql).itertuples(index=False, name=None)) == [
        ("key_result", "OBJ-1/KR-1", "off_track", "firing", "critical"),
        ("objective", "OBJ-1", "off_track", "firing", "critical"),
    ]
    assert world.evidence(0)["expected_progress"] == 0.4
    assert world.evidence(0)["status"] == "off_track"
    world.day([10] * 8 + [90])
    assert world.states() == ["resolved", "resolved"]


def test_a_publication_in_the_middle_is_judged_instead(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.publish([12])
    published = False

    @event.listens_for(world.engine, "before_cursor_execute")
    def publish_meanwhile(_c: object, _u: object, statement: str, *_: object) -> None:
        nonlocal published
        if "ops.alert_outcomes where is_current" in statement and not published:
            published = True
            world.publish([12, 3])

    found = world.evaluate(world.as_of + timedelta(days=1))
    assert (found.publication_id, found.outcomes) == (2, {"not_met": 1}), "never numbers of two publications"
    assert world.incidents() == []


def test_statements_do_not_grow_with_the_number_of_rules(new_world: NewWorld) -> None:
    counts = []
    for number in (1, 40):
        names = [f"METRIC-{n}" for n in range(number)]
        rules = [rule(), rule("z_score > 3", rule_id="odd"), rule(rule_id="old", on_backfill=True)]
        world = new_world(*(ruled(*rules, metric_id=name) for name in names))
        world.publish([one for name in names for one in daily(FIRST, [1, 2, 3, 4, 5, 6], metric_id=name)])
        world.evaluate()
        world.publish([one for name in names for one in daily(FIRST, [20, 2, 3, 4, 5, 12], metric_id=name)])
        counts.append(_statements(world, world.evaluate))
        assert set(world.states()) >= {"firing"}
    assert counts == [27, 27]


def test_a_minute_in_which_nothing_is_due_costs_a_handful_of_statements(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()), sources=[source()])
    world.day([4, 12])
    assert _statements(world, world.evaluate) == 10


def _statements(world: World, call: Callable[[], object]) -> int:
    found: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(world.engine, "before_cursor_execute", listen)
    call()
    event.remove(world.engine, "before_cursor_execute", listen)
    return len(found)


def test_a_session_that_ends_before_any_statement_leaves_nothing_half_done(new_world: NewWorld) -> None:
    # what PostgreSQL sees of a process that is killed
    world = new_world(ruled(rule()))
    world.publish([4, 12])
    left = 0

    def end(connection: Connection, *_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            connection.connection.dbapi_connection.close()  # type: ignore[union-attr]

    event.listen(world.engine, "before_cursor_execute", end)
    ended = 0
    try:
        while True:
            left = ended + 1
            try:
                world.evaluate()
            except OperationalError:
                ended += 1
                left = 0
                assert (world.incidents(), world.told(), world.outcomes()) == ([], [], [])
            else:
                break
    finally:
        event.remove(world.engine, "before_cursor_execute", end)
    assert ended > 15
    assert (world.states(), world.told()) == (["firing"], ["opened", "firing"])
    assert world.outcomes() == [("met", 1)]
