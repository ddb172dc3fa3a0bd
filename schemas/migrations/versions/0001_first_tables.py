"""first tables

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

SCHEMAS = ("catalog", "marts", "ops", "identity")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for schema in SCHEMAS:
        op.execute(f"create schema if not exists {schema}")
    op.create_table(
        "document_history",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column(
            "change", sa.Text(), nullable=False, comment="created, major, minor, patch, deleted or restored"
        ),
        sa.Column(
            "changed_fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="dotted paths"
        ),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False, comment="file:<name> or api"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "document_id", "revision", name=op.f("pk_document_history")),
        schema="catalog",
        comment="One row per accepted version of a document",
    )
    op.create_table(
        "documents",
        sa.Column("kind", sa.Text(), nullable=False, comment="source, domain, objective or metric"),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False, comment="semantic version of the current content"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="1, 2, 3 … per document"),
        sa.Column("content_hash", sa.Text(), nullable=False, comment="sha256 of the canonical JSON"),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "document_id", name=op.f("pk_documents")),
        schema="catalog",
        comment="One row per catalog document: its newest accepted version",
    )
    op.create_table(
        "state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="rises with every accepted change"),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state")),
        schema="catalog",
        comment="One row: the catalog's own version",
    )
    op.create_table(
        "metric_slices",
        sa.Column("metric_id", sa.Text(), nullable=False),
        sa.Column("grain", sa.Text(), nullable=False),
        sa.Column("slice", sa.Text(), nullable=False),
        sa.Column("first_period_start", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("metric_id", "grain", "slice", name=op.f("pk_metric_slices")),
        schema="marts",
        comment="One row per published slice: the period it begins with",
    )
    op.create_table(
        "metric_value_revisions",
        sa.Column("metric_id", sa.Text(), nullable=False),
        sa.Column("grain", sa.Text(), nullable=False),
        sa.Column("slice", sa.Text(), nullable=False),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("numerator", sa.Double(), nullable=True),
        sa.Column("denominator", sa.Double(), nullable=True),
        sa.Column("sample_count", sa.BigInteger(), nullable=False),
        sa.Column("is_carried", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="ok, warning, critical or no_data"),
        sa.Column("previous_value", sa.Double(), nullable=True),
        sa.Column("change_pct", sa.Double(), nullable=True),
        sa.Column("baseline_value", sa.Double(), nullable=True),
        sa.Column("definition_version", sa.Text(), nullable=False),
        sa.Column("definition_hash", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False, comment="since which it stood"),
        sa.Column(
            "superseded_by", sa.BigInteger(), nullable=False, comment="publication that changed or removed it"
        ),
        sa.PrimaryKeyConstraint(
            "metric_id",
            "grain",
            "slice",
            "period_start",
            "publication_id",
            name=op.f("pk_metric_value_revisions"),
        ),
        schema="marts",
        comment="One row per value that a later publication changed or removed",
    )
    op.create_table(
        "metric_values",
        sa.Column("metric_id", sa.Text(), nullable=False),
        sa.Column("grain", sa.Text(), nullable=False),
        sa.Column("slice", sa.Text(), nullable=False, comment="'' is the total"),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("numerator", sa.Double(), nullable=True),
        sa.Column("denominator", sa.Double(), nullable=True),
        sa.Column("sample_count", sa.BigInteger(), nullable=False),
        sa.Column("is_carried", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="ok, warning, critical or no_data"),
        sa.Column("previous_value", sa.Double(), nullable=True),
        sa.Column("change_pct", sa.Double(), nullable=True),
        sa.Column("baseline_value", sa.Double(), nullable=True),
        sa.Column("definition_version", sa.Text(), nullable=False),
        sa.Column("definition_hash", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False, comment="since which this row stands"),
        sa.CheckConstraint(
            "status in ('ok', 'warning', 'critical', 'no_data')", name=op.f("ck_metric_values_status")
        ),
        sa.PrimaryKeyConstraint("metric_id", "grain", "slice", "period_start", name=op.f("pk_metric_values")),
        schema="marts",
        comment="One row per metric, grain, slice and period: what is published now",
    )
    op.create_table(
        "published_metrics",
        sa.Column("metric_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="computed, observed or documented"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why a documented metric is not computed"),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("expected_direction", sa.Text(), nullable=True),
        sa.Column(
            "grains",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="offered grains, finest first",
        ),
        sa.Column(
            "slice_sets",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="lists of dimension names; [] is the total",
        ),
        sa.Column(
            "current_grain", sa.Text(), nullable=False, comment="the grain that 'the latest value' means"
        ),
        sa.Column("target_value", sa.Double(), nullable=True),
        sa.Column("definition_version", sa.Text(), nullable=False),
        sa.Column("definition_hash", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("metric_id", name=op.f("pk_published_metrics")),
        schema="marts",
        comment="One row per metric of the catalog as last published",
    )
    op.create_table(
        "ingested_files",
        sa.Column("file_id", sa.Text(), nullable=False, comment="hash of source and relative path"),
        sa.Column("content_hash", sa.Text(), nullable=False, comment="sha256 of the bytes"),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "delivery", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="order of arrival"
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("row_count", sa.BigInteger(), nullable=True),
        sa.Column("accepted_count", sa.BigInteger(), nullable=True),
        sa.Column("quarantined_count", sa.BigInteger(), nullable=True),
        sa.Column("superseded_count", sa.BigInteger(), nullable=True),
        sa.Column("staged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status in ('staged', 'accepted', 'rejected', 'replaced')", name=op.f("ck_ingested_files_status")
        ),
        sa.PrimaryKeyConstraint("file_id", "content_hash", name=op.f("pk_ingested_files")),
        schema="ops",
        comment="One row per delivered content of a file",
    )
    op.create_index(
        op.f("ix_ingested_files_source_id_path"),
        "ingested_files",
        ["source_id", "path"],
        unique=False,
        schema="ops",
    )
    op.create_table(
        "key_result_check_ins",
        sa.Column("check_in_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("objective_id", sa.Text(), nullable=False),
        sa.Column("kr_id", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("checked_in_by", sa.Text(), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("check_in_id", name=op.f("pk_key_result_check_ins")),
        schema="ops",
        comment="One row per value typed in by hand for a key result without a metric",
    )
    op.create_index(
        op.f("ix_key_result_check_ins_objective_id_kr_id_checked_in_at"),
        "key_result_check_ins",
        ["objective_id", "kr_id", "checked_in_at"],
        unique=False,
        schema="ops",
    )
    op.create_table(
        "publications",
        sa.Column("publication_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data_through", sa.DateTime(timezone=True), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("lake_version", sa.BigInteger(), nullable=True),
        sa.Column("catalog_version", sa.BigInteger(), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("values_changed", sa.BigInteger(), nullable=False),
        sa.Column("values_computed", sa.BigInteger(), nullable=False),
        sa.Column(
            "scope",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what was computed: metrics, grains, period ranges, files read",
        ),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_publications")),
        schema="ops",
        comment="One row per publication; its commit is what makes new numbers visible",
    )
    op.create_index(
        op.f("ix_publications_published_at"), "publications", ["published_at"], unique=False, schema="ops"
    )
    op.create_table(
        "quarantined_rows",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False, comment="1 is the first row of data"),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column(
            "reasons",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="every reason, as text",
        ),
        sa.Column(
            "raw", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="the row as delivered"
        ),
        sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("file_id", "content_hash", "row_number", name=op.f("pk_quarantined_rows")),
        schema="ops",
        comment="One row per refused row of a delivery",
    )
    op.create_index(
        op.f("ix_quarantined_rows_source_id_quarantined_at"),
        "quarantined_rows",
        ["source_id", "quarantined_at"],
        unique=False,
        schema="ops",
    )
    op.create_table(
        "source_cursors",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("cursor_value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_cursors")),
        schema="ops",
        comment="One row per sql source: how far it has been read",
    )
    op.create_table(
        "validation_results",
        sa.Column("result_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.Column("expectation", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=True),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("element_count", sa.BigInteger(), nullable=False),
        sa.Column("unexpected_count", sa.BigInteger(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("result_id", name=op.f("pk_validation_results")),
        schema="ops",
        comment="One row per expectation and validated file",
    )
    op.create_index(
        op.f("ix_validation_results_source_id_validated_at"),
        "validation_results",
        ["source_id", "validated_at"],
        unique=False,
        schema="ops",
    )
    op.create_table(
        "domain_scorecards",
        sa.Column("as_of_date", sa.Date(), nullable=False),
        sa.Column("domain_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("health", sa.Double(), nullable=True, comment="0-100"),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("metrics_ok", sa.Integer(), nullable=False),
        sa.Column("metrics_warning", sa.Integer(), nullable=False),
        sa.Column("metrics_critical", sa.Integer(), nullable=False),
        sa.Column("metrics_no_data", sa.Integer(), nullable=False),
        sa.Column(
            "metrics_count",
            sa.Integer(),
            sa.Computed(
                "metrics_ok + metrics_warning + metrics_critical + metrics_no_data",
                persisted=True,  # 0008 does it where this one left it to the server's version
            ),
            nullable=True,
        ),
        sa.Column(
            "objective_progress", sa.Double(), nullable=True, comment="mean over its objectives with data"
        ),
        sa.Column("provenance", sa.Text(), nullable=False, comment="measured, checked_in, rolled_up or none"),
        sa.Column(
            "evidence",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="metric, grain, period, values behind the score",
        ),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["ops.publications.publication_id"],
            name=op.f("fk_domain_scorecards_publication_id"),
        ),
        sa.PrimaryKeyConstraint("as_of_date", "domain_id", name=op.f("pk_domain_scorecards")),
        schema="marts",
        comment="One row per domain and as-of day",
    )
    op.create_table(
        "key_result_progress",
        sa.Column("as_of_date", sa.Date(), nullable=False),
        sa.Column("objective_id", sa.Text(), nullable=False),
        sa.Column("kr_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="order in the document"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=True, comment="increase, decrease or maintain"),
        sa.Column("metric_id", sa.Text(), nullable=True),
        sa.Column("baseline_value", sa.Double(), nullable=True),
        sa.Column("current_value", sa.Double(), nullable=True),
        sa.Column("target_value", sa.Double(), nullable=True),
        sa.Column("raw_progress", sa.Double(), nullable=True, comment="unclipped"),
        sa.Column("progress", sa.Double(), nullable=True, comment="clipped to 0-1"),
        sa.Column(
            "expected_progress", sa.Double(), nullable=True, comment="share of the timeframe that has passed"
        ),
        sa.Column("projected_value", sa.Double(), nullable=True, comment="linear trend at the end date"),
        sa.Column("projected_progress", sa.Double(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False, comment="measured, checked_in, rolled_up or none"),
        sa.Column(
            "evidence",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="metric, grain, period, values behind the score",
        ),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["ops.publications.publication_id"],
            name=op.f("fk_key_result_progress_publication_id"),
        ),
        sa.PrimaryKeyConstraint("as_of_date", "objective_id", "kr_id", name=op.f("pk_key_result_progress")),
        schema="marts",
        comment="One row per key result and as-of day",
    )
    op.create_table(
        "objective_progress",
        sa.Column("as_of_date", sa.Date(), nullable=False),
        sa.Column("objective_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_team", sa.Text(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True, comment="the last day of the timeframe"),
        sa.Column("domain_id", sa.Text(), nullable=True),
        sa.Column("progress", sa.Double(), nullable=True),
        sa.Column("expected_progress", sa.Double(), nullable=True),
        sa.Column("projected_progress", sa.Double(), nullable=True),
        sa.Column(
            "coverage", sa.Double(), nullable=False, comment="share of key result weight that has data"
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False, comment="measured, checked_in, rolled_up or none"),
        sa.Column(
            "evidence",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="metric, grain, period, values behind the score",
        ),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["ops.publications.publication_id"],
            name=op.f("fk_objective_progress_publication_id"),
        ),
        sa.PrimaryKeyConstraint("as_of_date", "objective_id", name=op.f("pk_objective_progress")),
        schema="marts",
        comment="One row per objective and as-of day",
    )


def downgrade() -> None:
    op.drop_table("objective_progress", schema="marts")
    op.drop_table("key_result_progress", schema="marts")
    op.drop_table("domain_scorecards", schema="marts")
    op.drop_index(
        op.f("ix_validation_results_source_id_validated_at"), table_name="validation_results", schema="ops"
    )
    op.drop_table("validation_results", schema="ops")
    op.drop_table("source_cursors", schema="ops")
    op.drop_index(
        op.f("ix_quarantined_rows_source_id_quarantined_at"), table_name="quarantined_rows", schema="ops"
    )
    op.drop_table("quarantined_rows", schema="ops")
    op.drop_index(op.f("ix_publications_published_at"), table_name="publications", schema="ops")
    op.drop_table("publications", schema="ops")
    op.drop_index(
        op.f("ix_key_result_check_ins_objective_id_kr_id_checked_in_at"),
        table_name="key_result_check_ins",
        schema="ops",
    )
    op.drop_table("key_result_check_ins", schema="ops")
    op.drop_index(op.f("ix_ingested_files_source_id_path"), table_name="ingested_files", schema="ops")
    op.drop_table("ingested_files", schema="ops")
    op.drop_table("published_metrics", schema="marts")
    op.drop_table("metric_values", schema="marts")
    op.drop_table("metric_value_revisions", schema="marts")
    op.drop_table("metric_slices", schema="marts")
    op.drop_table("state", schema="catalog")
    op.drop_table("documents", schema="catalog")
    op.drop_table("document_history", schema="catalog")
    for schema in SCHEMAS:
        op.execute(f"drop schema if exists {schema}")
