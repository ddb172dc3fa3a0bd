"""The job that makes a report for a period, and the sensor that requests it; neither waits for those who write."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import dagster as dg
from sqlalchemy import Engine

from core.clock import wall_now
from core.database import connect
from core.errors import PermanentError
from core.settings import Settings
from pipelines.orchestration.alert_sensors import EVERY_LOOK, Opened
from pipelines.orchestration.failures import translated

SENSOR = "reports"
POOL = "reports"
_PERIODS = dg.DynamicPartitionsDefinition(name="report_periods")
_CLOCK = ("minute", "hour")
_NICENESS = 10


def partition_key(report_id: str, grain: str, start: datetime) -> str:
    """`<report>|<grain>|<day>`; a moment in place of the day where periods are shorter. By the report's clock."""
    return f"{report_id}|{grain}|{start.isoformat() if grain in _CLOCK else start.date().isoformat()}"


def parse_key(key: str) -> tuple[str, str, date | datetime]:
    """Report, grain and a day of the period.

    Raises:
        PermanentError: it is none.
    """
    try:
        report_id, grain, day = key.rsplit("|", 2)
        return report_id, grain, datetime.fromisoformat(day) if grain in _CLOCK else date.fromisoformat(day)
    except ValueError as error:
        raise PermanentError(f"{key!r} is no period of a report, such as weekly|week|2026-11-16") from error


def report_job(settings: Settings) -> dg.JobDefinition:
    """The job `report`: each partition is a report and a period; one that was made is never made again by it."""

    # one after the other: they are not to slow down those who read
    @dg.op(
        pool=POOL,
        description="Make the report of a period from the newest publication, archive it and queue it.",
    )
    def made_report(context: dg.OpExecutionContext) -> None:
        from pipelines.reporting.by_hand import make_period  # noqa: PLC0415  what the sensor has no need of

        _step_back()
        with translated(context), _engine(settings) as engine:
            report_id, grain, day = parse_key(context.partition_key)
            outcome = make_period(engine, settings, report_id, grain, day, wall_now())
            context.log.info("%s: %s", outcome.state, outcome.reason or "nothing to add")
            context.add_output_metadata({"state": outcome.state, "reason": outcome.reason or ""})

    @dg.job(
        name="report",
        partitions_def=_PERIODS,
        description="Make reports; repeating one that was made does nothing, and one of a period that was never "
        "due is made as of its day and kept in the archive, sent to nobody.",
    )
    def report() -> None:
        made_report()

    return report


def _step_back() -> None:
    """Let the API and whoever else wants a processor go first; a run that is no process of its own stays as it is."""
    if multiprocessing.parent_process() is not None:
        os.nice(_NICENESS)


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    engine = connect(settings)
    try:
        yield engine
    finally:
        engine.dispose()


def report_sensor(settings: Settings, job: dg.JobDefinition) -> dg.SensorDefinition:
    """The sensor on reports that fall due, whose data come, or that are sent."""
    opened = Opened(settings)

    @dg.sensor(
        name=SENSOR,
        job=job,
        minimum_interval_seconds=EVERY_LOOK,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Enters reports that fall due and requests those whose data are complete; withholds what "
        "waited too long, and tells the owner.",
    )
    def reports(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        with opened.looking(SENSOR, EVERY_LOOK) as (workspace, now):
            return _looked(settings, workspace.engine, context.instance, now)

    return reports


def _looked(
    settings: Settings, engine: Engine, instance: dg.DagsterInstance, now: datetime
) -> dg.SensorResult:
    from pipelines.alerting.delivery.report_outbox import settle_reports  # noqa: PLC0415  as above
    from pipelines.reporting.look import look  # noqa: PLC0415  as above

    found = look(engine, settings, now)
    with engine.begin() as connection:
        settle_reports(connection, now)
    keys = {partition_key(each.run.report_id, each.run.grain, each.start): each for each in found.requests}
    known = set(instance.get_dynamic_partitions(_PERIODS.name or ""))
    return dg.SensorResult(
        run_requests=[
            # an attempt is requested once, also where two daemons look at once
            dg.RunRequest(run_key=f"{each.run.run_id}-{each.attempt}", partition_key=key)
            for key, each in keys.items()
        ],
        dynamic_partitions_requests=[_PERIODS.build_add_request(sorted(set(keys) - known))],
        skip_reason=None if keys else found.said,
    )
