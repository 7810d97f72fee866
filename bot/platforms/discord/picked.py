"""The pictures of a message, kept while somebody writes what shall become of them, and erased soon after."""

from datetime import datetime, timedelta
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.core.ports import Clock
from bot.core.store import Inbox, Memory
from bot.platforms.discord.asked import Attached
from bot.platforms.discord.places import NAME

KEPT_FOR: Final = timedelta(minutes=30)
"""Whoever has not sent the dialog by then chooses the message again."""
REMINDER: Final = "picked:"
"""Begins the key of what is kept, and of the letter that reminds us to erase it."""


class _Kept(BaseModel):
    """What the memory holds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    until: AwareDatetime
    pictures: tuple[Attached, ...]


class Picked:
    """Keeps the pictures of each dialog under the interaction that opened it.

    Args:
        memory: Where they are, for every process.
        inbox: Holds a reminder for each, so that they are erased even if we crash before.
        clock: Says when.
    """

    def __init__(self, *, memory: Memory, inbox: Inbox, clock: Clock) -> None:
        self._memory = memory
        self._inbox = inbox
        self._clock = clock
        self._ends: dict[int, datetime] = {}

    async def keep(self, interaction: int, pictures: tuple[Attached, ...]) -> None:
        """Keep the pictures that a dialog asks about."""
        until = self._clock.now() + KEPT_FOR
        self._ends[interaction] = until
        await self._inbox.put(NAME, _key(interaction), "")
        await self._memory.keep(NAME, _key(interaction), _Kept(until=until, pictures=pictures).model_dump_json())

    async def of(self, interaction: int) -> tuple[Attached, ...]:
        """The pictures of a dialog; none if it was open for too long. They stay: it may be sent a second time."""
        kept = await self._read(interaction)
        return kept.pictures if kept is not None and kept.until > self._clock.now() else ()

    async def sweep(self) -> None:
        """Erase what nobody waits for any more."""
        now = self._clock.now()
        for interaction in [one for one, until in self._ends.items() if until <= now]:
            await self._erase(interaction)

    async def remind(self, reminder: str) -> None:
        """A reminder is still there after a restart: erase its pictures now, or when their time has come."""
        interaction = int(reminder.removeprefix(REMINDER))
        kept = await self._read(interaction)
        self._ends[interaction] = kept.until if kept is not None else self._clock.now()
        await self.sweep()

    async def _read(self, interaction: int) -> _Kept | None:
        kept = await self._memory.kept(NAME, _key(interaction))
        try:
            return _Kept.model_validate_json(kept) if kept else None
        except ValidationError:
            # An earlier version wrote it otherwise.
            return None

    async def _erase(self, interaction: int) -> None:
        await self._memory.keep(NAME, _key(interaction), "")
        await self._inbox.done(NAME, _key(interaction))
        # Forgotten last: where it could not be erased, the next sweep finds it again.
        self._ends.pop(interaction, None)


def _key(interaction: int) -> str:
    return f"{REMINDER}{interaction}"
