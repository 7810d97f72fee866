"""A clock that stands still until a test moves it."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._order = itertools.count()
        self._timers: list[tuple[datetime, int, asyncio.Event]] = []

    def now(self) -> datetime:
        return self._now

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        if seconds is None:
            return await event.wait()
        alarm = asyncio.Event()
        heapq.heappush(self._timers, (self._now + timedelta(seconds=max(0.0, seconds)), next(self._order), alarm))
        first = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(alarm.wait())]  # noqa: TID251 awaited below
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in first:
                waiting.cancel()
        return event.is_set()

    def set(self, now: datetime) -> None:
        self._now = max(self._now, now)
        while self._timers and self._timers[0][0] <= self._now:
            heapq.heappop(self._timers)[2].set()

    def advance(self, **by: float) -> None:
        self.set(self._now + timedelta(**by))

    async def until(self, reached: Callable[[], bool], *, most: timedelta = timedelta(days=3)) -> None:
        """Let the world run, and time jump from one alarm to the next, until *reached*."""
        end = self._now + most
        for _ in range(20_000):
            for _ in range(5):
                if reached():
                    return
                await asyncio.sleep(0.001)
            if self._timers:
                assert self._now <= end, f"not reached within {most}"
                self.set(max(self._now, self._timers[0][0]))
        msg = "never reached"
        raise AssertionError(msg)
