"""Whether all hosts of one database see the same files: a mark in the folder has to be the one in the database."""

import asyncio
import secrets
from contextlib import suppress
from pathlib import Path

from bot.core.store import Memory

MARK = "folder.id"
"""The file that tells one folder from another; whoever moves the folder takes it along."""
_PLATFORM, _KEY = "bot", "folder"


class StrangeFolder(Exception):
    """Other hosts of this database keep their pictures and clips elsewhere."""


async def see_the_same_files(memory: Memory, folder: Path) -> None:
    """Make sure that this host has the folder that the other hosts have; the first one to ask decides which that is.

    Raises:
        StrangeFolder: It is another one.
        OSError: It cannot be read or written.
        StoreTrouble: Nobody knows.
    """
    ours = await asyncio.to_thread(_mark_of, folder)
    known = await memory.kept(_PLATFORM, _KEY)
    if known is None:
        await memory.keep(_PLATFORM, _KEY, ours)
        known = await memory.kept(_PLATFORM, _KEY)
    if known != ours:
        raise StrangeFolder(
            f"{folder} is not where the other hosts of this database keep clips and images. Mount their folder as"
            f" DATA_DIR; if you have moved it, its file {MARK} has to come along."
        )


def _mark_of(folder: Path) -> str:
    path = folder / MARK
    with suppress(FileExistsError), path.open("x") as file:
        file.write(secrets.token_hex(16))
    return path.read_text().strip()
