"""What a chat's adapter keeps: an inbox and a memory with the rules of the ports, which outlive any adapter."""

import asyncio

from bot.core.store import Letter, StoreTrouble
from tests.fakes.clock import START


class FakeInbox:
    def __init__(self):
        self.letters: dict[tuple[str, str], str | None] = {}
        """Bodies by platform and key; None once answered."""
        self.troubles = 0
        """How many of the next calls fail."""
        self._change = asyncio.Event()

    async def put(self, platform, key, body):
        self._trouble()
        if (platform, key) in self.letters:
            return False
        self.letters[platform, key] = body
        self._changed()
        return True

    async def waiting(self, platform):
        self._trouble()
        return [
            Letter(key, body, START)
            for (name, key), body in self.letters.items()
            if name == platform and body is not None
        ]

    async def done(self, platform, key):
        self._trouble()
        self.letters[platform, key] = None
        self._changed()

    async def until(self, holds, most=5.0):
        """Wait until *holds*; it is asked again after every letter that comes or is answered."""
        async with asyncio.timeout(most):
            while not holds():
                await self._change.wait()

    @property
    def unanswered(self):
        return [key for (_, key), body in self.letters.items() if body is not None]

    def _changed(self):
        self._change.set()
        self._change = asyncio.Event()

    def _trouble(self):
        if self.troubles:
            self.troubles -= 1
            raise StoreTrouble("disk full")


class FakeMemory:
    def __init__(self):
        self.values: dict[tuple[str, str], str] = {}
        self.troubles = 0
        """How many of the next calls fail."""

    async def keep(self, platform, key, value):
        self._trouble()
        self.values[platform, key] = value
        if not value:
            del self.values[platform, key]

    async def kept(self, platform, key):
        self._trouble()
        return self.values.get((platform, key))

    def _trouble(self):
        if self.troubles:
            self.troubles -= 1
            raise StoreTrouble("disk full")
