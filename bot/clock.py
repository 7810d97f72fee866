"""The real clock: the one place that reads the time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from bot.core.ports import Alarm


class SystemClock:
    """Time as this machine has it."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 everybody else is handed this clock

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait until *event* is set (True) or *seconds* have passed (False); None waits for the event alone."""
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        return True

    def alarm(self, seconds: float, call: Callable[[], object]) -> Alarm:
        """Have *call* called on the event loop when *seconds* have passed."""
        return asyncio.get_running_loop().call_later(seconds, call)
