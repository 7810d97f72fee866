"""Notices that this process stood still, alone or with its whole machine: its jobs may be another host's by then."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

PROMPTLY_SECONDS = 5.0
"""What was found to be ours longer ago may be another host's by now: a silent one loses its jobs after twelve seconds,
and was heard of up to four seconds before it fell silent."""
LOOK_SECONDS = 1.0
STOOD_STILL = "this process stood still"

_GOES_ON_ASLEEP = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Unlike the event loop's clock it counts while the machine sleeps (clock_gettime(2)), where there is such a one."""


def moment() -> float:
    """Now, in seconds since some time before the process began."""
    return time.clock_gettime(_GOES_ON_ASLEEP)


def too_long_since(then: float) -> bool:
    """Whether what was certain at the `moment` *then* may be untrue by now."""
    return moment() - then > PROMPTLY_SECONDS


@asynccontextmanager
async def in_one_go(seconds: float, since: float | None = None) -> AsyncGenerator[None]:
    """Do something outside within *seconds*, and stop in the midst of it if this process stood still meanwhile.

    Args:
        seconds: How long it may take.
        since: The `moment` from which on it may not have stood still; now if not said.

    Raises:
        TimeoutError: It took too long, or the process stood still: nobody knows what came of it.
    """
    since = moment() if since is None else since
    if too_long_since(since):
        raise TimeoutError(STOOD_STILL)
    async with asyncio.timeout(seconds):
        watch = _Watch(since)
        try:
            yield
        except asyncio.CancelledError as cut:
            if watch.ended_it():
                raise TimeoutError(STOOD_STILL) from cut
            raise
        finally:
            watch.end()


class _Watch:
    """Looks every second whether the task that made it could have gone on."""

    def __init__(self, since: float) -> None:
        self._task = asyncio.current_task()
        self._cancelled_before = self._task.cancelling() if self._task else 0
        self._looked = since
        self._stood_still = False
        self._alarm = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        """Cancel at once, before the task goes on with what came in meanwhile; or look again later."""
        if too_long_since(self._looked) and self._task is not None:
            self._stood_still = self._task.cancel()
            return
        self._looked = moment()
        self._alarm = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def ended_it(self) -> bool:
        """Whether the task was cancelled by this watch and by nobody else."""
        return self._stood_still and self._task is not None and self._task.uncancel() <= self._cancelled_before

    def end(self) -> None:
        """Look no more."""
        self._alarm.cancel()
