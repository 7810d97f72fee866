"""Notices that this process stood still, alone or with its whole machine: its jobs may be another host's by then."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

PROMPTLY_SECONDS = 5.0
"""What was found to be ours longer ago may be another host's by now: a silent one loses its jobs after twelve seconds,
and was heard of up to four seconds before it fell silent."""
LOOK_SECONDS = 1.0

_GOES_ON_ASLEEP = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Unlike the event loop's clock it counts while the machine sleeps (clock_gettime(2)), where there is such a one."""


def moment() -> float:
    """Now, in seconds since some time before the process began."""
    return time.clock_gettime(_GOES_ON_ASLEEP)


def too_long_since(then: float) -> bool:
    """Whether what was certain at the `moment` *then* may be untrue by now."""
    return moment() - then > PROMPTLY_SECONDS


@asynccontextmanager
async def in_one_go(seconds: float) -> AsyncGenerator[None]:
    """Do something outside within *seconds*, and stop in the midst of it if this process stood still meanwhile.

    Raises:
        TimeoutError: It took too long, or the process stood still: nobody knows what came of it.
    """
    async with asyncio.timeout(seconds):
        watch = _Watch()
        watch.look()
        try:
            yield
        except asyncio.CancelledError as cut:
            if watch.ended_it():
                raise TimeoutError("this process stood still") from cut
            raise
        finally:
            watch.end()


class _Watch:
    """Looks every second whether the task that made it could have gone on."""

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self._cancelled_before = self._task.cancelling() if self._task else 0
        self._alarm: asyncio.TimerHandle | None = None
        self._looked = moment()
        self._stood_still = False

    def look(self) -> None:
        """Cancel at once, before the task goes on with what came in meanwhile; or look again later."""
        if too_long_since(self._looked) and self._task is not None:
            self._stood_still = self._task.cancel()
            return
        self._looked = moment()
        self._alarm = asyncio.get_running_loop().call_later(LOOK_SECONDS, self.look)

    def ended_it(self) -> bool:
        """Whether the task was cancelled by this watch and by nobody else."""
        return self._stood_still and self._task is not None and self._task.uncancel() <= self._cancelled_before

    def end(self) -> None:
        """Look no more."""
        if self._alarm is not None:
            self._alarm.cancel()
