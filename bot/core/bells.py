"""A bell per job: a callback, a cancel, an answer or its turn makes its carrier look sooner."""

import asyncio

from bot.core.model import JobId
from bot.core.ports import Clock


class Stopping(Exception):
    """The house is closing: put the job down where it is, the next start picks it up."""


class _Bell:
    """Waited for by one carrier; an `asyncio.Event` keeps a queue for many, a tenth of what a quiet job weighs."""

    __slots__ = ("_rung", "_waiter")

    def __init__(self) -> None:
        self._rung = False
        self._waiter: asyncio.Future[None] | None = None

    def set(self) -> None:
        self._rung = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def clear(self) -> None:
        self._rung = False

    def is_set(self) -> bool:
        return self._rung

    async def wait(self) -> None:
        if not self._rung:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter


class Bells:
    """The only way a carrier waits, so that it can be woken, and stopped, at every wait."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._bells: dict[JobId, _Bell] = {}
        self._stopping = False

    def ring(self, job: JobId) -> None:
        """Wake the job's carrier if it waits, or make its next wait end at once."""
        if bell := self._bells.get(job):
            bell.set()

    async def wait(self, job: JobId, seconds: float | None) -> bool:
        """Wait until the job's bell rings (True) or *seconds* have passed (False); None waits for the bell alone.

        Raises:
            Stopping: The house is closing.
        """
        bell = self._bells.get(job) or self._bells.setdefault(job, _Bell())
        self.go_on()
        await self._clock.wait(bell, seconds)
        # Asked of the bell itself: it may have rung in the very moment in which the time ran out.
        rung = bell.is_set()
        bell.clear()
        self.go_on()
        return rung

    def go_on(self) -> None:
        """Raise `Stopping` if the house is closing."""
        if self._stopping:
            raise Stopping

    def hang(self, job: JobId) -> None:
        """Hang up a job's bell before its carrier first waits, so that no ring is missed."""
        self._bells.setdefault(job, _Bell())

    def forget(self, job: JobId) -> None:
        """Take the bell of a job down that nobody carries any more."""
        self._bells.pop(job, None)

    def stop(self) -> None:
        """End every wait, now and from now on, with `Stopping`."""
        self._stopping = True
        for bell in self._bells.values():
            bell.set()
