"""Tokens of interactions: kept while they live, for a quarter of an hour, and erased then."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, SecretStr, ValidationError, field_serializer

from bot.core.ports import Clock
from bot.core.store import Inbox, Memory, StoreTrouble
from bot.platforms.discord.places import NAME

LIVES_FOR: Final = timedelta(minutes=14)
"""Discord gives a token 15 minutes (Receiving and Responding, "Followup Messages"); an upload needs some of them."""


REMINDER: Final = "token:"
"""Begins the key of a token, and of the letter that reminds us to erase it."""
log = structlog.get_logger("reelbot.discord")


class Pass(BaseModel):
    """What lets us edit the response to one interaction without being in the channel ourselves."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    application: int
    token: SecretStr
    until: AwareDatetime
    most_bytes: int
    """What Discord announced for uploads through this token: server, person and default, whichever is highest."""

    @field_serializer("token", when_used="json")
    def _bare(self, token: SecretStr) -> str:
        return token.get_secret_value()


class Passes:
    """Finds the token that can still edit a message.

    Args:
        memory: Where tokens are, for every process.
        inbox: Holds a reminder for each, so that it is erased even if we crash before it dies.
        clock: Says when it dies.
    """

    def __init__(self, *, memory: Memory, inbox: Inbox, clock: Clock) -> None:
        self._memory = memory
        self._inbox = inbox
        self._clock = clock
        self._known: dict[int, Pass] = {}
        self._pressed: dict[int, Pass] = {}
        self._dead: dict[SecretStr, datetime] = {}

    def expiry(self, arrived: datetime) -> datetime:
        """When the token of an interaction that arrived then is no longer used."""
        return arrived + LIVES_FOR

    async def keep(self, interaction: int, one: Pass) -> None:
        """Remember a token under its interaction, for other processes too."""
        self._known[interaction] = one
        await self._inbox.put(NAME, _key(interaction), "")
        await self._memory.keep(NAME, _key(interaction), one.model_dump_json())

    def keep_pressed(self, message: int, one: Pass) -> None:
        """Remember that a button on *message* was pressed: for a while that click's token can edit it, too."""
        self._pressed[message] = one

    async def of(self, interaction: int) -> Pass | None:
        """The token of an interaction, while it lives."""
        one = self._known.get(interaction) or _read(await self._memory.kept(NAME, _key(interaction)))
        if one is None:
            return None
        if one.until <= self._clock.now():
            await self.erase(interaction)
            return None
        self._known[interaction] = one
        return one

    def of_pressed(self, message: int) -> Pass | None:
        """The token of the latest click on a message, while it lives."""
        one = self._pressed.get(message)
        return one if one is not None and one.until > self._clock.now() else None

    def is_dead(self, one: Pass) -> bool:
        """Whether Discord has refused this token before its time."""
        return one.token in self._dead

    async def bury(self, one: Pass) -> None:
        """Discord refuses this token: it is not used again, neither for its own message nor for a pressed one."""
        self._dead[one.token] = one.until
        self._pressed = {message: other for message, other in self._pressed.items() if other.token != one.token}
        for interaction in [known for known, other in self._known.items() if other.token == one.token]:
            try:
                await self.erase(interaction)
            except StoreTrouble as trouble:
                log.warning("a dead token is erased later", detail=repr(trouble))

    async def erase(self, interaction: int) -> None:
        """The token is dead or no longer needed: nothing of it stays."""
        await self._memory.keep(NAME, _key(interaction), "")
        await self._inbox.done(NAME, _key(interaction))
        # Forgotten last: where it could not be erased, the next sweep finds it again.
        self._known.pop(interaction, None)

    async def sweep(self) -> None:
        """Erase what has died meanwhile."""
        now = self._clock.now()
        self._dead = {token: until for token, until in self._dead.items() if until > now}
        self._pressed = {message: one for message, one in self._pressed.items() if one.until > now}
        for interaction in [known for known, one in self._known.items() if one.until <= now]:
            await self.erase(interaction)

    async def remind(self, reminder: str) -> None:
        """A reminder is still there after a restart: erase its token now, or when it dies."""
        interaction = int(reminder.removeprefix(REMINDER))
        if await self.of(interaction) is None:
            await self.erase(interaction)


def _key(interaction: int) -> str:
    return f"{REMINDER}{interaction}"


def _read(kept: str | None) -> Pass | None:
    if not kept:
        return None
    try:
        return Pass.model_validate_json(kept)
    except ValidationError:
        # An earlier version wrote it otherwise; without the token there are other ways to answer.
        return None
