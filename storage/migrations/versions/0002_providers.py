"""Providers: how they are doing, what the operator says they cost, and whose a ticket is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WITH_TICKET = "ticket IS NOT NULL"


def upgrade() -> None:
    """Apply."""
    _healths()
    _list_prices()
    _price_changes()
    for table in ("jobs", "attempts"):
        op.create_index(
            f"ix_{table}_ticket",
            table,
            ["provider", "ticket"],
            unique=False,
            sqlite_where=sa.text(WITH_TICKET),
            postgresql_where=sa.text(WITH_TICKET),
        )


def _healths() -> None:
    op.create_table(
        "healths",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("closed_until", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("trouble_at", sa.BigInteger(), nullable=True),
        sa.Column("worked_at", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_healths")),
    )


def _list_prices() -> None:
    op.create_table(
        "list_prices",
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("usd", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("offer", "resolution", "seconds", name=op.f("pk_list_prices")),
    )


def _price_changes() -> None:
    op.create_table(
        "price_changes",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("old_usd", sa.Text(), nullable=True),
        sa.Column("new_usd", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_changes")),
    )
