"""Keeping house: pictures and clips are deleted when their days are over."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.core.model import FileName
from bot.core.ports import Clock, Files
from bot.core.store import Store, StoreTrouble

EVERY = 3600.0
"""Seconds between two rounds."""
STRAY_FOR = timedelta(days=1)
"""A younger file may only just have been kept, and its job be about to be written down."""

log = structlog.get_logger("reelbot.housekeeping")


class Housekeeper:
    """Deletes what no living job needs, *keep_days* after the job that used it ended, and what no job ever knew of."""

    def __init__(self, *, store: Store, files: Files, clock: Clock, keep_days: int) -> None:
        self._store = store
        self._files = files
        self._clock = clock
        self._keep = timedelta(days=keep_days)

    async def run(self) -> None:
        """Make a round at once and then every hour, until cancelled."""
        never = asyncio.Event()
        while True:
            try:
                await self.tidy()
            except (OSError, StoreTrouble) as trouble:
                log.warning("could not tidy up", detail=repr(trouble))
            await self._clock.wait(never, EVERY)

    async def tidy(self) -> None:
        """Make one round."""
        now = self._clock.now()
        await self._remove(*await self._store.expired_files(now - self._keep))
        await self._remove(*await self._strays(now - max(self._keep, STRAY_FOR)))

    async def _strays(self, before: datetime) -> tuple[list[FileName], list[FileName]]:
        """What a crash left behind between keeping a file and writing down whose it is."""
        pictures, clips = await self._files.kept_before(before)
        if not pictures and not clips:
            return [], []
        known_pictures, known_clips = await self._store.known_files()
        return sorted(set(pictures) - known_pictures), sorted(set(clips) - known_clips)

    async def _remove(self, pictures: list[FileName], clips: list[FileName]) -> None:
        await self._files.remove_pictures(pictures)
        await self._files.remove_clips(clips)
        if pictures or clips:
            log.info("deleted what is no longer kept", pictures=len(pictures), clips=len(clips))
