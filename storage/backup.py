"""A copy of the running database, whole and checked; and the way back."""

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from storage.database import UnknownDatabase
from storage.schema import known_revisions

WAIT_SECONDS = 30.0
"""How long to wait for a lock before giving up."""


PARTS = ("", "-wal", "-shm")
"""Ends of the names of a database's files."""


class BadBackup(Exception):
    """The copy is not sound, and was not kept."""


class Occupied(Exception):
    """There is a database already."""


async def back_up(address: str, target: Path) -> None:
    """Copy the SQLite database at *address* to *target* while the bot runs; *target* appears only when it is sound.

    Raises:
        UnknownDatabase: Not SQLite, which brings tools of its own (`pg_dump`).
        BadBackup: The copy does not pass SQLite's own check.
    """
    await asyncio.to_thread(_copy, _file_of(address), target)


async def restore(source: Path, address: str, *, aside: datetime | None) -> int:
    """Put a backup in the place of the SQLite database at *address*, which nobody has open.

    Args:
        source: The backup; it stays as it is.
        address: Where the database belongs.
        aside: An older database there is kept beside it under this moment's name; None leaves it alone.

    Returns:
        How many videos were under way when the backup was made.

    Raises:
        UnknownDatabase: Not SQLite, which brings tools of its own (`pg_restore`).
        BadBackup: It is no backup of ours, is damaged, or a newer version made it; nothing is changed.
        Occupied: There is a database, and *aside* is None.
    """
    return await asyncio.to_thread(_restore, source, _file_of(address), aside)


def _file_of(address: str) -> Path:
    url = make_url(address)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise UnknownDatabase("only a SQLite database is backed up here; PostgreSQL has pg_dump and pg_restore")
    return Path(url.database)


def _restore(source: Path, target: Path, aside: datetime | None) -> int:
    if target.exists() and aside is None:
        raise Occupied(str(target))
    part = target.with_name(target.name + ".part")
    try:
        _copy(source, part)
        with closing(sqlite3.connect(f"{part.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            under_way = _look_into(copy)
        with part.open("rb+") as whole:
            os.fsync(whole.fileno())
        # The log goes with its database: left behind, it would be played into the restored one.
        for end in reversed(PARTS):
            old = target.with_name(target.name + end)
            if aside is not None and old.exists():
                old.replace(target.with_name(f"before-{aside:%Y%m%dT%H%M%S}-{target.name}{end}"))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return under_way


def _look_into(copy: sqlite3.Connection) -> int:
    """How many videos are under way in it.

    Raises:
        BadBackup: It is not a database that this version knows.
    """
    try:
        revisions = {row[0] for row in copy.execute("SELECT version_num FROM alembic_version")}
        (under_way,) = copy.execute("SELECT count(*) FROM jobs WHERE alive").fetchone()
    except sqlite3.DatabaseError as trouble:
        raise BadBackup(f"this is no database of Reelbot ({trouble})") from trouble
    if unknown := revisions - known_revisions():
        raise BadBackup(f"a newer version of Reelbot made it (revision {', '.join(sorted(unknown))})")
    return int(under_way)


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
