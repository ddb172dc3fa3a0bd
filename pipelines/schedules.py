"""When runs come by themselves, in the reporting time zone."""

import dagster as dg

from core.settings import Settings
from pipelines.jobs import refresh, upkeep
from pipelines.partitions import key_of, newest_day

# hashing every file catches a change that kept both size and time
FULL_CHECK = {"ops": {"staged_files": {"config": {"full_check": True}}}}


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """Hourly refresh, daily full check of the landing zone, nightly upkeep."""
    zone, running = settings.timezone, dg.DefaultScheduleStatus.RUNNING

    @dg.schedule(job=refresh, cron_schedule="0 * * * *", execution_timezone=zone, default_status=running)
    def hourly_refresh() -> dg.RunRequest:
        """Everything new, also from sources that no sensor can watch."""
        return dg.RunRequest(partition_key=key_of(newest_day(settings)))

    @dg.schedule(job=refresh, cron_schedule="30 4 * * *", execution_timezone=zone, default_status=running)
    def daily_full_check() -> dg.RunRequest:
        """Compares the contents of all files with what was ingested, not only their size and time."""
        return dg.RunRequest(partition_key=key_of(newest_day(settings)), run_config=FULL_CHECK)

    nightly_upkeep = dg.ScheduleDefinition(
        name="nightly_upkeep",
        job=upkeep,
        cron_schedule="30 3 * * *",
        execution_timezone=zone,
        default_status=running,
    )
    return [hourly_refresh, daily_full_check, nightly_upkeep]
