"""Brings the schema of a database up to date; revisions ship with the package."""

from pathlib import Path

from sqlalchemy import Connection, Engine, text

REVISIONS = Path(__file__).parent / "migrations"
VERSION = text("SELECT version_num FROM alembic_version")


def upgrade(engine: Engine) -> None:
    """Run every revision that the database has not seen, all in one transaction. Blocks: not for the event loop."""
    with engine.begin() as connection:
        # Nearly every start finds nothing to do, and need not wait for Alembic, nor give it ten megabytes for good.
        if not _is_newest(connection):
            _run_revisions(connection)


def newest_revision() -> str:
    """The newest revision: files are named after theirs, and numbered."""
    return max(path.stem.partition("_")[0] for path in (REVISIONS / "versions").glob("[0-9]*_*.py"))


def _is_newest(connection: Connection) -> bool:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return False
    return connection.execute(VERSION).scalars().all() == [newest_revision()]


def _run_revisions(connection: Connection) -> None:
    # Alembic takes longer to import than to run.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(REVISIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
