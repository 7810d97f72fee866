"""One interaction: what a person did, and what came of it, as both sides see it."""

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from tests.fakes.discord.messages import Message, walk
from tests.fakes.discord.world import Channel, User


class Deed(IntEnum):
    """Interaction types."""

    COMMAND = 2
    PRESS = 3
    TYPING = 4
    """Autocomplete."""
    FORM = 5


class Answer(IntEnum):
    """Callback types."""

    MESSAGE = 4
    THINKING = 5
    SILENT = 6
    """A button was pressed; something will follow."""
    UPDATE = 7
    CHOICES = 8
    FORM = 9


class Unanswered(Exception):
    """The bot did not answer in time; the person reads that the application did not respond."""


@dataclass(eq=False)
class Asked:
    """An interaction and its life."""

    id: int
    token: str
    deed: Deed
    user: User
    channel: Channel
    born: float
    """Seconds since 1970, when Discord made it."""
    most_bytes: int
    """What its payload promises as the largest file."""
    by_user_install: bool = False
    """The app is not in this server; the person brought it along."""
    seen_by_asker_alone: bool = False
    """Forced so, because the person may not use apps of their own here."""
    source: Message | None = None
    """The message whose button was pressed."""
    payload: dict[str, Any] = field(default_factory=dict)
    answer: Answer | None = None
    original: Message | None = None
    """The response: a new message, or for a button the message that it stands under."""
    follow_ups: list[Message] = field(default_factory=list)
    form: dict[str, Any] | None = None
    """The modal that opened."""
    choices: list[dict[str, Any]] | None = None
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    expired: bool = False
    """Its token was made to die early."""

    async def answered(self, seconds: float = 3.0) -> "Asked":
        """Wait for the first answer, as long as Discord would.

        Raises:
            Unanswered: There was none.
        """
        try:
            async with asyncio.timeout(seconds):
                await self.heard.wait()
        except TimeoutError as late:
            raise Unanswered(f"nothing within {seconds} s") from late
        return self

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """The fields of the modal by their custom ids."""
        assert self.form is not None, "no modal opened"
        return {part["custom_id"]: part for part in walk(self.form["components"]) if "custom_id" in part}
