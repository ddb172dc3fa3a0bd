"""Assembles what Dagster serves; importing it reads nothing and connects nowhere."""

import dagster as dg

from core import logs, tracing
from core.settings import Settings, load_settings
from pipelines.orchestration.alert_sensors import alert_sensors
from pipelines.orchestration.assets.catalog import catalog
from pipelines.orchestration.assets.computed_values import DAILY, computed_values
from pipelines.orchestration.assets.events import events, staged_files
from pipelines.orchestration.assets.publication import publication
from pipelines.orchestration.backup_job import backup_job, backup_schedule
from pipelines.orchestration.checks import ALL_CHECKS
from pipelines.orchestration.jobs import ALL_JOBS
from pipelines.orchestration.landing_sensor import abandoned_runs_sensor, landing_sensor
from pipelines.orchestration.partitions import local_days
from pipelines.orchestration.report_job import report_job, report_sensor
from pipelines.orchestration.resources import served_workspace
from pipelines.orchestration.schedules import schedules


def assemble(settings: Settings, workspace: dg.ResourceDefinition) -> dg.Definitions:
    """Everything that Dagster knows of MDL; what is partitioned gets the days of `settings`."""
    days = local_days(settings)
    report, backup = report_job(settings), backup_job(settings)

    def with_days(spec: dg.AssetSpec) -> dg.AssetSpec:
        is_daily = spec.key.to_user_string() in DAILY
        return spec.replace_attributes(partitions_def=days) if is_daily else spec

    return dg.Definitions(
        assets=[
            catalog,
            staged_files,
            events,
            computed_values.map_asset_specs(with_days),
            publication.map_asset_specs(with_days),
        ],
        asset_checks=ALL_CHECKS,
        jobs=[*ALL_JOBS, report, backup],
        schedules=[*schedules(settings), *backup_schedule(settings, backup)],
        sensors=[
            landing_sensor(settings),
            abandoned_runs_sensor(settings),
            # a report that fails opens an incident of its own
            *alert_sensors(settings, [job.name for job in [*ALL_JOBS, backup]], ALL_CHECKS),
            report_sensor(settings, report),
        ],
        resources={"workspace": workspace},
        # one process for a run: steps share the workspace and its lock, and none pays four seconds of imports again
        executor=dg.in_process_executor,
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """What webserver and daemon load; settings are read when they do."""
    settings = load_settings()
    logs.configure(settings, to_output=True, to_file=True)
    tracing.configure(settings)
    return assemble(settings, served_workspace(settings))
