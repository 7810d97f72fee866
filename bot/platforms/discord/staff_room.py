"""Where a server's admins can be told something: the channel that Discord writes to them in, else their owner."""

from collections.abc import AsyncIterator

from bot.platforms.discord.acts import Acts
from bot.platforms.discord.rest import Rest, Shut

ROOMS = ("safety_alerts_channel_id", "public_updates_channel_id")
"""Channels in which Discord tells a community's admins and moderators what concerns them (Discord, Guild Resource)."""


class StaffRoom:
    """Tells admins. Who they are cannot be listed without the members intent, which nothing else here needs."""

    def __init__(self, *, rest: Rest, acts: Acts) -> None:
        self._rest = rest
        self._acts = acts

    async def tell(self, guild: int, text: str) -> bool:
        """Say *text* in the first room that takes it; False if none does.

        Raises:
            NotNow: Nobody has been told; try again later.
            OSError: Likewise, as far as we know.
        """
        try:
            async for channel in self._rooms(guild):
                if await self._said(channel, text):
                    return True
        except Shut:
            # Neither a server that we can see, nor an owner who can be written to.
            return False
        return False

    async def _rooms(self, guild: int) -> AsyncIterator[int]:
        async with self._rest.client() as client:
            # The library's own picture of a server hides ids of channels that it has not seen.
            seen = await client.http.get_guild(guild, with_counts=False)
        for room in ROOMS:
            if channel := seen.get(room):
                yield int(str(channel))
        yield await self._acts.private_channel(int(seen["owner_id"]))

    async def _said(self, channel: int, text: str) -> bool:
        try:
            await self._acts.say(channel, text)
        except Shut:
            return False
        return True
