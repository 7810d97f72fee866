"""The transitions of a job: which may follow which, each one fenced, each one logged, the money with it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.core.admission import Admission
from bot.core.bells import Bells
from bot.core.lease import Lease
from bot.core.model import Charge, Job, JobId, Reason, State
from bot.core.ports import Clock
from bot.core.standstill import PROMPTLY_SECONDS, in_one_go, moment, too_long_since
from bot.core.store import Change, Lost, Store, StoreTrouble

FOLLOWS: Mapping[State, frozenset[State]] = {
    State.ASKING: frozenset({State.QUEUED, State.CANCELLED}),
    State.QUEUED: frozenset({State.QUEUED, State.SUBMITTING, State.CANCELLED, State.FAILED}),
    State.SUBMITTING: frozenset({State.RENDERING, State.UNSURE, State.QUEUED, State.FAILED}),
    State.RENDERING: frozenset({State.FETCHING, State.FAILED, State.OVERDUE, State.CANCELLED}),
    State.FETCHING: frozenset({State.DELIVERING, State.FAILED, State.OVERDUE}),
    State.DELIVERING: frozenset({State.DELIVERED, State.UNDELIVERED}),
    State.UNSURE: frozenset({State.RENDERING, State.FAILED, State.CANCELLED}),
    State.OVERDUE: frozenset({State.FETCHING, State.FAILED, State.CANCELLED}),
    State.DELIVERED: frozenset({State.DELIVERING}),
    State.UNDELIVERED: frozenset({State.DELIVERING}),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""What may follow what."""

DAY = timedelta(days=1)
CHANCE = timedelta(hours=1)
"""What was waited for while nobody carried the job is given at least this long, however late it is by then."""
TROUBLE_PAUSE = 2.0
"""Seconds between two tries to write down what has happened, while the database is in trouble."""

T = TypeVar("T")

log = structlog.get_logger("reelbot.life")


class ImpossibleMove(AssertionError):
    """A transition that the table does not know: a bug, never a circumstance."""


def growing(first: float, most: float) -> Iterator[float]:
    """Pauses in seconds that double up to *most*."""
    pause = first
    while True:
        yield pause
        pause = min(most, pause * 2)


def spread(job: JobId) -> float:
    """A number from 0 to 1 that is the job's own: spreads thousands of jobs after a restart."""
    return int(job[:6], 36) / 36**6


class Moves:
    """What every part of a life does with a job: move it, end it, wait with it, read it again.

    Args:
        store: The truth.
        admission: Poked when a place at a provider has become free.
        bells: Wake the carriers.
        clock: Tells the time.
        lease: Says whether our jobs are surely ours; None where nobody can take them, however long we stand still.
    """

    def __init__(self, *, store: Store, admission: Admission, bells: Bells, clock: Clock, lease: Lease | None) -> None:
        self._store = store
        self._admission = admission
        self._bells = bells
        self._clock = clock
        self._lease = lease

    async def move(self, job: Job, change: Change) -> Job:
        """Make one transition that records what has already happened.

        Word left meanwhile by others does not stop it, and a database in trouble is waited for: what is known here,
        such as the ticket of a paid call, is known nowhere else.

        Raises:
            Lost: Somebody else carries the job, or it is in another state.
            Stopping: The house is closing while the database is in trouble.
            ImpossibleMove: The table does not know it.
        """
        return await self._insist(job, lambda present: self.begin(present, change))

    async def begin(self, job: Job, change: Change) -> Job:
        """Make one transition before something happens: anything that others changed meanwhile stops it.

        Raises:
            Lost: Somebody else carries the job, or changed it.
            ImpossibleMove: The table does not know it.
        """
        if change.to not in FOLLOWS[job.state]:
            raise ImpossibleMove(f"{job.state} → {change.to}")
        moved = await self._store.move(job, change)
        log.info("moved", state=moved.state.value, was=job.state.value, detail=change.detail)
        if job.state in {State.SUBMITTING, State.RENDERING} and moved.state is not State.RENDERING:
            self._admission.poke()
        return moved

    async def hand_on(self, job: Job, ticket: str) -> None:
        """Leave the ticket of a paid call for whoever carries the job now; dropped if it needs none.

        Raises:
            Stopping: As for `move`.
        """
        await self.patiently(job.id, lambda: self._store.adopt(job.id, ticket))

    async def end(self, job: Job, to: State, reason: Reason, *, detail: str = "") -> Job:
        """An ending without a clip in the chat: whatever is held goes back."""
        return await self.move(job, Change(to=to, charge=Charge.RELEASED, reason=reason, detail=detail))

    async def told(self, job: Job, handle: str | None) -> Job:
        """Remember that the person has heard of the job's state, and the note's handle.

        Raises:
            Lost: Somebody else carries the job, or it is in another state.
            Stopping: As for `move`.
        """
        return await self._insist(job, lambda present: self._store.told(present, handle))

    async def wait(self, job: Job, seconds: float) -> Job:
        """Wait until the job's bell rings or *seconds* have passed, and read it again if it rang or took much longer.

        Raises:
            Lost: Somebody else carries it now.
            Stopping: The house is closing.
        """
        began = self._clock.now()
        rung = await self._bells.wait(job.id, max(0.0, seconds), for_turn=job.state is State.QUEUED)
        # This process was stopped, and may have lost the job: it must not draw what is long over.
        overslept = (self._clock.now() - began).total_seconds() > seconds + PROMPTLY_SECONDS
        return await self.reread(job) if rung or overslept else job

    async def last_look(self, job: Job, since: float) -> float:
        """Make sure, right before what cannot be undone, that the job is still ours.

        A process may be stopped between any two lines, lose its jobs, and go on as if nothing had been.

        Args:
            job: The job.
            since: The `moment` when it was last certain; taken before the asking.

        Returns:
            When it is certain now, likewise.

        Raises:
            Lost: Somebody else carries it now, or has moved it on.
            Stopping: As for `move`.
        """
        while too_long_since(since):
            since = moment()
            job = await self._insist(job, self._store.still_mine)
        return since

    @asynccontextmanager
    async def while_ours(self, job: Job, seconds: float) -> AsyncGenerator[Job]:
        """Say something about the job within *seconds*: not after another one may have said more.

        Gives the job, read again if that had to be asked.

        Raises:
            Lost: Somebody else carries it now, or has moved it on.
            StoreTrouble: Nobody can say whether it is still ours.
            TimeoutError: It took too long, or this process stood still; nobody knows what came of it.
        """
        since = moment()
        if self._lease is not None and not self._lease.holds:
            job = await self._same_state(job)
        async with self.in_one_go(seconds, since):
            yield job

    def in_one_go(self, seconds: float, since: float | None = None) -> AbstractAsyncContextManager[object]:
        """A time limit for what is posted; it ends, too, if the job may have become another's: see `standstill`."""
        return asyncio.timeout(seconds) if self._lease is None else in_one_go(seconds, since)

    async def reread(self, job: Job) -> Job:
        """The job as it is now.

        Raises:
            Lost: Somebody else carries it now.
        """
        fresh = await self._store.job(job.id)
        if fresh is None or fresh.owner != job.owner:
            raise Lost
        return fresh

    async def patiently(self, job: JobId, act: Callable[[], Awaitable[T]]) -> T:
        """What *act* brings, however long the database is in trouble: what has happened must not be forgotten.

        Raises:
            Stopping: The house is closing meanwhile.
        """
        while True:
            try:
                return await act()
            except StoreTrouble as trouble:
                log.warning("what happened waits for the database", detail=repr(trouble))
                await self._bells.wait(job, TROUBLE_PAUSE)

    async def _insist(self, job: Job, write: Callable[[Job], Awaitable[Job]]) -> Job:
        while True:
            try:
                return await self.patiently(job.id, partial(write, job))
            except Lost:
                job = await self.patiently(job.id, partial(self._same_state, job))

    async def _same_state(self, job: Job) -> Job:
        fresh = await self.reread(job)
        if fresh.state is not job.state:
            raise Lost
        return fresh

    def chance_until(self, end: datetime) -> datetime:
        """When to give up what ends at *end*: not before it had its chance, for nobody may have been there to look."""
        return max(end, self._clock.now() + CHANCE)

    def seconds_until(self, moment: datetime) -> float:
        return (moment - self._clock.now()).total_seconds()
