"""Whose turn it is: lets jobs through to their provider at its pace, and closes providers that cannot be used.

The choice itself is one query of the store (fair over communities, then people, oldest first), so that it holds across
hosts; here it is only decided when to ask.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.core.bells import Bells
from bot.core.model import JobId
from bot.core.ports import Clock, Store, StoreTrouble
from providers.contract import Pace

LOOK_AGAIN = 5.0
"""Seconds between two looks while jobs wait and nothing is known to change: other hosts free places unheard."""
SLOWEST = timedelta(minutes=10)

log = structlog.get_logger("reelbot.admission")


class Admission:
    """Gives each waiting job its turn and tells it by its bell."""

    def __init__(self, *, store: Store, paces: Mapping[str, Pace], bells: Bells, clock: Clock) -> None:
        self._store = store
        self._paces = paces
        self._bells = bells
        self._clock = clock
        self._poked = asyncio.Event()
        self._closed: dict[str, datetime] = {}
        self._slowed: dict[str, timedelta] = {}
        self._positions: Mapping[JobId, int] = {}

    def poke(self) -> None:
        """Something changed: a job was queued, or a provider has room again."""
        self._poked.set()

    def position(self, job: JobId) -> int | None:
        """The job's number in the queue, from 1; None if it does not wait."""
        return self._positions.get(job)

    def closed(self) -> frozenset[str]:
        """Providers that cannot be used just now."""
        now = self._clock.now()
        return frozenset(name for name, until in self._closed.items() if until > now)

    def close(self, provider: str, *, wait: timedelta | None = None) -> datetime:
        """Leave a provider alone for *wait*, or ever longer if it did not say; returns until when.

        Never for longer than `SLOWEST`: asking once more is cheap, and a job's deadline does not wait.
        """
        if wait is None:
            wait = min(SLOWEST, self._slowed.get(provider, timedelta(seconds=5)) * 2)
            self._slowed[provider] = wait
        until = self._clock.now() + min(SLOWEST, wait)
        self._closed[provider] = max(until, self._closed.get(provider, until))
        return self._closed[provider]

    def accepted(self, provider: str) -> None:
        """A provider took a job: whatever slowed it is over."""
        self._slowed.pop(provider, None)
        self._closed.pop(provider, None)

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
        closed = self.closed()
        paces = {name: pace for name, pace in self._paces.items() if name not in closed}
        for job in await self._store.admit(paces):
            self._bells.ring(job)
        self._positions = await self._store.positions()
        if not self._positions:
            return None
        moments = [moment for moment in (await self._store.next_turn(paces), *self._closed.values()) if moment]
        now = self._clock.now()
        waits = [(moment - now).total_seconds() for moment in moments if moment > now]
        return max(0.05, min([LOOK_AGAIN, *waits]))
