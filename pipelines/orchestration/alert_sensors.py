"""Sensors that watch: each looks at the state there is, so that one that was down misses nothing, and starts no run."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import dagster as dg

from core.clock import wall_now
from core.settings import Settings
from pipelines.alerting.watching.findings import CHECK_FAILED, RUN_FAILED, SENSOR_FAILING, Finding
from pipelines.orchestration.dagster_state import failed_checks, failed_jobs, failing_ticks
from pipelines.workspace import Workspace
from schemas.alerting.vocabulary import SubjectKind

# Dagster looks at its sensors every five seconds, and counts from the last look
EVERY_LOOK = 4
_CLOCK_SECONDS = 60
_HEALTH_SECONDS = 60
_WATCHED = (
    "alert_evaluation",
    "alert_delivery",
    "run_failures",
    "check_failures",
    "reports",
    "landing_zone",
    "abandoned_runs",
)


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

    @contextmanager
    def looking(self, name: str, every_seconds: int) -> Iterator[tuple[Workspace, datetime]]:
        """The workspace and the time of a look, of which is noted whether it did its work."""
        from pipelines.alerting.watching.heartbeats import beating  # noqa: PLC0415  SQLAlchemy, when it is needed

        workspace, now = self(), wall_now()
        try:
            with beating(workspace.engine, name, every_seconds, now):
                yield workspace, now
        finally:
            workspace.engine.dispose()  # no connection is held between looks


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
        with opened.looking(name, every_seconds) as (workspace, now):
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
        return _observed(workspace, "job", RUN_FAILED, failed_jobs(instance, jobs, now), now)

    def check_failures(workspace: Workspace, instance: dg.DagsterInstance, now: datetime) -> str:
        return _observed(workspace, "check", CHECK_FAILED, failed_checks(instance, checks), now)

    return [
        watching(
            opened,
            "alert_evaluation",
            EVERY_LOOK,
            "Judges the alert rules on new numbers, and every minute how fresh the data are.",
            _Evaluation(),
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
            _HEALTH_SECONDS,
            "Opens an incident while a sensor fails or stands still.",
            _watch_sensors,
        ),
    ]


@dataclass
class _Evaluation:
    """Evaluates when there are new numbers or rules, and once a minute for what the clock changes."""

    _seen: tuple[int, int] | None = None
    _at: float = 0

    def __call__(self, workspace: Workspace, _instance: dg.DagsterInstance, now: datetime) -> str:
        from pipelines.alerting.steps import evaluate_and_queue  # noqa: PLC0415  what a run has no need of
        from reports.versions import read_versions  # noqa: PLC0415

        with workspace.engine.connect() as connection:
            versions = read_versions(connection)
        seen = versions.publication_id, versions.catalog_version
        begun = time.monotonic()
        if seen == self._seen and begun - self._at < _CLOCK_SECONDS:
            return "no new numbers, no new rules"
        said = evaluate_and_queue(workspace, now)
        self._seen, self._at = seen, begun
        return said


def _deliver(workspace: Workspace, _instance: dg.DagsterInstance, now: datetime) -> str:
    from pipelines.alerting.steps import queue_and_deliver  # noqa: PLC0415  as above

    return queue_and_deliver(workspace, now)


def _observed(
    workspace: Workspace, kind: SubjectKind, rule_id: str, found: Mapping[str, Finding], now: datetime
) -> str:
    from pipelines.alerting.watching.operations import observe  # noqa: PLC0415

    with workspace.engine.begin() as connection:
        observe(connection, kind, found, now, rule_ids=[rule_id])
    return ", ".join(finding.title for finding in found.values()) or "nothing is wrong"


def _watch_sensors(workspace: Workspace, instance: dg.DagsterInstance, now: datetime) -> str:
    """Watch the others; where those that tell people are sick themselves, this one tells."""
    from pipelines.alerting.watching.heartbeats import has_beaten, sick_sensors  # noqa: PLC0415

    # once a minute is soon enough for the process of all sensors
    workspace.follow_settings()
    with workspace.engine.connect() as connection:
        if not has_beaten(connection, "sensor_health", now - timedelta(seconds=3 * _HEALTH_SECONDS)):
            return "just started: the others may not have looked yet"
        found = {**failing_ticks(instance, now), **sick_sensors(connection, _WATCHED, now)}
    said = _observed(workspace, "sensor", SENSOR_FAILING, found, now)
    return f"{said}; {_deliver(workspace, instance, now)}" if found else said
