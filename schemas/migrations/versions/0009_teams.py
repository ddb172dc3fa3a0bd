"""teams and mail addresses of users

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comments = {"team": "as the catalog names owners", "email": None}
    for name, comment in comments.items():
        column = sa.Column(name, sa.Text(), nullable=True, comment=comment)
        op.add_column("users", column, schema="identity")
