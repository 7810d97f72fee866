"""Brings the schema of a database up to date; revisions ship with the package."""

from pathlib import Path

from sqlalchemy import Engine

REVISIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Run every revision that the database has not seen, all in one transaction. Blocks: not for the event loop."""
    # Alembic takes longer to import than to run, and `reelbot --help` has no need of it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(REVISIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
