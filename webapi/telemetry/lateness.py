"""Prometheus metrics of runs and stages, and of numbers, messages and reports that are late."""

from collections.abc import Iterator

from reports.operations.late import Late
from reports.operations.runs import Runs
from webapi.telemetry.gauges import Family, plain, single

_JOB = ("job_name",)


def of_late(found: Late) -> Iterator[Family]:
    """One per metric."""
    text = "Seconds since the next period of the metric should have been there; negative until then"
    yield Family("mdl_metric_overdue_seconds", text, ("metric",), single(found.overdue))
    text = "Seconds since the oldest message under way was made"
    yield plain("mdl_alert_oldest_message_seconds", text, found.oldest_message)
    text = "Messages that failed at least once and wait for their next attempt"
    yield Family("mdl_alert_deliveries_retried", text, ("channel",), single(found.retried))
    text = "Reports that are open, or ended within a day"
    yield Family("mdl_report_runs", text, ("state",), single(found.reports))
    text = "Seconds since the oldest open report was due"
    yield plain("mdl_report_oldest_seconds", text, found.oldest_report)
    text = "Seconds since an open report should have waited no longer; negative until then"
    yield plain("mdl_report_overdue_seconds", text, found.overdue_report)
    if found.backup_age is not None:
        text = "Seconds since the newest backup that could be restored was begun; since the first where none could"
        yield plain("mdl_backup_age_seconds", text, found.backup_age)


def of_runs(found: Runs) -> Iterator[Family]:
    """One per metric; none where Dagster never was."""
    jobs = found.jobs.items()
    text = "Seconds since a run of the job succeeded"
    ages = {name: job.success_age for name, job in jobs}
    yield Family("mdl_run_success_age_seconds", text, _JOB, single(ages))
    text = "Seconds that the newest successful run of the job took"
    yield Family("mdl_run_seconds", text, _JOB, single({name: job.took for name, job in jobs}))
    text = "Whether the newest ended run of the job failed"
    failed = {name: float(job.has_failed) for name, job in jobs}
    yield Family("mdl_run_failed", text, _JOB, single(failed))
    text = "Seconds since the oldest running run of the job began; 0 where none runs"
    yield Family("mdl_run_running_seconds", text, _JOB, single({name: job.running for name, job in jobs}))
    text = "Seconds since the oldest run of the job that has not begun was made; 0 where none waits"
    yield Family("mdl_run_waiting_seconds", text, _JOB, single({name: job.waiting for name, job in jobs}))
    text = "Seconds of each stage of the newest successful refresh"
    yield Family("mdl_stage_seconds", text, ("stage",), single(found.stages))
