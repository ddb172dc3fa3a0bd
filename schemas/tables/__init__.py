"""Every PostgreSQL table of MDL, declared once; migrations and read models are checked against it."""

from schemas.tables.alerting import (
    alert_evaluations,
    alert_outcomes,
    deliveries,
    heartbeats,
    incident_events,
    incidents,
    silences,
)
from schemas.tables.base import SCHEMAS, metadata
from schemas.tables.catalog import catalog_documents, catalog_history, catalog_state
from schemas.tables.identity import (
    api_keys,
    audit_log,
    idempotent_answers,
    identity_state,
    saved_views,
    sessions,
    sign_in_places,
    users,
)
from schemas.tables.marts import (
    domain_scorecards,
    event_coverage,
    key_result_check_ins,
    key_result_progress,
    metric_slices,
    metric_value_revisions,
    metric_values,
    objective_progress,
    published_metrics,
)
from schemas.tables.ops import (
    backups,
    ingested_files,
    publications,
    quarantined_rows,
    source_cursors,
    validation_results,
)
from schemas.tables.reports import report_archive, report_runs

__all__ = [
    "SCHEMAS",
    "alert_evaluations",
    "alert_outcomes",
    "api_keys",
    "audit_log",
    "backups",
    "catalog_documents",
    "catalog_history",
    "catalog_state",
    "deliveries",
    "domain_scorecards",
    "event_coverage",
    "heartbeats",
    "idempotent_answers",
    "identity_state",
    "incident_events",
    "incidents",
    "ingested_files",
    "key_result_check_ins",
    "key_result_progress",
    "metadata",
    "metric_slices",
    "metric_value_revisions",
    "metric_values",
    "objective_progress",
    "publications",
    "published_metrics",
    "quarantined_rows",
    "report_archive",
    "report_runs",
    "saved_views",
    "sessions",
    "sign_in_places",
    "silences",
    "source_cursors",
    "users",
    "validation_results",
]
