"""What the operators are to be told, held until they have been: whoever has news need not wait for a chat."""

import asyncio

import structlog

from bot.core.alerts import Alerts
from bot.core.ports import Clock
from bot.core.texts import Sentence

TRY_AGAIN = 30.0
"""Seconds until operators who could not be told are tried again."""
HELD_MOST = 200
"""News held at once; further ones are only logged, for a flood tells nobody anything."""

log = structlog.get_logger("reelbot.bulletins")


class Bulletins:
    """Hands news on to the operators, each piece once.

    What is held is held in memory: after a restart a cause that lasts is told anew, and one that is over is not told.
    """

    def __init__(self, *, alerts: Alerts, clock: Clock) -> None:
        self._alerts = alerts
        self._clock = clock
        self._held: dict[str, Sentence] = {}
        self._news = asyncio.Event()

    def post(self, cause: str, sentence: Sentence) -> None:
        """Have *sentence* told soon, over an earlier one of the same *cause* that is still held."""
        if cause not in self._held and len(self._held) >= HELD_MOST:
            log.warning("too much news for the operators", cause=cause)
            return
        self._held[cause] = sentence
        self._news.set()

    async def run(self) -> None:
        """Tell what is held, until cancelled."""
        while True:
            await self._clock.wait(self._news, TRY_AGAIN if self._held else None)
            self._news.clear()
            await self.tell()

    async def tell(self) -> None:
        """Try once to tell everything."""
        for cause, sentence in list(self._held.items()):
            if await self._alerts.tell(cause, sentence) and self._held.get(cause) is sentence:
                del self._held[cause]
