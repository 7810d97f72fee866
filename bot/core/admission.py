"""Whose turn it is: lets jobs through to their provider at its pace, passing over providers that are closed.

The choice itself is one query of the store (fair over communities, then people, oldest first), so that it holds across
hosts; here it is only decided when to ask.
"""

import asyncio
from collections.abc import Mapping

import structlog

from bot.core.bells import Bells
from bot.core.breaker import Breaker
from bot.core.model import JobId
from bot.core.ports import Clock
from bot.core.store import Store, StoreTrouble
from providers.contract import Pace

LOOK_AGAIN = 5.0
"""Seconds between two looks while jobs wait and nothing is known to change: other hosts free places unheard."""

log = structlog.get_logger("reelbot.admission")


class Admission:
    """Gives each waiting job its turn and tells it by its bell."""

    def __init__(
        self, *, store: Store, paces: Mapping[str, Pace], breaker: Breaker, bells: Bells, clock: Clock
    ) -> None:
        self._store = store
        self._paces = paces
        self._breaker = breaker
        self._bells = bells
        self._clock = clock
        self._poked = asyncio.Event()
        self._positions: Mapping[JobId, int] = {}

    def poke(self) -> None:
        """Something changed: a job was queued, or a provider has room again or was closed."""
        self._poked.set()

    def position(self, job: JobId) -> int | None:
        """The job's number in the queue, from 1; None if it does not wait."""
        return self._positions.get(job)

    async def run(self) -> None:
        """Let jobs through until cancelled."""
        while True:
            self._poked.clear()
            try:
                pause = await self._turn()
            except StoreTrouble as trouble:
                log.warning("nobody could be admitted", detail=repr(trouble))
                pause = LOOK_AGAIN
            await self._clock.wait(self._poked, pause)

    async def _turn(self) -> float | None:
        look_again = await self._breaker.look()
        closed = self._breaker.closed()
        paces = {name: pace for name, pace in self._paces.items() if name not in closed}
        for job in await self._store.admit(paces):
            self._bells.call(job)
        self._positions = await self._store.positions()
        if not self._positions:
            return look_again
        moments = [moment for moment in (await self._store.next_turn(paces), *self._breaker.reopenings()) if moment]
        now = self._clock.now()
        waits = [(moment - now).total_seconds() for moment in moments if moment > now]
        return max(0.05, min([LOOK_AGAIN, *waits]))
