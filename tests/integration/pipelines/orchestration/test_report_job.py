"""Reports under Dagster: what the sensor requests, what the job makes, and what operators repeat and backfill."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

import pytest
from dagster._core.definitions.sensor_definition import SensorEvaluationContext, SensorExecutionData
from dagster._core.instance.config import PoolGranularity
from dagster._core.op_concurrency_limits_counter import GlobalOpConcurrencyLimitsCounter
from sqlalchemy import text

from pipelines.orchestration import report_job
from pipelines.orchestration.in_process import Local
from pipelines.orchestration.pools import know_pools
from pipelines.orchestration.report_job import parse_key, partition_key
from schemas.catalog.store import apply
from schemas.documents.documents import Catalog, Report
from tests.build_marts import utc
from tests.integration.pipelines.orchestration.conftest import Shop

REPORT = Report(
    report_id="daily",
    name="Daily",
    grain="day",
    schedule="0 6 * * *",
    timezone="America/New_York",
    channels=["webhook:board"],
)
RUNS = (
    "select to_char(period_start at time zone 'America/New_York', 'MM-DD'), state, reason, asked_by "
    "from ops.report_runs order by 1"
)
STALE = (
    "orders: data through Mar 2 09:00, needed Mar {} 00:00 or later; "
    "the day is empty: none of its metrics has a value"
)
LATE = "late: it was due on 2026-03-02 06:00 EST"


@pytest.fixture
def reporting(published: Shop) -> Shop:
    """The shop with orders of 1 and 2 March, a report since the first, at noon on the 5th in New York."""
    with published.database() as connection:
        apply(
            connection,
            Catalog(reports={"daily": REPORT}),
            changed_by="ann",
            origin_of=lambda *_: "api",
            now=utc("2026-03-01 17:00"),
            prune=False,
        )
    return published


def looked(opened: Local) -> SensorExecutionData:
    """One look of the sensor, as the daemon has it evaluated."""
    context = SensorEvaluationContext(
        instance_ref=opened.instance.get_ref(),
        last_tick_completion_time=None,
        last_run_key=None,
        cursor=None,
        repository_name=None,
        repository_def=opened.definitions.get_repository_def(),
    )
    with context:
        found = opened.definitions.resolve_sensor_def("reports").evaluate_tick(context)
    for each in found.dynamic_partitions_requests or ():
        opened.instance.add_dynamic_partitions(each.partitions_def_name, list(each.partition_keys))
    return found


def tick(shop: Shop) -> SensorExecutionData:
    with shop.opened() as opened:
        return looked(opened)


def execute(shop: Shop, key: str) -> dict[str, str]:
    """What the run of a partition says became of it."""
    with shop.opened() as opened:
        opened.instance.add_dynamic_partitions("report_periods", [key])
        result = opened.definitions.resolve_job_def("report").execute_in_process(
            instance=opened.instance, partition_key=key
        )
        (output,) = (each for each in result.all_events if each.is_successful_output)
        metadata = output.step_output_data.metadata
    return {name: str(metadata[name].value) for name in ("state", "reason")}


def test_the_sensor_requests_what_is_complete_and_says_why_the_rest_waits(reporting: Shop) -> None:
    found = tick(reporting)
    assert [each.partition_key for each in found.run_requests] == [
        "daily|day|2026-03-01",
        "daily|day|2026-03-02",
    ]
    assert [each.run_key.split("-")[1] for each in found.run_requests] == ["1", "1"]
    assert reporting.query(RUNS) == [
        ("03-01", "waiting", None, None),
        ("03-02", "waiting", None, None),
        ("03-03", "withheld", STALE.format(3), None),
        ("03-04", "waiting", STALE.format(4), None),
    ]
    assert tick(reporting).skip_message == "1 waiting"
    assert reporting.query("select name, failures from ops.heartbeats where name = 'reports'") == [
        ("reports", 0)
    ]


def test_the_job_makes_a_report_once_however_often_it_is_repeated(reporting: Shop) -> None:
    tick(reporting)
    for _ in range(2):
        assert execute(reporting, "daily|day|2026-03-01") == {"state": "made", "reason": LATE}
    assert reporting.query("select target, state from ops.deliveries") == [("webhook:board", "waiting")]


def test_a_run_of_what_is_not_complete_leaves_it_as_it_was(reporting: Shop) -> None:
    tick(reporting)
    assert execute(reporting, "daily|day|2026-03-03") == {"state": "withheld", "reason": STALE.format(3)}
    assert execute(reporting, "daily|day|2026-03-04") == {"state": "waiting", "reason": STALE.format(4)}


def test_a_backfilled_period_is_made_as_of_its_day_and_sent_to_nobody(reporting: Shop) -> None:
    with reporting.database() as connection:
        connection.execute(text("update ops.publications set published_at = '2026-02-20 12:00+00'"))
    assert execute(reporting, "daily|day|2026-03-01") == {"state": "sent", "reason": ""}
    assert reporting.query("select count(*) from ops.deliveries") == [(0,)]
    ((due, publication),) = reporting.query(
        "select due_at, publication_id from ops.report_runs where state = 'sent'"
    )
    assert due == utc("2026-03-02 11:00")
    assert publication is not None


def test_a_backfilled_period_of_which_nothing_was_published_by_then_is_withheld(reporting: Shop) -> None:
    said = execute(reporting, "daily|day|2026-02-27")
    assert said["state"] == "withheld"
    assert said["reason"].startswith("nothing had been published by 2026-02-28; the first publication is of ")


def test_neither_sensor_nor_job_waits_for_a_run_that_writes(reporting: Shop) -> None:
    # `opened` holds the writer's lock, and both go on
    with reporting.opened() as opened:
        keys = [each.partition_key for each in looked(opened).run_requests or ()]
        job = opened.definitions.resolve_job_def("report")
        assert job.execute_in_process(instance=opened.instance, partition_key=keys[0]).success


def test_a_partition_is_named_by_report_grain_and_day() -> None:
    assert partition_key("weekly|eu", "week", utc("2026-03-02")) == "weekly|eu|week|2026-03-02"
    assert parse_key("weekly|eu|week|2026-03-02") == ("weekly|eu", "week", utc("2026-03-02").date())
    hour = partition_key("ops", "hour", utc("2026-03-02 05:00"))
    assert hour == "ops|hour|2026-03-02T05:00:00+00:00"
    assert parse_key(hour)[2] == utc("2026-03-02 05:00")


def test_of_reports_that_are_due_together_before_any_was_made_one_is_launched(shop: Shop) -> None:
    with shop.opened() as opened:
        instance = opened.instance
        first, second = (
            instance.create_run_for_job(opened.definitions.resolve_job_def("report")) for _ in range(2)
        )
        know_pools(instance)
        storage = instance.event_log_storage
        # as the daemon does with each look at what waits
        line = GlobalOpConcurrencyLimitsCounter(
            instance,
            [first, second],
            in_progress_run_records=[],
            concurrency_keys=storage.get_concurrency_keys(),
            pool_limits=storage.get_pool_limits(),
            pool_granularity=PoolGranularity.RUN,
        )
        assert not line.is_blocked(first)
        line.update_counters_with_launched_item(first)
        assert line.is_blocked(second)


def test_a_run_lets_others_go_first_and_a_process_that_makes_a_report_by_itself_does_not() -> None:
    before = os.nice(0)
    report_job._step_back()
    assert os.nice(0) == before
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as others:
        others.submit(report_job._step_back).result()
        assert others.submit(os.nice, 0).result() == min(19, before + 10)
