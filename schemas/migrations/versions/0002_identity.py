"""identity

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("entry_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "actor", sa.Text(), nullable=False, comment="user:<name>, key:<id> of user:<name>, or anonymous"
        ),
        sa.Column(
            "action", sa.Text(), nullable=False, comment="such as sign_in, sign_in_refused, metric.update"
        ),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, comment="done or refused"),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="never a secret"
        ),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_log")),
        schema="identity",
        comment="One row per write and per attempt to sign in",
    )
    op.create_index(
        op.f("ix_audit_log_happened_at"), "audit_log", ["happened_at"], unique=False, schema="identity"
    )
    op.create_table(
        "idempotent_answers",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False, comment="sha256 of method, path and body"),
        sa.Column("status", sa.Integer(), nullable=True, comment="null while the first request is under way"),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor", "idempotency_key", name=op.f("pk_idempotent_answers")),
        schema="identity",
        comment="One row per Idempotency-Key of the last day and what was answered to it",
    )
    op.create_index(
        op.f("ix_idempotent_answers_created_at"),
        "idempotent_answers",
        ["created_at"],
        unique=False,
        schema="identity",
    )
    op.create_table(
        "state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="rises when who may do what changes"),
        sa.CheckConstraint("id = 1", name=op.f("ck_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state")),
        schema="identity",
        comment="One row: what processes compare to learn that a user, session or key changed",
    )
    op.create_table(
        "users",
        sa.Column("user_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("username", sa.Text(), nullable=False, comment="lower case"),
        sa.Column("role", sa.Text(), nullable=False, comment="viewer, editor or admin"),
        sa.Column("password_hash", sa.Text(), nullable=False, comment="argon2id"),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
        schema="identity",
        comment="One row per person who may sign in",
    )
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False, comment="sha256 of the whole key"),
        sa.Column("role", sa.Text(), nullable=False, comment="never more than its owner's"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity.users.user_id"], name=op.f("fk_api_keys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
        schema="identity",
        comment="One row per key that a program presents instead of signing in",
    )
    op.create_index(op.f("ix_api_keys_user_id"), "api_keys", ["user_id"], unique=False, schema="identity")
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Text(), nullable=False, comment="claim sid of its tokens"),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "refresh_id",
            sa.Text(),
            nullable=False,
            comment="claim jti of the one refresh token not yet spent",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "revoked_because", sa.Text(), nullable=True, comment="logout, reuse, password or administrator"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity.users.user_id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sessions")),
        schema="identity",
        comment="One row per sign-in: a family of refresh tokens, each made from the one before",
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False, schema="identity")


def downgrade() -> None:
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions", schema="identity")
    op.drop_table("sessions", schema="identity")
    op.drop_index(op.f("ix_api_keys_user_id"), table_name="api_keys", schema="identity")
    op.drop_table("api_keys", schema="identity")
    op.drop_table("users", schema="identity")
    op.drop_table("state", schema="identity")
    op.drop_index(
        op.f("ix_idempotent_answers_created_at"), table_name="idempotent_answers", schema="identity"
    )
    op.drop_table("idempotent_answers", schema="identity")
    op.drop_index(op.f("ix_audit_log_happened_at"), table_name="audit_log", schema="identity")
    op.drop_table("audit_log", schema="identity")
