"""books of deliveries

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATUS = "ck_ingested_files_status"
_STATUSES = "status in ('staged', 'accepted', 'rejected', 'replaced', 'dismissed', 'gone', 'lost')"
_COLUMNS = (
    sa.Column(
        "arrival",
        sa.BigInteger(),
        nullable=True,
        comment="delivery by which these bytes came to this path; null: this one",
    ),
    sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("dismissed_by", sa.Text(), nullable=True),
    sa.Column("dismissed_reason", sa.Text(), nullable=True),
)


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("ingested_files", column, schema="ops")
    op.alter_column(
        "ingested_files",
        "delivery",
        comment="number of the attempt that the lake knows",
        existing_comment="order of arrival",
        schema="ops",
    )
    op.drop_constraint(op.f(_STATUS), "ingested_files", schema="ops", type_="check")
    # refused content that newer bytes of its path have taken the place of
    op.execute(
        "update ops.ingested_files old set status = 'replaced' where status = 'rejected' and exists "
        "(select from ops.ingested_files new where new.file_id = old.file_id and new.delivery > old.delivery)"
    )
    op.create_check_constraint(op.f(_STATUS), "ingested_files", _STATUSES, schema="ops")
    op.add_column(
        "publications",
        sa.Column(
            "deliveries",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="by source what was delivered and refused by then; null before 0005",
        ),
        schema="ops",
    )
    op.add_column(
        "published_metrics",
        sa.Column(
            "sources",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="that may deliver its events, sorted",
        ),
        schema="marts",
    )
