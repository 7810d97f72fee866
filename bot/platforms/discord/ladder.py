"""Where a new message about a job can go: the channels of one spot, best first, until one is not shut."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from bot.core.ports import PlaceGone
from bot.platforms.discord.acts import Acts
from bot.platforms.discord.places import Spot
from bot.platforms.discord.rest import Shut

T = TypeVar("T")
log = structlog.get_logger("reelbot.discord")


@dataclass(frozen=True, slots=True)
class Rung:
    """A channel that a new message can be posted to."""

    channel: int
    guild: int | None
    """None in a private chat."""


class Ladder:
    """The thread itself, its channel, the person's private chat."""

    def __init__(self, *, acts: Acts) -> None:
        self._acts = acts

    async def climb(self, spot: Spot, step: Callable[[Rung], Awaitable[T]]) -> T:
        """Do *step* on the first rung that is not shut.

        Raises:
            PlaceGone: All of them are.
        """
        why = "nowhere to post"
        async for rung in self._rungs(spot):
            try:
                return await step(rung)
            except Shut as shut:
                why = str(shut)
                log.info("a channel is shut", private=rung.guild is None, detail=why)
        raise PlaceGone(why)

    async def _rungs(self, spot: Spot) -> AsyncIterator[Rung]:
        if spot.posts:
            yield Rung(spot.channel, spot.guild)
            if spot.parent is not None:
                yield Rung(spot.parent, spot.guild)
        if spot.guild is not None or not spot.posts:
            try:
                # Opened only when its turn comes: opening many at once is held against a bot.
                private = await self._acts.private_channel(spot.asker)
            except Shut:
                return
            yield Rung(private, None)
