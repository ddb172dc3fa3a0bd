"""settings changed at run time

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changed_settings",
        sa.Column("name", sa.Text(), nullable=False, comment="of the field, such as cache_ttl"),
        sa.Column("value", sa.Text(), nullable=False, comment="as the environment would have it"),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_changed_settings")),
        schema="ops",
        comment="One row per setting that an administrator changed while MDL runs",
    )
    op.create_table(
        "server_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "settings_version", sa.BigInteger(), nullable=False, comment="rises when a setting is changed"
        ),
        sa.Column(
            "cache_version",
            sa.BigInteger(),
            nullable=False,
            comment="rises when kept answers are to be forgotten",
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_server_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_state")),
        schema="ops",
        comment="One row: what processes compare to learn that somebody changed how they serve",
    )
