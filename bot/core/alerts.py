"""Telling the operators, in private and once per cause, what only they can mend."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from bot.core.model import UserId
from bot.core.ports import NotNow, PlaceGone, Platform
from bot.core.texts import Sentence, say

WRITE_WITHIN = 20.0
"""Seconds that one message may take."""

log = structlog.get_logger("reelbot.alerts")


class Alerts:
    """Writes to every operator whose chat is run here.

    Args:
        platforms: The chats, by name.
        operators: Who is told; nobody is fine, for the log tells it too.
    """

    def __init__(self, *, platforms: Mapping[str, Platform], operators: Sequence[UserId]) -> None:
        self._platforms = platforms
        self._operators = operators
        self._reached: dict[str, set[UserId]] = {}

    async def tell(self, cause: str, sentence: Sentence) -> bool:
        """Write *sentence* to everybody who has not had it for this *cause*; False if somebody is to be tried again."""
        reached = self._reached.setdefault(cause, set())
        for operator in self._operators:
            if operator not in reached and await self._write(operator, sentence):
                reached.add(operator)
        done = len(reached) == len(self._operators)
        if done:
            self.forget(cause)
        return done

    def forget(self, cause: str) -> None:
        """The cause is mended, or everybody knows: whoever tells it again means it anew."""
        self._reached.pop(cause, None)

    async def _write(self, operator: UserId, sentence: Sentence) -> bool:
        """True if nothing more can be done: written, or nobody is there to be written to."""
        platform = self._platforms.get(operator.platform)
        if platform is None:
            return True
        try:
            async with asyncio.timeout(WRITE_WITHIN):
                await platform.write(operator, say(sentence, "en"))
        except PlaceGone:
            log.warning("an operator cannot be written to", operator=str(operator))
        except (NotNow, TimeoutError, OSError) as trouble:
            log.warning("an operator could not be told", operator=str(operator), detail=repr(trouble))
            return False
        return True
