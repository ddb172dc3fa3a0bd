"""What starts runs when something happens: files that arrive or change in the landing zone."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dagster as dg
import fsspec
from pydantic import BaseModel
from sqlalchemy import Engine

from core.clock import wall_now
from core.database import connect
from core.settings import Settings
from pipelines.ingest.file_names import is_looked_at
from pipelines.locks import is_nobody_writing
from pipelines.orchestration.abandoned import end_abandoned_runs, unfinished_runs
from pipelines.orchestration.jobs import refresh
from pipelines.orchestration.partitions import key_of, newest_day

# Dagster looks at its sensors every five seconds; a listing of a remote store costs money and time
_LOCAL_SECONDS = 4
_REMOTE_SECONDS = 30
_ABANDONED_SECONDS = 60


class Seen(BaseModel):
    """The sensor's memory between ticks: the landing zone at the last tick, and at the last run requested."""

    at_last_tick: str = ""
    at_last_run: str = ""
    runs: int = 0


def landing_state(landing: str) -> str:
    """A digest of the path, size and time of every file; equal digests mean that nothing arrived or changed."""
    lines = _remote(landing) if "://" in landing else _local(landing)
    text = "\n".join(sorted(lines))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _local(folder: str) -> Iterator[str]:
    """One scan of the folders, about 10 ms for a thousand files; links are told from where they lie, not followed.

    Folders with an underscore are looked into, since the path of a source may name them.
    """
    try:
        entries = list(os.scandir(folder))
    except OSError:  # gone meanwhile, or closed to us: the run says so
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith("."):
                yield from _local(entry.path)
        elif is_looked_at(entry.name):
            with suppress(FileNotFoundError):
                status = entry.stat(follow_symlinks=False)
                yield f"{entry.path}\t{status.st_size}\t{status.st_mtime_ns}"


def _remote(url: str) -> Iterator[str]:
    filesystem, root = fsspec.core.url_to_fs(url)
    for path, facts in filesystem.find(root, detail=True).items():
        if is_looked_at(path.rpartition("/")[2]):
            changed = (
                facts.get("ETag") or facts.get("LastModified") or facts.get("mtime") or facts.get("created")
            )
            yield f"{path}\t{facts.get('size')}\t{changed}"


def next_step(seen: Seen, state: str) -> tuple[Seen, str | None]:
    """What the sensor remembers next, and the key of the run to request, if any.

    A state is acted on once it is the same at two ticks, so that a file is not read while it is being written. The key
    counts the runs, since Dagster never runs a key twice and the same files may come back. It is the same for a tick
    that is repeated because the daemon died before it kept the cursor.
    """
    if state == seen.at_last_run:
        return seen.model_copy(update={"at_last_tick": state}), None
    if state != seen.at_last_tick:
        return seen.model_copy(update={"at_last_tick": state}), None
    number = seen.runs + 1
    return Seen(at_last_tick=state, at_last_run=state, runs=number), f"{number}-{state[:16]}"


def landing_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor on MDL_LANDING; sources with a URL or a database of their own wait for the schedule."""
    every = _REMOTE_SECONDS if "://" in settings.landing else _LOCAL_SECONDS

    @dg.sensor(
        job=refresh,
        minimum_interval_seconds=every,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Requests a refresh when files arrive or change, once they rest for two looks.",
    )
    def landing_zone(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Requests a refresh when files arrive or change."""
        seen = Seen.model_validate_json(context.cursor) if context.cursor else Seen()
        with _noted(settings, "landing_zone", every):
            following, run_key = next_step(seen, landing_state(settings.landing))
        if run_key is None:
            waiting = following.at_last_tick != following.at_last_run
            context.update_cursor(following.model_dump_json())
            return dg.SkipReason("files are arriving" if waiting else "nothing new")
        request = dg.RunRequest(run_key=run_key, partition_key=key_of(newest_day(settings)))
        return dg.SensorResult(run_requests=[request], cursor=following.model_dump_json())

    return landing_zone


def abandoned_runs_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor that ends runs whose process was killed; they would keep others in the queue."""

    @dg.sensor(
        minimum_interval_seconds=_ABANDONED_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Marks runs of killed commands as failed; requests none.",
    )
    def abandoned_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        """Ends runs of killed commands; requests none."""
        with _noted(settings, "abandoned_runs", _ABANDONED_SECONDS) as engine:
            if not unfinished_runs(context.instance):
                return dg.SkipReason("every run of a command has ended")
            ended = end_abandoned_runs(context.instance) if is_nobody_writing(engine) else 0
            return dg.SkipReason(f"ended {ended} run(s)")

    return abandoned_runs


@contextmanager
def _noted(settings: Settings, name: str, every_seconds: int) -> Iterator[Engine]:
    """Note whether the block did its work: one that hangs, as shares of a network do, is noticed by silence."""
    from pipelines.alerting.watching.heartbeats import beating  # noqa: PLC0415  what a run has no need of

    engine = connect(settings)
    try:
        with beating(engine, name, every_seconds, wall_now()):
            yield engine
    finally:
        engine.dispose()
