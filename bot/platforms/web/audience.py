"""Who looks at the web chat, here or at a page of another process: progress is drawn and stored only for them."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog

from bot.core.model import UserId
from bot.core.ports import Clock
from bot.core.store import Messages, StoreTrouble
from bot.platforms.web.streams import Streams

LOOK_SECONDS = 5.0
"""Between two looks at who looks: providers are hardly asked more often, and only then is there progress to draw."""
SAID_FOR = timedelta(seconds=40)
"""How long a page counts as open after its process has said so last."""

log = structlog.get_logger("reelbot.web")


class Audience:
    """Knows whose pages are open.

    Args:
        messages: Where the processes tell each other.
        streams: The pages of this one.
        clock: Time.
        shared: Whether there are other processes.
        name: The chat's, in the identities of its people.
    """

    def __init__(self, *, messages: Messages, streams: Streams, clock: Clock, shared: bool, name: str) -> None:
        self._messages = messages
        self.streams = streams
        self._clock = clock
        self._name = name
        self.shared = shared
        self._elsewhere: Collection[UserId] = frozenset()
        self._said: frozenset[str] = frozenset()
        self._say_again: datetime | None = None

    def looks(self, person: UserId) -> bool:
        """Whether the person has a page open, as far as we heard."""
        return self.streams.listens(person.id) or person in self._elsewhere

    async def run(self) -> None:
        """Tell the others who looks here, and hear who looks there, until cancelled."""
        never = asyncio.Event()
        while True:
            try:
                await self.tell()
                self._elsewhere = await self._messages.watching()
            except StoreTrouble as trouble:
                log.warning("could not find out who looks", detail=repr(trouble))
            await self._clock.wait(never, LOOK_SECONDS)

    async def tell(self) -> None:
        """Say who looks here, if that is news, or was said some time ago.

        Raises:
            StoreTrouble: It cannot be said now.
        """
        here, now = frozenset(self.streams.listening()), self._clock.now()
        if not here or (here <= self._said and self._say_again is not None and now < self._say_again):
            return
        await self._messages.watch([UserId(self._name, person) for person in here], now + SAID_FOR)
        self._said, self._say_again = here, now + SAID_FOR / 2
