"""How runs go: what Dagster's tables say of each job, and of the stages of the newest refresh."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf

from sqlalchemy import Connection, text

_STAGED = "refresh"
_MOST_JOBS = 50
_ARE_THERE = text(
    "select to_regclass('dagster.runs') is not null and to_regclass('dagster.event_logs') is not null"
)
# a backfill of assets is a job of Dagster's own making, whose name begins with two underscores
_JOBS = text("""
    select pipeline_name as name, max(end_time) filter (where status = 'SUCCESS') as succeeded_at,
        (array_agg(status order by end_time desc) filter (where status in ('SUCCESS', 'FAILURE')))[1] as newest,
        (array_agg(end_time - start_time order by end_time desc) filter (where status = 'SUCCESS'))[1] as took,
        (array_agg(run_id order by end_time desc) filter (where status = 'SUCCESS'))[1] as run_id,
        min(coalesce(start_time, extract(epoch from create_timestamp)))
            filter (where status in ('STARTING', 'STARTED', 'CANCELING')) as running_since,
        min(extract(epoch from create_timestamp)) filter (where status in ('NOT_STARTED', 'QUEUED')) as waiting_since
    from dagster.runs where pipeline_name not like '\\_\\_%' group by 1 order by 1 limit :most
""")
_STAGES = text("""
    select step_key as stage, extract(epoch from
        max("timestamp") filter (where dagster_event_type in ('STEP_SUCCESS', 'STEP_FAILURE'))
        - min("timestamp") filter (where dagster_event_type = 'STEP_START')) as seconds
    from dagster.event_logs where run_id = :run_id and step_key is not null group by 1 order by 1 limit :most
""")


@dataclass(frozen=True)
class JobState:
    """Of a job, in seconds: since it succeeded (infinite: never), how long it took, since when one runs or waits."""

    success_age: float
    took: float
    has_failed: bool
    running: float
    waiting: float


@dataclass(frozen=True)
class Runs:
    """Jobs by name, and seconds of each stage of the newest refresh that succeeded; empty where Dagster never was."""

    jobs: Mapping[str, JobState] = field(default_factory=dict)
    stages: Mapping[str, float] = field(default_factory=dict)


def runs(connection: Connection, now: datetime) -> Runs:
    """Read them. Three statements; one where Dagster has no tables yet."""
    if not connection.scalar(_ARE_THERE):
        return Runs()
    moment = now.timestamp()
    rows = connection.execute(_JOBS, {"most": _MOST_JOBS}).all()
    newest = next((row.run_id for row in rows if row.name == _STAGED), None)
    staged = connection.execute(_STAGES, {"run_id": newest or "", "most": _MOST_JOBS})
    return Runs(
        jobs={
            row.name: JobState(
                success_age=inf if row.succeeded_at is None else moment - row.succeeded_at,
                took=float(row.took or 0),
                has_failed=row.newest == "FAILURE",
                running=_since(row.running_since, moment),
                waiting=_since(row.waiting_since, moment),
            )
            for row in rows
        },
        stages={row.stage: float(row.seconds) for row in staged if row.seconds is not None},
    )


def _since(moment: float | None, now: float) -> float:
    return 0.0 if moment is None else now - float(moment)
