"""What Dagster knows that somebody should be told of: failed runs, checks that do not hold, sensors that fail."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorStatus, TickStatus
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from pipelines.alerting.findings import Finding
from schemas.alerting.vocabulary import Severity

RUN_FAILED, CHECK_FAILED, SENSOR_FAILING = "run_failed", "check_failed", "sensor_failing"
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
# data incidents and the check of quarantined rows tell the same of each source, once; a blocking check fails its run
_TOLD_ELSEWHERE = frozenset({"no_file_is_rejected", "every_expectation_holds", "data_is_fresh"})
# while the check on the right fails too, the one on the left says nothing new: a rejected file's rows are quarantined
_GRAVER = {"no_row_is_quarantined": "no_file_is_rejected"}
_WILL_RETRY = "dagster/will_retry"
_RETRY_WITHIN = timedelta(minutes=5)
_LONGEST = 500
# a tick may fail once or twice while PostgreSQL or a network restarts
_FAILURES = 3


def failed_jobs(instance: dg.DagsterInstance, jobs: Iterable[str], now: datetime) -> dict[str, Finding]:
    """Jobs whose newest ended run failed, by name; one that Dagster is about to repeat has not failed yet.

    It is the state that counts, not the event: a sensor that missed the failure finds it at its next tick.
    """
    found = {}
    for job in jobs:
        records = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_ENDED), limit=1)
        for record in records:
            run = record.dagster_run
            ended = datetime.fromtimestamp(record.end_time or 0, UTC)
            is_repeated = run.tags.get(_WILL_RETRY) == "true" and now - ended < _RETRY_WITHIN
            if run.status == dg.DagsterRunStatus.FAILURE and not is_repeated:
                step, why = _first_failure(instance, run.run_id)
                evidence = {"run_id": run.run_id, "step": step, "error": why}
                found[job] = Finding(RUN_FAILED, f"Run of {job} failed: {why}", "critical", evidence)
    return found


def _first_failure(instance: dg.DagsterInstance, run_id: str) -> tuple[str | None, str]:
    """Which step failed first and why, in one line."""
    kinds = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    for record in instance.get_records_for_run(run_id, of_type=kinds, limit=1).records:
        event = record.event_log_entry.dagster_event
        if event is None:
            continue
        if event.is_step_failure:
            data = event.step_failure_data
            described = data.user_failure_data.description if data.user_failure_data else None
            return event.step_key, _line(described or data.error_display_string)
        return None, _line(event.message or "")
    return None, "no step says why"


def _line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:_LONGEST]


def failed_checks(
    instance: dg.DagsterInstance, checks: Iterable[dg.AssetChecksDefinition]
) -> dict[str, Finding]:
    """Checks whose newest evaluation did not pass, by `<asset>.<check>`, but for those that ended their run.

    A blocking check that fails without ending it held single metrics back.
    """
    specs = {spec.key: spec for check in checks for spec in check.check_specs}
    newest = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(specs))
    failed = {
        key: record
        for key, record in newest.items()
        if record.status == AssetCheckExecutionRecordStatus.FAILED
    }
    found = {}
    for key, record in failed.items():
        graver = dg.AssetCheckKey(key.asset_key, _GRAVER.get(key.name, ""))
        evaluation = record.event.asset_check_evaluation if record.event else None
        if key.name in _TOLD_ELSEWHERE or graver in failed or evaluation is None:
            continue
        is_error = evaluation.severity == dg.AssetCheckSeverity.ERROR
        if is_error and specs[key].blocking:
            continue
        subject = f"{key.asset_key.to_user_string()}.{key.name}"
        severity: Severity = "warning" if is_error or specs[key].blocking else "info"
        why = _line(evaluation.description or specs[key].description or "")
        evidence = {"run_id": record.run_id, "found": evaluation.description}
        found[subject] = Finding(CHECK_FAILED, f"Check {subject} failed: {why}", severity, evidence)
    return found


def failing_ticks(instance: dg.DagsterInstance, now: datetime) -> dict[str, Finding]:
    """Sensors and schedules that run and whose last three looks of the last day all failed, by name."""
    statuses = {InstigatorStatus.RUNNING, InstigatorStatus.DECLARED_IN_CODE}
    after = (now - timedelta(days=1)).timestamp()
    found = {}
    for state in instance.all_instigator_state(instigator_statuses=statuses):
        ticks = instance.get_ticks(
            state.instigator_origin_id, state.selector_id, after=after, limit=_FAILURES
        )
        errors = [
            _line(tick.error.message) if tick.error else ""
            for tick in ticks
            if tick.status == TickStatus.FAILURE
        ]
        if len(errors) == _FAILURES:
            kind = state.instigator_type.value.lower()
            title = f"{kind.title()} {state.name} failed {_FAILURES} times in a row: {errors[0]}"
            found[state.name] = Finding(SENSOR_FAILING, title, "critical", {"error": errors[0]})
    return found
