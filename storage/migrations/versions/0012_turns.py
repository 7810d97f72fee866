"""On PostgreSQL a turn is heard apart from a nudge: it concerns only who still waits for it."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NOTICE = """
CREATE OR REPLACE FUNCTION reelbot_nudged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.nudged_at IS DISTINCT FROM OLD.nudged_at THEN
        PERFORM pg_notify('reelbot_nudged', NEW.id);
    ELSE
        PERFORM pg_notify('reelbot_turns', NEW.id);
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    """Apply; a host of an older version no longer hears of turns, and has to be stopped, as for every upgrade."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NOTICE)
