"""A copy of the running database, whole and checked; and the way back."""

import asyncio
import os
import sqlite3
from datetime import datetime
from pathlib import Path

import aiosqlite
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
    await _copy(_file_of(address), target)


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
    target = _file_of(address)
    if aside is None and await asyncio.to_thread(target.exists):
        raise Occupied(str(target))
    part = target.with_name(target.name + ".part")
    try:
        await _copy(source, part)
        async with aiosqlite.connect(await asyncio.to_thread(_reading, part), uri=True) as copy:
            under_way = await _look_into(copy)
        await asyncio.to_thread(_put_in_place, part, target, aside)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)
    return under_way


def _file_of(address: str) -> Path:
    url = make_url(address)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise UnknownDatabase("only a SQLite database is backed up here; PostgreSQL has pg_dump and pg_restore")
    return Path(url.database)


def _reading(database: Path) -> str:
    # Tried before: where it cannot be opened, the library leaves a thread behind that speaks to a closed event loop.
    try:
        with database.open("rb"):
            pass
    except OSError as trouble:
        raise sqlite3.OperationalError("unable to open database file") from trouble
    return f"{database.resolve().as_uri()}?mode=ro"


def _put_in_place(part: Path, target: Path, aside: datetime | None) -> None:
    with part.open("rb+") as whole:
        os.fsync(whole.fileno())
    # The log goes with its database: left behind, it would be played into the restored one.
    for end in reversed(PARTS):
        old = target.with_name(target.name + end)
        if aside is not None and old.exists():
            old.replace(target.with_name(f"before-{aside:%Y%m%dT%H%M%S}-{target.name}{end}"))
    part.replace(target)


async def _look_into(copy: aiosqlite.Connection) -> int:
    """How many videos are under way in it.

    Raises:
        BadBackup: It is not a database that this version knows.
    """
    try:
        revisions = {row[0] for row in await copy.execute_fetchall("SELECT version_num FROM alembic_version")}
        ((under_way,),) = await copy.execute_fetchall("SELECT count(*) FROM jobs WHERE alive")
    except sqlite3.DatabaseError as trouble:
        raise BadBackup(f"this is no database of Reelbot ({trouble})") from trouble
    if unknown := revisions - await asyncio.to_thread(known_revisions):
        raise BadBackup(f"a newer version of Reelbot made it (revision {', '.join(sorted(unknown))})")
    return int(under_way)


async def _copy(source: Path, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    await asyncio.to_thread(_make_room, part)
    try:
        address = await asyncio.to_thread(_reading, source)
        # One step, one snapshot: copied page by page it would begin anew with every commit of the bot.
        async with (
            aiosqlite.connect(address, uri=True, timeout=WAIT_SECONDS) as running,
            aiosqlite.connect(part) as copy,
        ):
            await running.backup(copy, pages=-1)
            # A backup is one file: leave no write-ahead log beside it.
            await copy.execute_fetchall("PRAGMA journal_mode=DELETE")
            await _check(copy)
        await asyncio.to_thread(part.replace, target)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)


def _make_room(part: Path) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    part.touch()


async def _check(copy: aiosqlite.Connection) -> None:
    ((verdict,),) = await copy.execute_fetchall("PRAGMA integrity_check(1)")
    if verdict != "ok":
        raise BadBackup(verdict)
