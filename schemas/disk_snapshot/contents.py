"""What the snapshot holds of each table, and how what changed in it is found."""

from collections.abc import Sequence

from sqlalchemy import Table

from schemas.tables import metadata

LEFT_OUT = ("identity.audit_log", "identity.idempotent_answers", "identity.sign_in_places")
"""Tables that reads of the newest publication do not need; whoever asks for them waits for PostgreSQL."""
WITHOUT_COLUMNS = {"ops.report_archive": ("content",)}
"""Columns that take much room and are not needed: the bytes of files that were sent."""
GROWS_BY = {
    "ops.publications": "publication_id",
    "ops.quarantined_rows": "quarantined_at",
    "ops.validation_results": "result_id",
    "catalog.document_history": "changed_at",
    "marts.metric_values": "publication_id",
    "marts.metric_value_revisions": "superseded_by",
    "marts.key_result_progress": "publication_id",
    "marts.objective_progress": "publication_id",
    "marts.domain_scorecards": "publication_id",
}
"""Large tables, with the column by which new rows are known: only these are copied."""
_VERSIONS = {
    "marts": ("publication",),
    "catalog": ("catalog",),
    "identity": ("identity",),
    "ops": ("publication", "alert", "settings"),
}


def copied_tables() -> list[Table]:
    """The tables of the snapshot; those before others that refer to them."""
    return [table for table in metadata.sorted_tables if table.fullname not in LEFT_OUT]


def copied_columns(table: Table) -> list[str]:
    """Names of the columns that are copied; PostgreSQL computes others by itself."""
    without = WITHOUT_COLUMNS.get(table.fullname, ())
    return [column.name for column in table.columns if column.computed is None and column.name not in without]


def key_of(table: Table) -> Sequence[str]:
    """Names of the columns of the primary key."""
    return [column.name for column in table.primary_key.columns]


def versions_of(table: Table) -> Sequence[str]:
    """Names of the versions that rise when the table may have changed."""
    return _VERSIONS[table.schema or ""]
