"""How late the event loop comes: what everybody feels when something blocks it."""

import asyncio
from collections import deque

from prometheus_client import CollectorRegistry, Histogram

EVERY = 0.5
"""Seconds between two looks."""
LATELY = 60
"""Looks that `worst_lately` knows: half a minute."""
BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class LoopLag:
    """Goes to sleep and sees how much later than asked for it wakes up."""

    def __init__(self, *, registry: CollectorRegistry) -> None:
        self._lags = Histogram(
            "reelbot_loop_lag_seconds", "How late the event loop came.", buckets=BUCKETS, registry=registry
        )
        self._latest: deque[float] = deque(maxlen=LATELY)

    async def run(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            asked = loop.time() + EVERY
            await asyncio.sleep(EVERY)
            self.note(max(0.0, loop.time() - asked))

    def note(self, seconds: float) -> None:
        """Remember one lag."""
        self._lags.observe(seconds)
        self._latest.append(seconds)

    def worst_lately(self) -> float:
        """The longest lag of the last half minute, in seconds; 0 if nothing was measured yet."""
        return max(self._latest, default=0.0)
