"""The job `backup` and its schedule; it holds the writer's lock for a moment only, so that runs go on beside it."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from sqlalchemy import Engine

from core.clock import wall_now
from core.database import connect
from core.settings import Settings
from pipelines.orchestration.failures import translated

POOL = "backup"


def backup_job(settings: Settings) -> dg.JobDefinition:
    """The job `backup`: takes one, restores it to see that it is good, then deletes those that are not to be kept."""

    @dg.op(
        pool=POOL,
        description="Take a backup of database and lake, restore it into an empty place to see that it is good, and "
        "delete those that settings do not keep.",
    )
    def verified_backup(context: dg.OpExecutionContext) -> None:
        from pipelines.backups.keep import delete_outdated  # noqa: PLC0415  what loading the definitions has no need of
        from pipelines.backups.take import take_backup  # noqa: PLC0415
        from pipelines.backups.verify import verify_and_note  # noqa: PLC0415

        with translated(context), _engine(settings) as engine:
            place = settings.backups
            waits = "a run is writing; the backup is of the moment at which it ends"
            taken = take_backup(settings, engine, place, wall_now(), lambda: context.log.info(waits))
            verify_and_note(settings, engine, f"{place.rstrip('/')}/{taken.folder.name}", wall_now())
            deleted = delete_outdated(settings, engine, place, wall_now())
            context.add_output_metadata(
                {
                    "backup": taken.folder.shown,
                    "bytes": taken.manifest.size,
                    "publication_id": taken.manifest.publication_id or 0,
                    "lake_version": taken.manifest.lake_version or 0,
                    "deleted": len(deleted),
                }
            )

    @dg.job(name="backup", description="Take a backup, verify it by a restore, and delete old ones.")
    def backup() -> None:
        verified_backup()

    return backup


def backup_schedule(settings: Settings, job: dg.JobDefinition) -> list[dg.ScheduleDefinition]:
    """When backups are taken; none where no target is set: they would fill the disk that they are to protect."""
    if settings.backup_target is None or settings.backup_schedule == "off":
        return []
    return [
        dg.ScheduleDefinition(
            name="backups",
            description="Takes and verifies a backup of database and lake.",
            job=job,
            cron_schedule=settings.backup_schedule,
            execution_timezone=settings.timezone,
            default_status=dg.DefaultScheduleStatus.RUNNING,
        )
    ]


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    engine = connect(settings)
    try:
        yield engine
    finally:
        engine.dispose()
