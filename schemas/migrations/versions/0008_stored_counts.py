"""stored counts: a generated column that older servers know, so that a backup of a newer one is restored into them

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("domain_scorecards", "metrics_count", schema="marts")
    op.add_column(
        "domain_scorecards",
        sa.Column(
            "metrics_count",
            sa.Integer(),
            sa.Computed("metrics_ok + metrics_warning + metrics_critical + metrics_no_data", persisted=True),
            nullable=True,
        ),
        schema="marts",
    )
