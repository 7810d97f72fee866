"""What operators decided that left no log elsewhere, why blocks were lifted, and which clips were bought."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


BOUGHT = "bought IS NOT NULL"
MADE = "state IN ('fetching', 'delivering', 'delivered', 'undelivered') OR clip IS NOT NULL OR result_url IS NOT NULL"
PICTURES = "CASE WHEN first_frame IS NULL THEN 0 ELSE 1 END + CASE WHEN last_frame IS NULL THEN 0 ELSE 1 END"


def upgrade() -> None:
    """Apply."""
    _orders()
    _bought()
    op.add_column("blocks", sa.Column("lifted_why", sa.Text(), nullable=True))


def _bought() -> None:
    op.add_column("jobs", sa.Column("bought", sa.Integer(), nullable=True))
    op.execute(f"UPDATE jobs SET bought = {PICTURES} WHERE ticket IS NOT NULL AND ({MADE})")  # noqa: S608 our own words
    op.create_index(
        "ix_jobs_bought",
        "jobs",
        ["offer", "resolution", "seconds", "bought", "cost_micros"],
        unique=False,
        sqlite_where=sa.text(BOUGHT),
        postgresql_where=sa.text(BOUGHT),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    op.create_index(op.f("ix_orders_at"), "orders", ["at"], unique=False)
