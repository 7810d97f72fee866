"""Brings the schema of a database up to date; revisions ship with the package."""

from pathlib import Path

from sqlalchemy import Connection, Engine, text

REVISIONS = Path(__file__).parent / "migrations"
VERSION = text("SELECT version_num FROM alembic_version")


def upgrade(engine: Engine) -> None:
    """Run every revision that the database has not seen, all in one transaction. Blocks: not for the event loop."""
    with engine.begin() as connection:
        upgrade_in(connection)


def upgrade_in(connection: Connection) -> bool:
    """Run every revision that the database has not seen; whether there was one. Reads files: not for the event loop."""
    # Nearly every start finds nothing to do, and need not wait for Alembic, nor give it ten megabytes for good.
    if is_newest(connection):
        return False
    _refuse_newer(connection)
    _run_revisions(connection)
    return True


def newest_revision() -> str:
    """The newest revision: they are numbered."""
    return max(known_revisions())


def known_revisions() -> frozenset[str]:
    """Every revision that this version knows: files are named after theirs."""
    return frozenset(path.stem.partition("_")[0] for path in (REVISIONS / "versions").glob("[0-9]*_*.py"))


def _refuse_newer(connection: Connection) -> None:
    """Leave a database alone that a newer version has had.

    Raises:
        CommandError: It is one; Alembic would say so too, in words for programmers.
    """
    from alembic.util import CommandError  # noqa: PLC0415 as below

    if not connection.dialect.has_table(connection, "alembic_version"):
        return
    if unknown := set(connection.execute(VERSION).scalars()) - known_revisions():
        found = ", ".join(sorted(unknown))
        raise CommandError(
            f"it is at revision {found} and this one knows {newest_revision()} at the most; run the newer version "
            "again, or restore a backup from before it"
        )


def is_newest(connection: Connection) -> bool:
    """Whether the database has seen every revision that this version knows, and no other."""
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
