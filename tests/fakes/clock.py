"""A clock that stands still until a test moves it."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

LEAST_MOMENTS, MOST_MOMENTS = 8, 500
"""Of a millisecond each, between two alarms."""


@dataclass(order=True)
class _Timer:
    at: datetime
    number: int
    ring: Callable[[], object] = field(compare=False)

    def cancel(self) -> None:
        """Ring for nobody; the moment itself stays one to which time jumps, as it did when somebody waited for it."""
        self.ring = _nobody


def _nobody() -> None:
    pass


class FakeClock:
    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._order = itertools.count()
        self._timers: list[_Timer] = []
        self.busy = lambda: False
        """Whether something is under way that takes real time, and that the next alarm must not overtake."""

    def now(self) -> datetime:
        return self._now

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        if seconds is None:
            return await event.wait()
        alarm = asyncio.Event()
        self.alarm(seconds, alarm.set)
        first = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(alarm.wait())]  # noqa: TID251 awaited below
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in first:
                waiting.cancel()
        return event.is_set()

    def alarm(self, seconds: float, call) -> "_Timer":
        timer = _Timer(self._now + timedelta(seconds=max(0.0, seconds)), next(self._order), call)
        heapq.heappush(self._timers, timer)
        return timer

    def set(self, now: datetime) -> None:
        self._now = max(self._now, now)
        while self._timers and self._timers[0].at <= self._now:
            heapq.heappop(self._timers).ring()

    def advance(self, **by: float) -> None:
        self.set(self._now + timedelta(**by))

    async def step(self) -> None:
        """Let the world run for a moment, then jump to the next alarm."""
        for n in range(MOST_MOMENTS):
            await asyncio.sleep(0.001)
            if n >= LEAST_MOMENTS and not self.busy():
                break
        if self._timers:
            self.set(self._timers[0].at)
