"""Messages of ours that have to go: tried until they are gone or Telegram declines for good, over any restart."""

import asyncio

import structlog
from telegram import InputFile, InputMediaPhoto

from bot.core.model import JobId
from bot.core.moves import growing
from bot.core.ports import Clock, NotNow, PlaceGone
from bot.core.store import Memory, StoreTrouble
from bot.platforms.telegram.drawing import blank_picture, quiet
from bot.platforms.telegram.line import Line
from bot.platforms.telegram.places import NAME
from bot.platforms.telegram.records import Leftover, Record, Records
from bot.platforms.telegram.troubles import Declined, FileTooBig

FIRST_SECONDS, LONGEST_SECONDS = 5.0, 300.0
"""Pauses between two rounds; one for a chat that wants to be left alone makes no call."""
_KEY = "removals"

log = structlog.get_logger("reelbot.telegram")


class Removals:
    """Removes what a record says is leaving.

    Args:
        line: To Telegram.
        records: Say what is leaving, job by job.
        memory: Where the jobs are listed of which something is still there.
        clock: Paces the tries.
    """

    def __init__(self, *, line: Line, records: Records, memory: Memory, clock: Clock) -> None:
        self._line = line
        self._records = records
        self._memory = memory
        self._clock = clock
        self._due: set[JobId] = set()
        self._more = asyncio.Event()

    async def sweep(self, job: JobId, record: Record) -> Record:
        """Remove what is leaving, which *record* says already; the rest is tried later. The job's turn must be held."""
        if not record.leaving:
            return record
        try:
            # Written down before: whoever called may be out of time long before Telegram answers.
            await self._list(job, due=True)
            return await self._clear(job, record)
        finally:
            if job in self._due:
                self._more.set()

    async def later(self, job: JobId, record: Record) -> None:
        """Remove what is leaving after a while, if the record still says so by then."""
        if record.leaving:
            await self._list(job, due=True)
            self._more.set()

    async def run(self) -> None:
        """Try again what could not be removed, until cancelled."""
        pauses = growing(FIRST_SECONDS, LONGEST_SECONDS)
        await self._recall()
        while True:
            if await self._clock.wait(self._more, next(pauses) if self._due else LONGEST_SECONDS):
                self._more.clear()
                pauses = growing(FIRST_SECONDS, LONGEST_SECONDS)
                await self._clock.wait(asyncio.Event(), next(pauses))
            await self._recall()
            for job in sorted(self._due):
                await self._again(job)

    async def _again(self, job: JobId) -> None:
        turn = self._records.turn(job)
        if turn.locked():
            # Its clip is on its way, which may take minutes; the others need not wait for that.
            return
        async with turn:
            try:
                await self._clear(job, await self._records.of(job))
            except NotNow as trouble:
                log.info("could not look up what has to go", job=job, detail=str(trouble))

    async def _clear(self, job: JobId, record: Record) -> Record:
        left = tuple([one for one in record.leaving if not await self._settled(one)])
        if left != record.leaving:
            record = await self._records.keep(job, record.model_copy(update={"leaving": left}))
        if not left:
            await self._list(job, due=False)
        return record

    async def _settled(self, one: Leftover) -> bool:
        """Whether nothing is left to do about a message: it is gone, or will not go."""
        try:
            await self._line.remove(one.chat, one.message)
        except (NotNow, OSError) as trouble:
            log.info("could not delete a message yet", detail=str(trouble))
            return False
        except (Declined, PlaceGone) as refusal:
            log.info("could not delete a message", detail=str(refusal))
            return await self._blanked(one) if one.instead else True
        return True

    async def _blanked(self, one: Leftover) -> bool:
        file = InputFile(blank_picture(), filename="deleted.png", attach=True)
        try:
            await self._line.turn_into(one.chat, one.message, InputMediaPhoto(file, caption=quiet(one.instead)), None)
        except (NotNow, OSError) as trouble:
            log.info("could not blank a message yet", detail=str(trouble))
            return False
        except (Declined, PlaceGone, FileTooBig) as refusal:
            log.info("could not blank a message", detail=str(refusal))
        return True

    async def _list(self, job: JobId, *, due: bool) -> None:
        """Put a job on the list, or take it off; what cannot be written is known until the process ends."""
        if due:
            self._due.add(job)
        if not await self._recall():
            return
        if not due:
            self._due.discard(job)
        try:
            await self._memory.keep(NAME, _KEY, " ".join(sorted(self._due)))
        except StoreTrouble as trouble:
            log.warning("what has to go could not be written down", detail=repr(trouble))

    async def _recall(self) -> bool:
        """Whether the list of other processes, and of earlier ones, is known: otherwise it would be written over."""
        try:
            kept = await self._memory.kept(NAME, _KEY)
        except StoreTrouble as trouble:
            log.warning("what has to go could not be looked up", detail=repr(trouble))
            return False
        self._due.update(map(JobId, (kept or "").split()))
        return True
