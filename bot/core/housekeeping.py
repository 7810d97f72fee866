"""Keeping house: pictures and clips are deleted when their days are over."""

import asyncio
from datetime import timedelta

import structlog

from bot.core.ports import Clock, Files, Store, StoreTrouble

EVERY = 3600.0
"""Seconds between two rounds."""

log = structlog.get_logger("reelbot.housekeeping")


class Housekeeper:
    """Deletes what no living job needs, *keep_days* after the job that used it ended."""

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
        pictures, clips = await self._store.expired_files(self._clock.now() - self._keep)
        await self._files.remove_pictures(pictures)
        await self._files.remove_clips(clips)
        if pictures or clips:
            log.info("deleted what is no longer kept", pictures=len(pictures), clips=len(clips))
