"""Carries jobs: one coroutine each, woken by its bell, put down at a stop, and started anew after a fall."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.core.bells import Bells, Stopping
from bot.core.model import Job, JobId
from bot.core.store import Lost, Store, StoreTrouble

log = structlog.get_logger("reelbot.engine")

FALLS_MOST = 3
"""A job whose carrying breaks this often is ended by `bury`."""


class Carriers:
    """Carries the jobs it is given until told to stop.

    Args:
        store: The truth.
        carry: Carries one seized job to its end.
        bury: Ends a job that cannot be carried.
        bells: Wakes and stops the carriers.
        grace_seconds: How long steps under way may take to end at a stop.
    """

    def __init__(
        self,
        *,
        store: Store,
        carry: Callable[[Job], Awaitable[None]],
        bury: Callable[[Job], Awaitable[None]],
        bells: Bells,
        grace_seconds: float = 20.0,
    ) -> None:
        self._store = store
        self._grace_seconds = grace_seconds
        self._carry = carry
        self._bury = bury
        self._bells = bells
        self._group: asyncio.TaskGroup | None = None
        self._ended: Callable[[JobId], object] | None = None
        self._carried: dict[JobId, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()

    @property
    def carried(self) -> int:
        """How many jobs are being carried."""
        return len(self._carried)

    @property
    def stopping(self) -> bool:
        """Whether every job is being put down."""
        return self._stop.is_set()

    def carries(self, job: JobId) -> bool:
        """Whether this very process carries the job."""
        return job in self._carried

    def ring(self, job: JobId) -> bool:
        """Let the job's carrier look now; False if it is not carried here."""
        self._bells.ring(job)
        return self.carries(job)

    def call(self, job: JobId) -> None:
        """Tell the job's carrier that its turn has come."""
        self._bells.call(job)

    def pick_up(self, job: JobId, seized: Job | None = None) -> bool:
        """Carry a job, which may have been *seized* already; False before `begin` and after `stop`."""
        if job in self._carried:
            return True
        if self._group is None or self.stopping:
            return False
        self._bells.hang(job)
        self._carried[job] = self._group.create_task(self._carry_one(job, seized), name=job)
        return True

    def begin(self, group: asyncio.TaskGroup, *, ended: Callable[[JobId], object] | None = None) -> None:
        """Carry jobs in *group* from now on; it has to stay open until `put_down` has returned.

        Args:
            group: The parent of every carrier.
            ended: Told of each job that is carried no longer, whatever the reason.
        """
        self._group = group
        self._ended = ended

    async def put_down(self) -> None:
        """Wait for `stop`, then let every step under way end within the grace."""
        await self._stop.wait()
        self._bells.stop()
        if self._carried:
            _, late = await asyncio.wait(self._carried.values(), timeout=self._grace_seconds)
            for one in late:
                one.cancel()
        self._group = None

    def stop(self) -> None:
        """Put every job down at its next wait."""
        self._stop.set()

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
            if self._ended is not None:
                self._ended(job)

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
