"""The sensors of alerting on a real instance: what they open, what they end, and how they are watched themselves."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationPlanned
from dagster._core.events import DagsterEvent, DagsterEventType
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._utils.error import SerializableErrorInfo

from core.errors import CatalogError
from pipelines.alerting.watching.heartbeats import beating, sick_sensors
from pipelines.orchestration.dagster_state import failing_ticks
from tests.integration.pipelines.orchestration.conftest import CATALOG, Shop

ROOT = Path(__file__).parents[4]
NOW = datetime(2026, 3, 5, 17, tzinfo=UTC)
RULE = """    targets_and_alerts:
      alert_rules: [{rule_id: low, condition: value < 100, notify_channels: ["webhook:owner"]}]
"""
OPEN = "select subject_id, rule_id, severity, title from ops.incidents where state <> 'resolved' order by 1"


def tick(shop: Shop, name: str) -> str:
    """What one look of a sensor says."""
    with shop.opened() as opened:
        sensor = opened.definitions.resolve_sensor_def(name)
        with dg.build_sensor_context(instance=opened.instance, definitions=opened.definitions) as context:
            reason = sensor.evaluate_tick(context).skip_message
    assert reason is not None
    return reason


def test_every_sensor_notes_its_beats_so_that_a_silent_one_is_told(shop: Shop) -> None:
    with shop.opened() as opened:
        names = sorted(sensor.name for sensor in opened.definitions.sensors or ())
    assert {"landing_zone", "abandoned_runs"} <= set(names)
    for name in names:
        tick(shop, name)
    assert [name for (name,) in shop.query("select name from ops.heartbeats order by 1")] == names


def test_a_failed_run_is_an_incident_until_the_next_run_succeeds(shop: Shop) -> None:
    assert tick(shop, "run_failures") == "nothing is wrong"
    shop.write_catalog(CATALOG.replace("csv\n", "xml\n"))
    for _ in range(2):
        with pytest.raises(CatalogError):
            shop.run()
        tick(shop, "run_failures")
    ((job, rule, severity, title),) = shop.query(OPEN)
    assert (job, rule, severity) == ("refresh", "run_failed", "critical")
    assert title.startswith("Run of refresh failed: the catalog has 1 error(s): ")
    assert "xml" in title, "the reason itself"
    assert shop.query("select count(*) from ops.incidents") == [(1,)]
    shop.write_catalog(CATALOG)
    shop.run()
    tick(shop, "run_failures")
    assert shop.query("select state from ops.incidents") == [("resolved",)]


def test_a_check_that_blocks_nothing_is_an_incident_while_it_fails(shop: Shop) -> None:
    shop.deliver(
        "one.csv", "at,country,amount\n2026-03-01 09:00,DE,10\n2026-03-01 10:00,DE,5\n2026-03-02,DE,much\n"
    )
    shop.run()
    said = tick(shop, "check_failures")
    checks = {subject: severity for subject, _, severity, _ in shop.query(OPEN)}
    assert checks["events.no_row_is_quarantined"] == "info"
    assert "Check events.no_row_is_quarantined failed: source: orders" in said
    shop.deliver("one.csv", "at,country,amount\n2026-03-01 09:00,DE,10\n2026-03-01 10:00,DE,5\n")
    shop.run()
    tick(shop, "check_failures")
    assert shop.query("select distinct state from ops.incidents where subject_kind = 'check'") == [
        ("resolved",)
    ]


def test_a_check_that_is_only_planned_ends_no_incident(shop: Shop) -> None:
    shop.deliver(
        "one.csv", "at,country,amount\n2026-03-01 09:00,DE,10\n2026-03-01 10:00,DE,5\n2026-03-02,DE,much\n"
    )
    for number in range(2):
        shop.run()
        tick(shop, "check_failures")
        with shop.opened() as opened:
            key = dg.AssetCheckKey(dg.AssetKey("events"), "no_row_is_quarantined")
            _plan(opened.instance, key, f"planned-{number}")
        assert "no_row_is_quarantined failed" in tick(shop, "check_failures")
    history = shop.query(
        "select e.event from ops.incident_events e join ops.incidents i using (incident_id) "
        "where i.subject_id = 'events.no_row_is_quarantined' order by e.event_id"
    )
    assert history == [("opened",), ("firing",)]


def _plan(instance: dg.DagsterInstance, key: dg.AssetCheckKey, run_id: str) -> None:
    """What launching a run writes down of each check."""
    planned = DagsterEvent(
        event_type_value=DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED.value,
        job_name="refresh",
        event_specific_data=AssetCheckEvaluationPlanned(asset_key=key.asset_key, check_name=key.name),
    )
    instance.report_dagster_event(planned, run_id=run_id)


def test_new_numbers_are_judged_once_and_what_fires_is_queued(shop: Shop) -> None:
    shop.write_catalog(
        CATALOG.replace("    dimensions: [{name: country}]\n  - metric_id", f"{RULE}  - metric_id")
    )
    shop.deliver("two.csv", "at,country,amount\n2026-03-04 09:00,DE,40\n")
    shop.run()
    for _ in range(3):
        tick(shop, "alert_evaluation")
    told = shop.query(
        "select i.subject_id, i.state, d.event, d.target from ops.deliveries d join ops.incidents i using (incident_id)"
        " where i.rule_id = 'low'"
    )
    assert told == [("revenue", "firing", "firing", "webhook:owner")]
    # no setting names the channel: the delivery sensor says so, and tries no more
    tick(shop, "alert_delivery")
    assert shop.query("select state from ops.deliveries where target = 'webhook:owner'") == [("dead",)]


def test_a_sensor_that_fails_or_stands_still_is_noticed(published: Shop) -> None:
    with published.opened() as opened:
        engine = opened.workspace.engine
        with beating(engine, "well", 60, NOW - timedelta(seconds=179)):
            pass
        with beating(engine, "still", 60, NOW - timedelta(seconds=181)):
            pass
        with beating(engine, "sick", 5, NOW - timedelta(minutes=6)):
            pass
        for minute in (3, 2, 1):
            with (
                pytest.raises(ZeroDivisionError),
                beating(engine, "sick", 5, NOW - timedelta(minutes=minute)),
            ):
                1 / 0  # noqa: B018
        with engine.connect() as connection:
            found = sick_sensors(connection, ["well", "still", "sick"], NOW)
    assert {name: finding.title for name, finding in found.items()} == {
        "sick": "Sensor sick failed 3 times in a row: ZeroDivisionError: division by zero",
        "still": "Sensor still has done nothing since 2026-03-05 16:56:59 UTC; it was stopped, or hangs",
    }


def test_who_was_down_with_the_others_waits_before_it_calls_them_sick(published: Shop) -> None:
    with published.opened() as opened:
        engine = opened.workspace.engine
        for name in ("alert_evaluation", "sensor_health"):
            with beating(engine, name, 5, datetime.now(UTC) - timedelta(hours=1)):
                pass
    assert tick(published, "sensor_health") == "just started: the others may not have looked yet"
    assert "Sensor alert_evaluation has done nothing since" in tick(published, "sensor_health")


def test_a_sensor_whose_last_looks_all_failed_is_noticed_whoever_wrote_it(published: Shop) -> None:
    origin = RemoteInstigatorOrigin(
        RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("mdl"), "__repository__"), "landing_zone"
    )
    state = InstigatorState(
        origin, InstigatorType.SENSOR, InstigatorStatus.DECLARED_IN_CODE, SensorInstigatorData()
    )
    with published.opened() as opened:
        opened.instance.add_instigator_state(state)
        found = []
        for number, status in enumerate([TickStatus.SKIPPED, *[TickStatus.FAILURE] * 3]):
            opened.instance.create_tick(
                TickData(
                    instigator_origin_id=state.instigator_origin_id,
                    selector_id=state.selector_id,
                    instigator_name="landing_zone",
                    instigator_type=InstigatorType.SENSOR,
                    status=status,
                    timestamp=(NOW - timedelta(minutes=10 - number)).timestamp(),
                    error=SerializableErrorInfo("OSError: gone\n", [], None) if number else None,
                )
            )
            found.append(set(failing_ticks(opened.instance, NOW)))
    assert found == [set(), set(), set(), {"landing_zone"}]


def test_the_landing_zones_sensor_requests_a_refresh_of_the_newest_day_and_beats(shop: Shop) -> None:
    shop.deliver("one.csv", "at,country,amount\n")
    cursor, requested = None, []
    with shop.opened() as opened:
        sensor = opened.definitions.resolve_sensor_def("landing_zone")
        for _ in range(4):
            # each tick in a context of its own, as after a restart of the daemon
            with dg.build_sensor_context(cursor=cursor, definitions=opened.definitions) as context:
                look = sensor.evaluate_tick(context)
            cursor = look.cursor
            requested += [(request.partition_key, request.run_key) for request in look.run_requests or ()]
    assert [key for key, _ in requested] == ["2026-03-05"]
    assert str(requested[0][1]).startswith("1-")
    tick(shop, "abandoned_runs")
    beats = "select name, expected_every_seconds, failures, last_succeeded_at is not null from ops.heartbeats"
    assert sorted(shop.query(beats)) == [("abandoned_runs", 60, 0, True), ("landing_zone", 4, 0, True)]


def test_every_statement_of_a_runbook_reads_something_of_a_real_installation(published: Shop) -> None:
    tried = 0
    for path in sorted((ROOT / "docs" / "runbooks").glob("*.md")):
        for statement in re.findall(r'mdl db query "([^"]+)"', path.read_text()):
            if "pg_terminate_backend" not in statement:
                published.query(statement)
                tried += 1
    assert tried > 10
