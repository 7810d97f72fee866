"""What one process of an installation does for all: it keeps house, checks the books and tells the operators."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping

import structlog

from bot.bare_errors import bare_errors
from storage.seats import Seats

SEAT = "housekeeping"
Duties = Mapping[str, Callable[[], Coroutine[None, None, None]]]
"""What runs until it is cancelled, by name."""

log = structlog.get_logger("reelbot.keeping")


class Keeping:
    """Does the duties of all while the seat is ours.

    Args:
        seats: Where the seat is taken.
    """

    def __init__(self, *, seats: Seats) -> None:
        self._seats = seats
        self._ours = False

    def ours(self) -> bool:
        """Whether it is this process that tells operators what it sees, and not another one."""
        return self._ours

    async def run(self, duties: Callable[[], Duties]) -> None:
        """Do them whenever the seat is ours, until cancelled.

        Args:
            duties: Makes them anew each time: what was known of an earlier time may be long outdated.
        """
        while True:
            async with self._seats.hold(SEAT) as seat:
                log.info("keeping house")
                self._ours = True
                try:
                    await _do(duties(), seat.lost)
                finally:
                    self._ours = False
            log.warning("another process may keep house now")


async def _do(duties: Duties, lost: asyncio.Event) -> None:
    with bare_errors():
        async with asyncio.TaskGroup() as group:
            doing = [group.create_task(run(), name=name) for name, run in duties.items()]
            await lost.wait()
            for one in doing:
                one.cancel()
