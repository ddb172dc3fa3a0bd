"""When runs come by themselves, in the reporting time zone."""

import dagster as dg

from core.settings import Settings
from pipelines.orchestration.jobs import full_check, refresh, upkeep
from pipelines.orchestration.partitions import key_of, newest_day


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """Hourly refresh, daily full check of landing zone and lake, nightly upkeep."""
    zone, running = settings.timezone, dg.DefaultScheduleStatus.RUNNING

    @dg.schedule(
        job=refresh,
        cron_schedule="0 * * * *",
        execution_timezone=zone,
        default_status=running,
        description="Takes in and publishes everything new, also from sources that no sensor can watch.",
    )
    def hourly_refresh() -> dg.RunRequest:
        """Everything new, also from sources that no sensor can watch."""
        return dg.RunRequest(partition_key=key_of(newest_day(settings)))

    daily_full_check = dg.ScheduleDefinition(
        name="daily_full_check",
        description="Finds what a look at sizes and times misses, and rows that today's rules would refuse.",
        job=full_check,
        cron_schedule="30 4 * * *",
        execution_timezone=zone,
        default_status=running,
    )
    nightly_upkeep = dg.ScheduleDefinition(
        name="nightly_upkeep",
        description="Keeps lake, books and run logs small; changes no number.",
        job=upkeep,
        cron_schedule="30 3 * * *",
        execution_timezone=zone,
        default_status=running,
    )
    return [hourly_refresh, daily_full_check, nightly_upkeep]
