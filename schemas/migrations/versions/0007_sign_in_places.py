"""places that users sign in from

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_places",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False, comment="address; of IPv6 the network of 64 bits"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["identity.users.user_id"],
            name=op.f("fk_sign_in_places_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "place", name=op.f("pk_sign_in_places")),
        schema="identity",
        comment="One row per user and place that somebody tried to sign in from under the user's name",
    )
    op.alter_column(
        "users",
        "failed_sign_ins",
        comment="in a row, from places that the user never signed in from",
        existing_comment="in a row",
        existing_type=sa.Integer(),
        existing_nullable=False,
        schema="identity",
    )
    # a lock of before held for everybody
    op.execute("update identity.users set failed_sign_ins = 0, locked_until = null")
