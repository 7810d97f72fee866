"""Who has a page of our own chat open: for progress is written down only for them."""

import sqlalchemy as sa
from alembic import op

from storage.instants import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "watchers",
        sa.Column("person", sa.Text(), primary_key=True),
        sa.Column("until", Instant, nullable=False),
    )
