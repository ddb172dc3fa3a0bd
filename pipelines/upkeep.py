"""Upkeep: what keeps lake, books, run logs and identities from growing for ever. Changes no number."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from core.settings import Settings
from pipelines.lake import Lake
from schemas.identity.idempotency import KEPT_FOR

_OLD_RESULTS = "delete from ops.validation_results where validated_at < :before"
# of contents that a later delivery of the same file replaced; what the landing zone still holds stays explained
_OLD_QUARANTINE = """
    delete from ops.quarantined_rows q using ops.ingested_files f
    where (f.file_id, f.content_hash) = (q.file_id, q.content_hash)
      and f.status = 'replaced' and q.quarantined_at < :before
"""
_OLD_REVISIONS = """
    delete from marts.metric_value_revisions r using ops.publications p
    where p.publication_id = r.superseded_by and p.created_at < :before
"""
_OLD_OUTCOMES = "delete from ops.alert_outcomes where not is_current and last_evaluated_at < :before"
# the newest says what was judged last, however long ago
_OLD_EVALUATIONS = """
    delete from ops.alert_evaluations where evaluated_at < :before
      and evaluation_id < (select max(evaluation_id) from ops.alert_evaluations)
"""
# with their history and who was told
_OLD_INCIDENTS = "delete from ops.incidents where state = 'resolved' and resolved_at < :before"
# Dagster's own way, deleting runs, would take their materialisations along, and the partition view with them
_OLD_RUN_LOGS = "delete from dagster.event_logs where asset_key is null and timestamp < :before"
_OLD_AUDIT = "delete from identity.audit_log where happened_at < :before"
# contents and files of reports; their rows stay, with what became of each, and make it once per period
_OLD_REPORTS = """
    with ended as (
      update ops.report_runs set contents = null
      where contents is not null and state in ('sent', 'failed')
        and coalesce(ended_at, made_at) < :before
      returning run_id
    )
    delete from ops.report_archive a using ended where a.run_id = ended.run_id
"""
_OLD_ANSWERS = "delete from identity.idempotent_answers where created_at <= :before"
# processes remember what was revoked for an hour; expired ones count nowhere
_ENDED_SESSIONS = "delete from identity.sessions where least(expires_at, revoked_at) < :before"


def tidy_lake(lake: Lake) -> dict[str, int]:
    """Join small files, then delete those that no reader of the last week can need; how many of each."""
    return {"files_joined": lake.optimize(), "files_deleted": lake.vacuum()}


def forget_history(engine: Engine, settings: Settings, now: datetime) -> dict[str, int]:
    """Delete what is older than the settings keep; rows per table. Without a setting, revisions are kept for ever."""
    before = now - timedelta(days=settings.keep_log_days)
    deleted = {
        "validation_results": _delete(engine, _OLD_RESULTS, before),
        "quarantined_rows": _delete(engine, _OLD_QUARANTINE, before),
        "alert_outcomes": _delete(engine, _OLD_OUTCOMES, before),
        "alert_evaluations": _delete(engine, _OLD_EVALUATIONS, before),
        "incidents": _delete(engine, _OLD_INCIDENTS, now - timedelta(days=settings.keep_audit_days)),
        # the column has no time zone and holds UTC
        "run_events": _delete(engine, _OLD_RUN_LOGS, before.replace(tzinfo=None)),
        "audit_entries": _delete(engine, _OLD_AUDIT, now - timedelta(days=settings.keep_audit_days)),
        "sessions": _delete(engine, _ENDED_SESSIONS, now - timedelta(days=1)),
        "idempotent_answers": _delete(engine, _OLD_ANSWERS, now - KEPT_FOR),
    }
    if settings.keep_revision_days is not None:
        limit = now - timedelta(days=settings.keep_revision_days)
        deleted["metric_value_revisions"] = _delete(engine, _OLD_REVISIONS, limit)
    return deleted | forget_reports(engine, settings, now)


def forget_reports(engine: Engine, settings: Settings, now: datetime) -> dict[str, int]:
    """Delete files and contents of reports that ended longer ago than the setting keeps; how many files."""
    if settings.keep_report_days is None:
        return {}
    before = now - timedelta(days=settings.keep_report_days)
    return {"report_files": _delete(engine, _OLD_REPORTS, before)}


def _delete(engine: Engine, statement: str, before: datetime) -> int:
    with engine.begin() as connection:
        return connection.execute(text(statement), {"before": before}).rowcount
