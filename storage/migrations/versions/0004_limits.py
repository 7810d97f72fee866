"""Limits: a pool, overrides for members and roles, what held before a change, and which jobs the pool pays for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("limits", sa.Column("pool", sa.Boolean(), nullable=True))
    op.add_column("limits", sa.Column("members", sa.JSON(), nullable=True))
    op.add_column("limits", sa.Column("roles", sa.JSON(), nullable=True))
    op.add_column("limit_changes", sa.Column("before", sa.JSON(), nullable=True))
    op.add_column("jobs", sa.Column("pooled", sa.Boolean(), nullable=True))
