"""Figures: indexes for what is counted, and for what an operator looks through."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BY_HAND = "job IS NULL AND actor <> 'reelbot'"


def upgrade() -> None:
    """Apply."""
    for table, columns in (
        ("users", ["created_at", "id"]),
        ("limit_changes", ["at"]),
        ("price_changes", ["at"]),
        ("attempts", ["provider", "outcome"]),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)
    op.create_index("ix_jobs_provider", "jobs", ["provider", "created_at"], unique=False)
    op.create_index("ix_ledger_kind", "ledger", ["kind", "balance_change", "held_change"], unique=False)
    _some("ix_ledger_by_hand", "ledger", ["at"], BY_HAND)
    _some("ix_jobs_community", "jobs", ["community_id", "created_at"], "community_id IS NOT NULL")
    ended = ["ended_at", "state", "reason", "charge", "price", "model", "user_id"]
    _some("ix_jobs_ended", "jobs", ended, "ended_at IS NOT NULL")


def _some(name: str, table: str, columns: list[str], where: str) -> None:
    """An index of the rows that *where* says."""
    op.create_index(name, table, columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
