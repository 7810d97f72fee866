"""Whether all hosts of one database see the same files: the newest mark in the database has to lie in the folder.

Whoever keeps house makes a new mark now and then, so that a mere copy of the folder is found out too: it lacks what was
made after it.
"""

import asyncio
import os
import secrets
from pathlib import Path

import structlog

from bot.core.ports import Clock
from bot.core.store import Memory, StoreTrouble

MARKS = "folder.id"
"""The file of all marks, a line each; whoever moves the folder takes it along."""
RENEW_SECONDS = 600.0
LOOK_SECONDS = 60.0
NEWEST_BYTES = 65_536
"""How much of the file's end is read: the marks of two weeks."""
_PLATFORM, _KEY = "bot", "folder"

log = structlog.get_logger("reelbot.folder")


class StrangeFolder(Exception):
    """Other hosts of this database keep their pictures and clips elsewhere."""


class SharedFolder:
    """The folder of one host, as one of those that all hosts should have.

    Args:
        memory: Where the newest mark is known to all.
        folder: Where this host keeps its files.
        clock: Waits between two looks.
    """

    def __init__(self, *, memory: Memory, folder: Path, clock: Clock) -> None:
        self._memory = memory
        self._folder = folder
        self._marks = folder / MARKS
        self._clock = clock

    async def look(self) -> None:
        """Make sure that this host has the folder of the others; the first one to look decides which that is.

        Raises:
            StrangeFolder: It is another one, or a copy of theirs.
            OSError: It cannot be read or written.
            StoreTrouble: Nobody knows.
        """
        newest = await self._memory.kept(_PLATFORM, _KEY)
        if newest is None:
            await self._make_mark()
        elif newest not in await asyncio.to_thread(self._newest_marks):
            raise StrangeFolder(
                f"{self._folder} is not where the other hosts of this database keep clips and images. Mount their"
                f" folder as DATA_DIR. If it is theirs, without its file {MARKS}, or theirs is gone for good, say so:"
                f" echo {newest} >> {self._marks}"
            )

    async def watch(self) -> None:
        """Look again and again, until cancelled.

        Raises:
            StrangeFolder: It is another one by now, for a mount was lost; or a copy, which has come to light.
        """
        strange: StrangeFolder | None = None
        while True:
            await self._clock.wait(asyncio.Event(), LOOK_SECONDS)
            try:
                await self.look()
            except StrangeFolder as found:
                if strange is not None:
                    raise
                # Once more: some shared folders show a new line only after a while.
                strange = found
            except (OSError, StoreTrouble) as trouble:
                log.warning("the shared folder cannot be looked at", detail=repr(trouble))
            else:
                strange = None

    async def renew(self) -> None:
        """Make new marks, until cancelled: the duty of one host.

        Raises:
            StrangeFolder: This is not the folder of the others.
        """
        while True:
            try:
                await self.look()
                await self._make_mark()
            except (OSError, StoreTrouble) as trouble:
                log.warning("the shared folder cannot be marked", detail=repr(trouble))
            await self._clock.wait(asyncio.Event(), RENEW_SECONDS)

    async def _make_mark(self) -> None:
        mark = secrets.token_hex(16)
        # First here: what the database names has to be found.
        await asyncio.to_thread(self._append, mark)
        await self._memory.keep(_PLATFORM, _KEY, mark)

    def _append(self, mark: str) -> None:
        with self._marks.open("a") as file:
            # On a line of its own, whatever the line before has come to.
            file.write(f"\n{mark}\n")
            file.flush()
            os.fsync(file.fileno())

    def _newest_marks(self) -> list[str]:
        try:
            with self._marks.open("rb") as file:
                file.seek(0, os.SEEK_END)
                file.seek(max(0, file.tell() - NEWEST_BYTES))
                return file.read().decode(errors="replace").split()
        except FileNotFoundError:
            return []
