"""books of backups

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backups",
        sa.Column(
            "name", sa.Text(), nullable=False, comment="of its folder, by the time at which it was begun"
        ),
        sa.Column("location", sa.Text(), nullable=False, comment="path or URL, without a password"),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False, comment="that it took"),
        sa.Column(
            "size_bytes", sa.BigInteger(), nullable=True, comment="null where it failed, as what follows"
        ),
        sa.Column("publication_id", sa.BigInteger(), nullable=True, comment="the newest in it"),
        sa.Column("lake_version", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True, comment="why it failed"),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "fault",
            sa.Text(),
            nullable=True,
            comment="what a restore into an empty place found wrong; null: nothing",
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_backups")),
        schema="ops",
        comment="One row per backup that was begun, with what became of it",
    )
    op.create_index(op.f("ix_backups_begun_at"), "backups", ["begun_at"], schema="ops")
