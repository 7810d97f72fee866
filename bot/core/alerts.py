"""Telling the operators, in private and once per cause, what only they can mend; and a community's admins likewise."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.core.model import CommunityId, UserId
from bot.core.ports import NotNow, PlaceGone, Platform, ReachesAdmins
from bot.core.texts import Sentence, say

WRITE_WITHIN = 20.0
"""Seconds that one message may take."""

ADMINS_WITHIN = 120.0
"""Seconds for telling all admins of one community."""

log = structlog.get_logger("reelbot.alerts")


@dataclass(frozen=True, slots=True)
class Admins:
    """The admins of a community, who are to be told of something that it can see."""

    community: CommunityId
    handle: str | None
    """The note that it is about, as its adapter knows it."""


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

    async def tell_admins(self, admins: Admins, sentence: Sentence) -> bool:
        """Write *sentence* to them, as far as their chat lets us; False if that is to be tried again."""
        platform = self._platforms.get(admins.community.platform)
        if not isinstance(platform, ReachesAdmins):
            return True
        try:
            async with asyncio.timeout(ADMINS_WITHIN):
                if not await platform.tell_admins(admins.community, say(sentence, "en"), admins.handle):
                    log.warning("no admin could be reached", community=str(admins.community))
        except TimeoutError:
            # Some of them may know by now; to tell those twice would be worse.
            log.warning("not every admin may know", community=str(admins.community))
        except (NotNow, OSError) as trouble:
            log.warning("the admins could not be told", community=str(admins.community), detail=repr(trouble))
            return False
        return True

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
