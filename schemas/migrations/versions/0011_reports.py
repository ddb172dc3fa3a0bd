"""reports

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "report_runs",
        sa.Column("run_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("grain", sa.Text(), nullable=False),
        sa.Column("period_start", instant, nullable=False),
        sa.Column("period_end", instant, nullable=False),
        sa.Column(
            "edition",
            sa.Integer(),
            nullable=False,
            server_default="1",
            comment="1 is the one that was due; somebody asked for the others",
        ),
        sa.Column(
            "asked_by",
            sa.Text(),
            nullable=True,
            comment="who asked for it; null where it was due by its schedule",
        ),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("wait_until", instant, nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, made, sent, withheld or failed"),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="why it waits, was withheld or failed; in words"
        ),
        sa.Column("publication_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "definition_hash", sa.Text(), nullable=True, comment="of the report's document as it was rendered"
        ),
        sa.Column(
            "audience", JSONB(none_as_null=True), nullable=True, comment="role and team it was rendered for"
        ),
        sa.Column(
            "shows_restricted",
            sa.Boolean(),
            nullable=False,
            server_default="false",
            comment="it shows numbers that not every viewer may read",
        ),
        sa.Column("contents", JSONB(none_as_null=True), nullable=True, comment="every number and word of it"),
        sa.Column(
            "attempts", sa.Integer(), nullable=False, server_default="0", comment="to make it, begun by now"
        ),
        sa.Column("next_attempt_at", instant, nullable=True),
        sa.Column("made_at", instant, nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["ops.publications.publication_id"],
            name=op.f("fk_report_runs_publication_id"),
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_report_runs")),
        sa.UniqueConstraint(
            "report_id",
            "grain",
            "period_start",
            "edition",
            name=op.f("uq_report_runs_report_id_grain_period_start_edition"),
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'made', 'sent', 'withheld', 'failed')", name=op.f("ck_report_runs_state")
        ),
        schema="ops",
        comment="One row per report and period that was due, and per edition that somebody asked for",
    )
    op.create_index(
        "ix_report_runs_open",
        "report_runs",
        ["due_at"],
        schema="ops",
        postgresql_where=sa.text("state in ('waiting', 'made')"),
    )
    op.create_table(
        "report_archive",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="of the file, such as weekly-2026-W12.pdf"),
        sa.Column(
            "format",
            sa.Text(),
            nullable=False,
            comment="html, text, pdf, xlsx, or image for pictures of the mail",
        ),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False, comment="sha256 of the bytes"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["ops.report_runs.run_id"], name=op.f("fk_report_archive_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("pk_report_archive")),
        schema="ops",
        comment="One row per file of a report that was made, as it was sent",
    )
    op.alter_column(
        "deliveries",
        "incident_id",
        nullable=True,
        schema="ops",
        comment="what is told; null where a report is sent",
    )
    op.alter_column(
        "deliveries",
        "event",
        schema="ops",
        comment="firing, escalated:<severity>, renotified:<n>, or resolved; report where one is sent",
    )
    op.add_column(
        "deliveries",
        sa.Column(
            "report_run_id",
            sa.BigInteger(),
            nullable=True,
            comment="the report that is sent; null where an incident is told",
        ),
        schema="ops",
    )
    op.create_foreign_key(
        op.f("fk_deliveries_report_run_id"),
        "deliveries",
        "report_runs",
        ["report_run_id"],
        ["run_id"],
        source_schema="ops",
        referent_schema="ops",
        ondelete="CASCADE",
    )
    op.create_unique_constraint(
        op.f("uq_deliveries_report_run_id_event_target"),
        "deliveries",
        ["report_run_id", "event", "target"],
        schema="ops",
    )
    op.create_check_constraint(
        op.f("ck_deliveries_subject"),
        "deliveries",
        "num_nonnulls(incident_id, report_run_id) = 1",
        schema="ops",
    )
    op.create_table_comment(
        "deliveries",
        "One row per event of an incident, or report, and target that is told: the outbox",
        existing_comment="One row per event of an incident and target that is told: the outbox",
        schema="ops",
    )
    op.alter_column(
        "documents",
        "kind",
        existing_type=sa.Text(),
        existing_nullable=False,
        comment="source, domain, objective, metric or report",
        existing_comment="source, domain, objective or metric",
        schema="catalog",
    )
