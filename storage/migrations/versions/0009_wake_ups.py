"""On PostgreSQL a nudge and a turn are heard at once by every host: a notice goes out with the transaction."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NOTICE = """
CREATE FUNCTION reelbot_nudged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('reelbot_nudged', NEW.id);
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER jobs_nudged AFTER UPDATE OF nudged_at, admitted_at ON jobs FOR EACH ROW
WHEN (NEW.alive AND (
    NEW.nudged_at IS DISTINCT FROM OLD.nudged_at
    OR (NEW.admitted_at IS DISTINCT FROM OLD.admitted_at AND NEW.admitted_at IS NOT NULL)
))
EXECUTE FUNCTION reelbot_nudged()
"""


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NOTICE)
        op.execute(TRIGGER)
