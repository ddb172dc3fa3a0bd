"""publication quality

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "publications",
        sa.Column(
            "quality", sa.Text(), nullable=True, comment="of the deliveries by then: ok, warning or critical"
        ),
        schema="ops",
    )
