"""A bell per job: a callback, a cancel, an answer or its turn makes its carrier look sooner."""

import asyncio

from bot.core.model import JobId
from bot.core.ports import Clock


class Stopping(Exception):
    """The house is closing: put the job down where it is, the next start picks it up."""


class _Bell:
    """Waited for by one carrier, without a task, a time-out or an `asyncio.Event`: ten thousand wait at once."""

    __slots__ = ("_waiter", "called", "for_turn", "rung")

    def __init__(self) -> None:
        self.rung = False
        self.called = False
        """Whether its turn has come."""
        self.for_turn = False
        """Whether it is its turn that is waited for."""
        self._waiter: asyncio.Future[None] | None = None

    @property
    def ends_wait(self) -> bool:
        return self.rung or (self.called and self.for_turn)

    def ring(self) -> None:
        self.rung = True
        self.wake()

    def call(self) -> None:
        self.called = True
        if self.for_turn:
            self.wake()

    def wake(self) -> None:
        """End the wait, whether the bell has rung or its time is over."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def wait(self) -> asyncio.Future[None]:
        self._waiter = asyncio.get_running_loop().create_future()
        return self._waiter


class Bells:
    """The only way a carrier waits, so that it can be woken, and stopped, at every wait."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._bells: dict[JobId, _Bell] = {}
        self._stopping = False

    def ring(self, job: JobId) -> None:
        """Wake the job's carrier if it waits, or make its next wait end at once."""
        if bell := self._bells.get(job):
            bell.ring()

    def call(self, job: JobId) -> None:
        """The job's turn has come: as `ring`, but nothing to a job that has had its turn and waits for something else.

        Whoever gives a turn hears of it again from the database, which tells every host: by then the job is being made,
        and a carrier that woke up would ask a provider that cannot have anything yet.
        """
        if bell := self._bells.get(job):
            bell.call()

    async def wait(self, job: JobId, seconds: float | None, *, for_turn: bool = False) -> bool:
        """Wait until the job's bell rings (True) or *seconds* have passed (False); None waits for the bell alone.

        Args:
            job: The job.
            seconds: Or until then.
            for_turn: Whether a `call` ends it too.

        Raises:
            Stopping: The house is closing.
        """
        bell = self._bells.get(job) or self._bells.setdefault(job, _Bell())
        self.go_on()
        bell.for_turn = for_turn
        if not bell.ends_wait:
            alarm = None if seconds is None else self._clock.alarm(seconds, bell.wake)
            try:
                await bell.wait()
            finally:
                if alarm is not None:
                    alarm.cancel()
        # Asked of the bell itself: it may have rung in the very moment in which the time ran out.
        rung, bell.rung, bell.called, bell.for_turn = bell.ends_wait, False, False, False
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
            bell.ring()
