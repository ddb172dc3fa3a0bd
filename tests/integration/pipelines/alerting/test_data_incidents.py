"""Sources whose data were refused or stopped: one incident of their own, which holds back those that stand on them."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, text

from pipelines.alerting.watching.operations import Finding, Observed, observe
from schemas.tables import ingested_files
from tests.build_marts import daily, utc
from tests.integration.pipelines.alerting.world import FIRST, NOW, World, rule, ruled, source

NewWorld = Callable[..., World]
ORDERS = {"METRIC-A": ("order",), "METRIC-B": ("visit",)}
FRESH = {"data_freshness": "2 days", "time_grain": ["day"]}


def delivered(world: World, status: str, path: str = "orders/1.csv", source_id: str = "shop") -> None:
    number = len(world.query("select * from ops.ingested_files"))
    with world.engine.begin() as connection:
        connection.execute(
            insert(ingested_files).values(
                file_id=path,
                content_hash=f"hash-{number}",
                source_id=source_id,
                path=path,
                size_bytes=1,
                status=status,
                reason="40 of 100 rows are unusable" if status == "rejected" else None,
                staged_at=NOW,
                finished_at=NOW,
            )
        )


def two_metrics(new_world: NewWorld, **fields: object) -> World:
    """METRIC-A stands on orders of the shop, METRIC-B on visits of the web; both are in breach."""
    metrics = [ruled(rule(), metric_id=name, data=FRESH) for name in ("METRIC-A", "METRIC-B")]
    sources = [source(notify_channels=["slack:#data"]), source("web", "visit")]
    return new_world(*metrics, sources=sources, events=ORDERS, **fields)


def publish(world: World, day: int, value: float = 12, **request: object) -> None:
    rows = [one for name in ORDERS for one in daily(FIRST, [4] * (day - 1) + [value], metric_id=name)]
    end = utc(FIRST) + timedelta(days=day)
    fresh = {"order": end - timedelta(hours=1), "visit": end - timedelta(hours=1)}
    world.publish(rows, **({"coverage": fresh} | request))


def data_incidents(world: World) -> list[tuple[str, ...]]:
    columns = "subject_id, rule_id, state, severity"
    sql = f"select {columns} from ops.incidents where subject_kind = 'source' order by incident_id"
    return list(world.query(sql).itertuples(index=False, name=None))


def test_a_refused_file_raises_one_incident_and_holds_back_the_metrics_that_stand_on_it(
    new_world: NewWorld,
) -> None:
    world = two_metrics(new_world)
    delivered(world, "rejected")
    publish(world, 3)
    found = world.evaluate()

    assert data_incidents(world) == [("shop", "rejected", "firing", "critical")]
    assert found.outcomes == {"suppressed": 1, "met": 1}
    sql = "select subject_id, state from ops.incidents where subject_kind = 'metric'"
    assert list(world.query(sql).itertuples(index=False, name=None)) == [("METRIC-B", "firing")]
    reason = world.query("select reason from ops.alert_outcomes where outcome = 'suppressed'").reason[0]
    assert reason == "held back by incident 1 of source shop: shop: 1 file refused whole"
    evidence = world.evidence(0)
    assert evidence["files"] == [{"path": "orders/1.csv", "reason": "40 of 100 rows are unusable"}]
    assert evidence["holds_back"] == {"rules": 1, "metrics": ["METRIC-A"]}
    assert world.query("select channels from ops.incidents").channels[0] == ["slack:#data"]


def test_once_a_good_file_came_the_metrics_are_judged_again(new_world: NewWorld) -> None:
    world = two_metrics(new_world)
    delivered(world, "rejected")
    publish(world, 3)
    world.evaluate()
    delivered(world, "accepted")
    assert world.evaluate().outcomes == {"met": 1}, "without waiting for a publication"
    assert data_incidents(world) == [("shop", "rejected", "resolved", "critical")]
    assert sorted(world.states()) == ["firing", "firing", "resolved"]


def test_a_refused_file_that_nobody_mends_holds_back_only_until_later_data_have_come(
    new_world: NewWorld,
) -> None:
    world = two_metrics(new_world)
    delivered(world, "rejected")
    publish(world, 3)
    assert world.evaluate().outcomes == {"suppressed": 1, "met": 1}
    publish(world, 4, coverage={"order": NOW + timedelta(minutes=1), "visit": NOW})
    assert world.evaluate().outcomes == {"met": 2}
    assert data_incidents(world) == [("shop", "rejected", "firing", "critical")], "it is still told of"


def test_what_is_firing_when_its_data_are_refused_neither_ends_nor_opens_again(new_world: NewWorld) -> None:
    world = two_metrics(new_world)
    publish(world, 3)
    world.evaluate()
    delivered(world, "rejected")
    world.evaluate()
    publish(world, 4, value=3)
    world.evaluate()
    sql = "select subject_id, state from ops.incidents where subject_kind = 'metric' order by 1"
    assert list(world.query(sql).itertuples(index=False, name=None)) == [
        ("METRIC-A", "firing"),
        ("METRIC-B", "resolved"),
    ]


def test_data_grow_stale_by_the_clock_without_any_publication(new_world: NewWorld) -> None:
    world = two_metrics(new_world)
    publish(world, 3, value=4, coverage={"order": utc("2026-03-03 20:00"), "visit": utc("2026-03-09")})
    world.evaluate()
    world.evaluate(utc("2026-03-05 20:00"))
    assert data_incidents(world) == []
    world.evaluate(utc("2026-03-05 20:01"))
    assert data_incidents(world) == [("shop", "stale", "firing", "warning")]
    told = world.told()
    for minute in range(20):
        world.evaluate(utc("2026-03-06") + timedelta(minutes=minute))
    assert world.told() == told
    publish(world, 4, value=4, coverage={"order": utc("2026-03-04 23:00"), "visit": utc("2026-03-09")})
    world.evaluate(utc("2026-03-06 01:00"))
    assert data_incidents(world) == [("shop", "stale", "resolved", "warning")]


def test_a_rule_on_the_age_of_data_is_judged_between_publications_until_a_data_incident_says_it(
    new_world: NewWorld,
) -> None:
    late = ruled(rule("minutes_since_data > 60", rule_id="late"), data=FRESH)
    world = new_world(late, sources=[source()], events=ORDERS)
    world.publish([4], coverage={"order": utc("2026-03-01 23:30")})
    world.evaluate()
    assert world.evaluate(utc("2026-03-02 00:30")).outcomes == {"not_met": 1}
    assert world.evaluate(utc("2026-03-02 00:31")).outcomes == {"met": 1}
    assert world.incidents() == [("late", "", "firing", "warning")]
    assert world.evaluate(utc("2026-03-04")).outcomes == {"suppressed": 1}
    assert world.incidents() == [("late", "", "firing", "warning"), ("stale", "", "firing", "warning")]


def test_a_source_that_never_delivered_is_stale(new_world: NewWorld) -> None:
    world = two_metrics(new_world)
    publish(world, 3, coverage={"visit": utc("2026-03-03 20:00")})
    world.evaluate()
    assert data_incidents(world) == [("shop", "stale", "firing", "warning")]
    assert world.evidence(0)["events"] == [{"event": "order", "newest_at": None, "tolerated_minutes": 2880}]


def test_events_that_no_source_names_are_those_of_sources_whose_rows_name_theirs(new_world: NewWorld) -> None:
    mixed = source("mixed", event=None, event_column="kind")
    world = new_world(
        ruled(rule(), metric_id="METRIC-A"),
        ruled(rule(), metric_id="METRIC-B"),
        sources=[source(), mixed],
        events=ORDERS,
    )
    delivered(world, "rejected", source_id="mixed")
    publish(world, 3)
    assert world.evaluate().outcomes == {"met": 1, "suppressed": 1}
    assert world.evidence(0)["holds_back"]["metrics"] == ["METRIC-B"]


# ---- observing whatever state is found -------------------------------------------------------------------


@pytest.fixture
def connection(new_world: NewWorld) -> Iterator[Connection]:
    with new_world().engine.connect() as opened:
        yield opened


def seen(connection: Connection, found: dict[str, Finding], minute: int, rule_id: str = "failed") -> Observed:
    return observe(connection, "job", found, NOW + timedelta(minutes=minute), rule_ids=[rule_id])


def states(connection: Connection) -> list[tuple[str, ...]]:
    sql = "select subject_id, rule_id, state, severity from ops.incidents order by incident_id"
    return [tuple(row) for row in connection.execute(text(sql))]


def test_what_is_found_opens_stays_and_ends_however_often_it_is_said(connection: Connection) -> None:
    broken = {"refresh": Finding("failed", "refresh failed", "warning", {"run": "1"})}
    opened = seen(connection, broken, 1)
    assert opened == Observed(frozenset({"refresh"}), frozenset(), frozenset())
    for minute in range(2, 10):
        assert seen(connection, broken, minute) == Observed(frozenset(), frozenset(), frozenset())
    worse = {"refresh": Finding("failed", "refresh failed", "critical", {"run": "2"})}
    assert seen(connection, worse, 10).escalated == {"refresh"}
    assert seen(connection, broken, 11).escalated == frozenset(), "severity only rises"
    assert seen(connection, {}, 12).resolved == {"refresh"}
    assert states(connection) == [("refresh", "failed", "resolved", "critical")]
    assert seen(connection, broken, 13).opened == {"refresh"}


def test_a_watcher_ends_only_what_it_is_responsible_for(connection: Connection) -> None:
    seen(connection, {"refresh": Finding("failed", "x", "warning")}, 1)
    seen(connection, {"refresh": Finding("slow", "y", "warning")}, 2, "slow")
    seen(connection, {}, 3, "slow")
    assert [state for _, _, state, _ in states(connection)] == ["firing", "resolved"]


def test_an_acknowledgement_stands_while_the_finding_changes(connection: Connection) -> None:
    seen(connection, {"refresh": Finding("failed", "x", "warning", {"run": "1"})}, 1)
    connection.execute(text("update ops.incidents set state = 'acknowledged'"))
    seen(connection, {"refresh": Finding("failed", "x", "warning", {"run": "2"})}, 2)
    assert states(connection) == [("refresh", "failed", "acknowledged", "warning")]
