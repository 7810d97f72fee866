"""`reelbot db …`: the database as a file."""

import asyncio
import sqlite3
from pathlib import Path

from bot.clock import SystemClock
from bot.console.printing import Refusal, print_json, sentence
from bot.ground import open_books
from bot.settings import Settings
from storage.backup import BadBackup, Occupied
from storage.backup import back_up as copy_database
from storage.backup import restore as put_back
from storage.database import UnknownDatabase
from storage.lock import only_one


async def upgrade_database(settings: Settings, *, as_json: bool) -> None:
    """Bring the schema up to date, as every start does."""
    async with open_books(settings):
        if as_json:
            print_json({"up_to_date": True})
        else:
            sentence("The database is up to date.")


async def back_up(settings: Settings, into: Path, *, force: bool, as_json: bool) -> None:
    """Copy the database while the bot runs, and check the copy; an older copy is replaced with *force* alone."""
    address = settings.database_url.get_secret_value()
    await asyncio.to_thread(_check_target, Path(address.removeprefix("sqlite:///")), into, force=force)
    try:
        await copy_database(address, into)
        size = (await asyncio.to_thread(into.stat)).st_size
    except OSError as trouble:
        raise Refusal(f"The backup failed and was not kept: {trouble.strerror} ({into}).") from trouble
    except (BadBackup, UnknownDatabase, sqlite3.Error) as trouble:
        raise Refusal(f"The backup failed and was not kept: {trouble}.") from trouble
    if as_json:
        print_json({"file": into, "bytes": size})
        return
    sentence(
        f"Backed up to {into}. Copy secret.key, images and clips from {settings.data_dir} to be able to restore all."
    )


async def restore(settings: Settings, source: Path, *, force: bool, as_json: bool) -> None:
    """Put a backup in the place of the database; the bot must not run."""
    address = settings.database_url.get_secret_value()
    now = SystemClock().now()
    await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
    try:
        with only_one(settings.data_dir):
            under_way = await put_back(source, address, aside=now if force else None)
    except Occupied as occupied:
        raise Refusal(f"{occupied} is there already: --force keeps it beside the restored one, renamed.") from None
    except OSError as trouble:
        raise Refusal(f"Nothing was restored: {trouble.strerror} ({trouble.filename}).") from trouble
    except (BadBackup, UnknownDatabase, sqlite3.Error) as trouble:
        raise Refusal(f"Nothing was restored: {trouble}.") from trouble
    if as_json:
        print_json({"restored": source, "under_way": under_way})
        return
    sentence(f"Restored. At the start {under_way} videos go on from where they were when the backup was made.")
    if under_way:
        sentence("A video that was ordered only after that is ordered again: see `reelbot jobs list` before you start.")


def _check_target(database: Path, into: Path, *, force: bool) -> None:
    if into.is_dir():
        raise Refusal(f"{into} is a folder: name the file to write.")
    if database.exists() and into.exists() and database.samefile(into):
        raise Refusal(f"{into} is the database itself: a backup needs a file of its own.")
    if into.exists() and not force:
        raise Refusal(f"{into} is there already: name another file, or replace it with --force.")
