"""What Dagster knows that somebody should be told of: failed runs, checks that do not hold, sensors that fail."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorStatus, TickStatus
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
)
from dagster_shared.error import SerializableErrorInfo

from pipelines.alerting.watching.findings import CHECK_FAILED, RUN_FAILED, SENSOR_FAILING, Finding
from schemas.alerting.vocabulary import Severity

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
# data incidents and the check of quarantined rows tell the same of each source, once; a blocking check fails its run
_TOLD_ELSEWHERE = frozenset({"no_file_is_rejected", "every_expectation_holds", "data_is_fresh"})
# while the check on the right fails too, the one on the left says nothing new: a rejected file's rows are quarantined
_GRAVER = {"no_row_is_quarantined": "no_file_is_rejected"}
_WILL_RETRY = "dagster/will_retry"
_RETRY_WITHIN = timedelta(minutes=5)
_LONGEST = 500
_MOST_LINES = 8
_MOST_CAUSES = 4
# what Dagster wraps around the error of a step or of its input
_WRAPPERS = frozenset(
    {"DagsterExecutionStepExecutionError", "DagsterExecutionLoadInputError", "RetryRequested"}
)
_VERDICTS = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}
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
                title = f"Run of {job} failed: {_line(why)}"
                found[job] = Finding(RUN_FAILED, title, "critical", evidence)
    return found


def _first_failure(instance: dg.DagsterInstance, run_id: str) -> tuple[str | None, str]:
    """Which step failed first and why, in a few lines."""
    kinds = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    for record in instance.get_records_for_run(run_id, of_type=kinds, limit=1).records:
        event = record.event_log_entry.dagster_event
        if event is None:
            continue
        if event.is_step_failure:
            data = event.step_failure_data
            described = data.user_failure_data.description if data.user_failure_data else None
            return event.step_key, _reason(described or "", data.error)
        failure = event.event_specific_data if event.is_run_failure else None
        return None, _reason(event.message or "", getattr(failure, "error", None))
    return None, "no step says why"


def _reason(described: str, error: SerializableErrorInfo | None) -> str:
    """Why it failed: what was said of it, else the words of the innermost error that Dagster wrapped, bounded."""
    while not described and error is not None and error.cls_name in _WRAPPERS and error.cause is not None:
        error = error.cause
    words = [described or (error.message if error is not None else "")]
    while not described and error is not None and error.cause is not None and len(words) < _MOST_CAUSES:
        error = error.cause
        words.append(f"caused by {error.message}")
    lines = [line.strip() for text in words for line in text.splitlines() if line.strip()]
    kept = lines[:_MOST_LINES]
    if len(lines) > len(kept):
        kept.append(f"and {len(lines) - len(kept)} more lines")
    return "\n".join(line[:_LONGEST] for line in kept) or "no step says why"


def _line(text: str) -> str:
    """The first line; of one that only announces what follows, such as `1 error(s):`, that too."""
    first, *rest = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    return (f"{first} {rest[0]}" if first.endswith(":") and rest else first)[:_LONGEST]


def failed_checks(
    instance: dg.DagsterInstance, checks: Iterable[dg.AssetChecksDefinition]
) -> dict[str, Finding]:
    """Checks whose newest verdict is that they did not pass, by `<asset>.<check>`, but for those that ended their run.

    A blocking check that fails without ending it held single metrics back.
    """
    specs = {spec.key: spec for check in checks for spec in check.check_specs}
    failed = {}
    for key in specs:
        record = _verdict(instance, key)
        if record is not None and record.status == AssetCheckExecutionRecordStatus.FAILED:
            failed[key] = record
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


def _verdict(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> AssetCheckExecutionRecord | None:
    """The newest evaluation that came to an end; one that is planned, was skipped or was cut off says nothing."""
    newest = instance.event_log_storage.get_asset_check_execution_history(key, limit=1, status=_VERDICTS)
    return next(iter(newest), None)


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
