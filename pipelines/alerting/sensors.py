"""Sensors that watch: each looks at the state there is, so that one that was down misses nothing, and starts no run."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import dagster as dg

from core.clock import wall_now
from core.settings import Settings
from pipelines.alerting.dagster_state import failed_checks, failed_jobs, failing_ticks
from pipelines.workspace import Workspace

# Dagster looks at its sensors every five seconds, and counts from the last look
EVERY_LOOK = 4


@dataclass
class Opened:
    """The workspace that all ticks of this process share, opened by the first; it writes no lake and holds no lock."""

    settings: Settings
    _workspace: Workspace | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> Workspace:
        """The workspace.

        Raises:
            TransientError: the embedded PostgreSQL did not start.
        """
        with self._lock:
            if self._workspace is None:
                self._workspace = Workspace.open(self.settings)
            return self._workspace


def watching(
    opened: Opened,
    name: str,
    every_seconds: int,
    description: str,
    work: Callable[[Workspace, dg.DagsterInstance, datetime], str],
) -> dg.SensorDefinition:
    """A sensor that does some work at each tick, notes that it did, and says what came of it."""

    @dg.sensor(
        name=name,
        minimum_interval_seconds=every_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=description,
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        from pipelines.alerting.heartbeats import beating  # noqa: PLC0415  SQLAlchemy, when it is needed

        workspace, now = opened(), wall_now()
        with beating(workspace.engine, name, every_seconds, now):
            return dg.SkipReason(work(workspace, context.instance, now))

    return sensor


def alert_sensors(
    settings: Settings,
    jobs: Sequence[str],
    checks: Sequence[dg.AssetChecksDefinition],
) -> list[dg.SensorDefinition]:
    """All sensors of alerting."""
    opened = Opened(settings)

    def run_failures(workspace: Workspace, instance: dg.DagsterInstance, now: datetime) -> str:
        return _observed(workspace, "job", failed_jobs(instance, jobs), now)

    def check_failures(workspace: Workspace, instance: dg.DagsterInstance, now: datetime) -> str:
        return _observed(workspace, "check", failed_checks(instance, checks), now)

    return [
        watching(
            opened,
            "alert_evaluation",
            EVERY_LOOK,
            "Judges the alert rules on new numbers, and every minute how fresh the data are.",
            _evaluate,
        ),
        watching(
            opened,
            "alert_delivery",
            EVERY_LOOK,
            "Sends what is due to the channels that the catalog names, and tries again what failed.",
            _deliver,
        ),
        watching(
            opened,
            "run_failures",
            15,
            "Opens an incident while the newest run of a job is a failed one.",
            run_failures,
        ),
        watching(
            opened,
            "check_failures",
            30,
            "Opens an incident while a check that blocks nothing fails.",
            check_failures,
        ),
        watching(
            opened,
            "sensor_health",
            60,
            "Opens an incident while a sensor fails or stands still.",
            _watch_sensors,
        ),
    ]


def _evaluate(workspace: Workspace, _instance: dg.DagsterInstance, now: datetime) -> str:
    from pipelines.alerting.evaluation import evaluate  # noqa: PLC0415  what a run has no need of
    from pipelines.alerting.outbox import enqueue  # noqa: PLC0415

    settings = workspace.settings
    evaluation = evaluate(workspace.engine, workspace.catalog().catalog, settings, workspace.as_of, now)
    with workspace.engine.begin() as connection:
        queued = enqueue(connection, settings, now)
    return f"{evaluation}; {queued} deliveries queued"


def _deliver(workspace: Workspace, _instance: dg.DagsterInstance, now: datetime) -> str:
    from pipelines.alerting.delivery import deliver  # noqa: PLC0415
    from pipelines.alerting.outbox import enqueue  # noqa: PLC0415

    with workspace.engine.begin() as connection:
        enqueue(
            connection, workspace.settings, now
        )  # silences end and reminders fall due between publications
    return str(deliver(workspace.engine, workspace.settings, now))


def _observed(workspace: Workspace, kind: str, found: dict, now: datetime) -> str:
    from pipelines.alerting.operations import observe  # noqa: PLC0415

    with workspace.engine.begin() as connection:
        observe(connection, kind, found, now)
    return ", ".join(finding.title for finding in found.values()) or "nothing is wrong"


def _watch_sensors(workspace: Workspace, instance: dg.DagsterInstance, now: datetime) -> str:
    """Watch the others; where those that tell people are sick themselves, this one tells."""
    from pipelines.alerting.heartbeats import sick_sensors  # noqa: PLC0415

    with workspace.engine.connect() as connection:
        found = {**failing_ticks(instance, now), **sick_sensors(connection, now)}
    said = _observed(workspace, "sensor", found, now)
    return f"{said}; {_deliver(workspace, instance, now)}" if found else said
