"""`reelbot db …`: the database as a file."""

import asyncio
import sqlite3
from pathlib import Path

from bot.app import open_books
from bot.console.printing import Refusal, print_json, sentence
from bot.settings import Settings
from storage.backup import BadBackup
from storage.backup import back_up as copy_database
from storage.database import UnknownDatabase


async def upgrade_database(settings: Settings, *, as_json: bool) -> None:
    """Bring the schema up to date, as every start does."""
    async with open_books(settings):
        if as_json:
            print_json({"up_to_date": True})
        else:
            sentence("The database is up to date.")


async def back_up(settings: Settings, into: Path, *, as_json: bool) -> None:
    """Copy the database while the bot runs, and check the copy."""
    address = settings.database_url.get_secret_value()
    await asyncio.to_thread(_check_target, Path(address.removeprefix("sqlite:///")), into)
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
    sentence(f"Backed up to {into}. Pictures and clips lie in {settings.data_dir} and are not part of it.")


def _check_target(database: Path, into: Path) -> None:
    if into.is_dir():
        raise Refusal(f"{into} is a folder: name the file to write.")
    if database.exists() and into.exists() and database.samefile(into):
        raise Refusal(f"{into} is the database itself: a backup needs a file of its own.")
