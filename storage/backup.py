"""A copy of the running database, whole and checked."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from storage.database import UnknownDatabase

WAIT_SECONDS = 30.0
"""How long to wait for a lock before giving up."""


class BadBackup(Exception):
    """The copy is not sound, and was not kept."""


async def back_up(address: str, target: Path) -> None:
    """Copy the SQLite database at *address* to *target* while the bot runs; *target* appears only when it is sound.

    Raises:
        UnknownDatabase: Not SQLite, which brings tools of its own (`pg_dump`).
        BadBackup: The copy does not pass SQLite's own check.
    """
    url = make_url(address)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise UnknownDatabase("only a SQLite database is backed up here; PostgreSQL has pg_dump")
    await asyncio.to_thread(_copy, Path(url.database), target)


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    try:
        # One step, one snapshot: copied page by page it would begin anew with every commit of the bot.
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=WAIT_SECONDS)) as running,
            closing(sqlite3.connect(part)) as copy,
        ):
            running.backup(copy, pages=-1)
            # A backup is one file: leave no write-ahead log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            _check(copy)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _check(copy: sqlite3.Connection) -> None:
    verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise BadBackup(verdict)
