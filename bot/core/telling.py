"""Telling people: progress, which may be dropped, and endings and questions, which may not."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.core.model import Job, Note
from bot.core.moves import Moves, growing
from bot.core.notes import draw
from bot.core.ports import Clock, KnowsWatchers, NotNow, PlaceGone, Platform
from bot.core.store import StoreTrouble

TELL_WITHIN = 30.0
"""Seconds that one message may take."""
TELLING_FOR = timedelta(hours=1)
"""How long a chat that does not answer is tried before the job goes on."""

ABSENT_CHAT_SECONDS = 300.0
"""Pause before looking again for a chat that is not run here."""

log = structlog.get_logger("reelbot.telling")


class Teller:
    """Draws a job's note where it was asked for."""

    def __init__(self, *, platforms: Mapping[str, Platform], moves: Moves, clock: Clock) -> None:
        self._platforms = platforms
        self._knowing = {name: platform for name, platform in platforms.items() if isinstance(platform, KnowsWatchers)}
        self._moves = moves
        self._clock = clock

    async def tell(self, job: Job) -> Job:
        """Make sure the person hears of this state; a place that is gone counts as told, for nobody is there."""
        handle: str | None = None
        give_up = self._clock.now() + TELLING_FOR
        pauses = growing(2.0, 300.0)
        while self._clock.now() <= give_up:
            pause = next(pauses)
            try:
                handle = await self._tell_once(job)
                break
            except PlaceGone:
                break
            except NotNow as later:
                pause = later.after_seconds
            except (TimeoutError, OSError) as trouble:
                log.warning("could not tell", platform=job.place.platform, detail=repr(trouble))
            left = self._moves.seconds_until(give_up)
            before = job.state
            await self._moves.wait(job, min(pause, left))
            # Whoever stood still in the midst of it may have lost the job, and another one has told.
            job = await self._moves.reread(job)
            if job.state is not before:
                return job
        return await self._moves.told(job, handle)

    async def _tell_once(self, job: Job) -> str | None:
        platform = self._platforms.get(job.place.platform)
        if platform is None:
            # Another process, or the next one, may run this chat.
            raise NotNow(ABSENT_CHAT_SECONDS)
        async with self._moves.while_ours(job, TELL_WITHIN) as ours:
            return await platform.tell(ours.place, draw(ours))

    def watched(self, job: Job) -> bool:
        """Whether anybody would see the job's progress, as far as its chat knows."""
        knowing = self._knowing.get(job.place.platform)
        return knowing is None or knowing.watched(job.place)

    async def show(self, job: Job, note: Note) -> Job:
        """Draw progress; it may be dropped, and is never worth a failure.

        Raises:
            Lost: Somebody else carries the job now, or has moved it on.
        """
        platform = self._platforms.get(job.place.platform)
        if platform is None:
            return job
        try:
            async with self._moves.while_ours(job, TELL_WITHIN) as ours:
                handle = await platform.show(ours.place, note)
        except (PlaceGone, NotNow, StoreTrouble, TimeoutError, OSError) as trouble:
            log.debug("could not show progress", platform=platform.name, detail=repr(trouble))
            return job
        if handle is None or handle == job.handle:
            return job
        return await self._moves.told(job, handle)
