"""The embedded engine: one process, one coroutine per living job, everything unfinished carried again at start."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.core.bells import Bells, Stopping
from bot.core.model import Job, JobId
from bot.core.ports import Clock, Lost, Store, StoreTrouble

log = structlog.get_logger("reelbot.engine")

LOOK_EVERY = 1.0
"""Seconds between two looks for jobs that another process (the command line) has changed."""
LOOK_BACK = timedelta(seconds=5)
"""Overlap of two looks: a nudge stamped before a commit becomes visible only after it."""
FALLS_MOST = 3
"""A job whose carrying breaks this often is ended by `bury`."""


class Carriers:
    """Carries every living job until told to stop.

    Args:
        store: The truth.
        carry: Carries one seized job to its end.
        bury: Ends a job that cannot be carried.
        bells: Wakes and stops the carriers.
        clock: Time.
        grace_seconds: How long steps under way may take to end at a stop.
    """

    def __init__(
        self,
        *,
        store: Store,
        carry: Callable[[Job], Awaitable[None]],
        bury: Callable[[Job], Awaitable[None]],
        bells: Bells,
        clock: Clock,
        grace_seconds: float = 20.0,
    ) -> None:
        self._store = store
        self._grace_seconds = grace_seconds
        self._carry = carry
        self._bury = bury
        self._bells = bells
        self._clock = clock
        self._group: asyncio.TaskGroup | None = None
        self._carried: dict[JobId, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self.ready = asyncio.Event()
        """Set when everything unfinished has been picked up again."""

    @property
    def carried(self) -> int:
        """How many jobs are being carried."""
        return len(self._carried)

    def ensure(self, job: JobId) -> None:
        """Make sure that somebody carries this job, and that they look at it now."""
        if job in self._carried:
            self._bells.ring(job)
        elif self._group is not None and not self._stop.is_set():
            self._start(self._group, job, None)

    async def run(self) -> None:
        """Pick up everything unfinished, carry until `stop`, then let every step under way end within the grace."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for job in await self._store.seize_all():
                self._start(group, job.id, job)
            watch = group.create_task(self._watch(), name="watch for nudges")
            self.ready.set()
            await self._stop.wait()
            watch.cancel()
            self._bells.stop()
            if self._carried:
                _, late = await asyncio.wait(self._carried.values(), timeout=self._grace_seconds)
                for one in late:
                    one.cancel()
        self._group = None

    def stop(self) -> None:
        """Put every job down at its next wait."""
        self._stop.set()

    def _start(self, group: asyncio.TaskGroup, job: JobId, seized: Job | None) -> None:
        self._bells.hang(job)
        self._carried[job] = group.create_task(self._carry_one(job, seized), name=f"job {job}")

    async def _carry_one(self, job: JobId, seized: Job | None) -> None:
        # Bound for good: the context is the coroutine's own. With ten thousand of them, every kilobyte counts.
        structlog.contextvars.bind_contextvars(job=job)
        falls, more = 0, True
        try:
            while more:
                try:
                    seized = await self._carry_once(job, seized, self._carry if falls < FALLS_MOST else self._bury)
                    more = seized is not None
                except Stopping:
                    return
                except StoreTrouble as trouble:
                    log.warning("the job waits for the database", detail=repr(trouble))
                    seized, more = None, await self._pause(job, 1)
                except Exception:
                    # The one broad net: whatever a bug or a broken disk does to one job, the others go on. What was
                    # written stays true, so carrying it anew is safe; a job that keeps falling is ended with a refund.
                    falls += 1
                    log.exception("carrying fell", falls=falls)
                    seized, more = None, await self._pause(job, falls)
        finally:
            self._carried.pop(job, None)
            self._bells.forget(job)

    async def _carry_once(self, job: JobId, seized: Job | None, carry: Callable[[Job], Awaitable[None]]) -> Job | None:
        """Carry to the end (None), or until another's change makes it necessary to go on from the job as it is now."""
        seized = seized or await self._store.seize(job)
        if seized is None:
            return None
        try:
            await carry(seized)
        except Lost:
            return await self._still_ours(seized)
        return None

    async def _still_ours(self, mine: Job) -> Job | None:
        """After a lost write: the job as it is now if only its facts changed, None if another carrier has it."""
        fresh = await self._store.job(mine.id)
        return fresh if fresh and fresh.alive and fresh.owner == mine.owner else None

    async def _pause(self, job: JobId, falls: int) -> bool:
        try:
            await self._bells.wait(job, min(60.0, 2.0 * falls))
        except Stopping:
            return False
        return True

    async def _watch(self) -> None:
        never = asyncio.Event()
        seen = self._clock.now()
        while True:
            await self._clock.wait(never, LOOK_EVERY)
            now = self._clock.now()
            try:
                nudged = await self._store.nudged(seen - LOOK_BACK)
            except StoreTrouble as trouble:
                log.warning("could not look for changed jobs", detail=repr(trouble))
                continue
            for job in nudged:
                self.ensure(job)
            seen = now
