"""every period judged

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "incidents",
        sa.Column("resolved_by", sa.Text(), nullable=True, comment="who ended it by hand; null: evaluation"),
        schema="ops",
    )
    op.add_column(
        "incidents",
        sa.Column(
            "is_untold",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="it fired and was over within one evaluation, and its telling is not queued yet",
        ),
        schema="ops",
    )
    op.create_index(
        "ix_incidents_untold",
        "incidents",
        ["incident_id"],
        unique=False,
        schema="ops",
        postgresql_where=sa.text("is_untold"),
    )
