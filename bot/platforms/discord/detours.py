"""Where a person asked to have a clip sent again: for the next delivery, that place goes before the first one."""

from collections.abc import Awaitable, Callable

from pydantic import ValidationError

from bot.core.model import CommunityId, JobId, LimitSet
from bot.core.store import Memory
from bot.platforms.discord.places import NAME, Spot


class Detours:
    """Remembers them until the clip has gone out."""

    def __init__(self, *, memory: Memory, limits_of: Callable[[CommunityId], Awaitable[LimitSet]]) -> None:
        self._memory = memory
        self._limits_of = limits_of

    async def set(self, job: JobId, spot: Spot) -> None:
        await self._memory.keep(NAME, _key(job), spot.model_dump_json(exclude_defaults=True))

    async def of(self, job: JobId) -> Spot | None:
        kept = await self._memory.kept(NAME, _key(job))
        try:
            return Spot.model_validate_json(kept) if kept else None
        except ValidationError:
            # An earlier version wrote it otherwise: the first place is as good.
            return None

    async def covered(self, detour: Spot) -> bool:
        """Whether the server that a clip is sent to now wants clips covered."""
        if detour.guild is None:
            return False
        return (await self._limits_of(CommunityId(NAME, str(detour.guild)))).spoiler

    async def end(self, job: JobId) -> None:
        await self._memory.keep(NAME, _key(job), "")


def _key(job: JobId) -> str:
    return f"detour:{job}"
