"""Groups that were upgraded: their new ids, and everything that has to go with them."""

from collections.abc import Awaitable, Callable

import structlog

from bot.core.model import CommunityId
from bot.core.store import Memory, StoreTrouble
from bot.platforms.telegram.places import NAME

Relocate = Callable[[CommunityId, CommunityId], Awaitable[None]]
"""Takes limits, wallets and jobs from the old community to the new one; doing it twice changes nothing."""

log = structlog.get_logger("reelbot.telegram")


class Moves:
    """Knows where upgraded groups have gone.

    Args:
        memory: Remembers it.
        relocate: Moves what the core knows of a group.
    """

    def __init__(self, *, memory: Memory, relocate: Relocate) -> None:
        self._memory = memory
        self._relocate = relocate
        self._known: dict[int, int] = {}

    async def now_at(self, chat: int) -> int:
        """The present id of a chat."""
        if chat > 0:
            return chat
        if chat not in self._known:
            try:
                kept = await self._memory.kept(NAME, _key(chat))
            except StoreTrouble:
                # Telegram itself says so too, when we send to the old id.
                return chat
            self._known[chat] = int(kept) if kept else chat
        return self._known[chat]

    async def moved(self, old: int, new: int) -> None:
        """A group has a new id.

        Raises:
            StoreTrouble: Nothing was written; do it again.
        """
        if self._known.get(old) == new:
            return
        log.info("a group was upgraded", old=old, new=new)
        await self._relocate(CommunityId(NAME, str(old)), CommunityId(NAME, str(new)))
        await self._memory.keep(NAME, _key(old), str(new))
        self._known[old] = new


def _key(chat: int) -> str:
    return f"moved:{chat}"
