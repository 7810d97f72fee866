"""Spoilers, and channels that are for adults alone: what communities want, and what is known of each job."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("limits", sa.Column("age_restricted", sa.Text(), nullable=True))
    op.add_column("limits", sa.Column("spoiler", sa.Boolean(), nullable=True))
    op.add_column("jobs", sa.Column("age_restricted", sa.Boolean(), nullable=True))
    op.add_column("jobs", sa.Column("spoiler", sa.Boolean(), nullable=True))
