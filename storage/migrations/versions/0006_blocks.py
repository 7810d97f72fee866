"""Blocks: words, people and servers that are blocked, wishes refused for their content, and reports."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STANDING = "lifted_at IS NULL"


def upgrade() -> None:
    """Apply."""
    _blocks()
    _rejections()
    _reports()


def _blocks() -> None:
    op.create_table(
        "blocks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
    )
    op.create_index(
        "ix_blocks_standing",
        "blocks",
        ["scope", "kind", "what"],
        unique=True,
        sqlite_where=sa.text(STANDING),
        postgresql_where=sa.text(STANDING),
    )


def _rejections() -> None:
    op.create_table(
        "rejections",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_rejections_job")),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_rejections")),
    )
    op.create_index(op.f("ix_rejections_user_id_at"), "rejections", ["user_id", "at"], unique=False)
    op.create_index(op.f("ix_rejections_at"), "rejections", ["at"], unique=False)


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("community_id", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_reports_job")),
        sa.PrimaryKeyConstraint("job", "reporter", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_reporter_at"), "reports", ["reporter", "at"], unique=False)
