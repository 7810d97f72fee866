"""Who may set what a server spends: asked of Discord at the moment it matters, remembered for a breath."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.core.model import CommunityId, UserId
from bot.core.ports import Clock
from bot.platforms.discord.rest import Rest, Shut

REMEMBERED_FOR: Final = timedelta(seconds=20)
"""Discord does not tell us when somebody loses a right, so a look is good for a moment only."""
REMEMBERED: Final = 1000


class Rights:
    """Looks up `MANAGE_GUILD`, which administrators and owners have as well."""

    def __init__(self, *, rest: Rest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._looks: OrderedDict[tuple[CommunityId, UserId], tuple[datetime, bool]] = OrderedDict()

    async def may_manage(self, community: CommunityId, user: UserId) -> bool:
        """Whether this person may manage this server now. Menus may have been opened to everybody; this counts.

        Raises:
            NotNow: Discord does not say at the moment: then nobody may.
            OSError: As above.
        """
        now = self._clock.now()
        at, may = self._looks.get((community, user), (now - REMEMBERED_FOR, False))
        if now - at < REMEMBERED_FOR:
            return may
        may = await self._look(int(community.id), int(user.id))
        self._looks[community, user] = now, may
        if len(self._looks) > REMEMBERED:
            self._looks.popitem(last=False)
        return may

    async def _look(self, guild_id: int, user_id: int) -> bool:
        try:
            async with self._rest.client() as client:
                guild = await client.fetch_guild(guild_id, with_counts=False)
                member = await guild.fetch_member(user_id)
        except Shut:
            # Neither a server nor a member that we can see.
            return False
        return _manages(guild, member)


def _manages(guild: discord.Guild, member: discord.Member) -> bool:
    return guild.owner_id == member.id or member.guild_permissions.manage_guild
