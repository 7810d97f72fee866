"""On PostgreSQL each host is heard of by one row of its own, not by every queue entry that it holds."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Changed in place every few seconds: the next version of a row finds room beside it.
HOSTS = "CREATE TABLE hosts (name uuid PRIMARY KEY, heard_at timestamptz NOT NULL) WITH (fillfactor = 10)"


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(HOSTS)
