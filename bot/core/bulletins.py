"""What operators and admins are to be told, held until they have been: whoever has news need not wait for a chat."""

import asyncio
from dataclasses import dataclass

import structlog

from bot.core.alerts import Admins, Alerts
from bot.core.ports import Clock
from bot.core.texts import Sentence

TRY_AGAIN = 30.0
"""Seconds until operators who could not be told are tried again."""
HELD_MOST = 200
"""News held at once; further ones are only logged, for a flood tells nobody anything."""

log = structlog.get_logger("reelbot.bulletins")


@dataclass(frozen=True, slots=True)
class _News:
    """A piece of news."""

    sentence: Sentence
    admins: Admins | None
    """Whom it is for; None is the operators."""


class Bulletins:
    """Hands news on to the operators, or to a community's admins, each piece once.

    What is held is held in memory: after a restart a cause that lasts is told anew, and one that is over is not told.
    """

    def __init__(self, *, alerts: Alerts, clock: Clock) -> None:
        self._alerts = alerts
        self._clock = clock
        self._held: dict[str, _News] = {}
        self._news = asyncio.Event()

    def post(self, cause: str, sentence: Sentence, *, admins: Admins | None = None) -> None:
        """Have *sentence* told soon, over an earlier one of the same *cause* that is still held.

        Args:
            cause: What it is about.
            sentence: What to tell.
            admins: Whom; None is the operators.
        """
        if cause not in self._held and len(self._held) >= HELD_MOST:
            log.warning("too much news", cause=cause)
            return
        self._held[cause] = _News(sentence, admins)
        self._news.set()

    def holds(self, cause: str) -> bool:
        """Whether news of this cause has not reached everybody yet."""
        return cause in self._held

    async def run(self) -> None:
        """Tell what is held, until cancelled."""
        while True:
            await self._clock.wait(self._news, TRY_AGAIN if self._held else None)
            self._news.clear()
            await self.tell()

    async def tell(self) -> None:
        """Try once to tell everything."""
        for cause, news in list(self._held.items()):
            if await self._told(cause, news) and self._held.get(cause) is news:
                del self._held[cause]

    async def _told(self, cause: str, news: _News) -> bool:
        if news.admins is None:
            return await self._alerts.tell(cause, news.sentence)
        return await self._alerts.tell_admins(news.admins, news.sentence)
