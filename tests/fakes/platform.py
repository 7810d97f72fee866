"""A chat in memory: it keeps what a person would have seen, and refuses on demand."""

import asyncio

from bot.core.model import CommunityId, Delivery, Note, Place, UserId


class FakePlatform:
    def __init__(self, name="web"):
        self._name = name
        self.shown: list[tuple[Place, Note]] = []
        self.told: list[tuple[Place, Note]] = []
        self.delivered: list[tuple[Place, Delivery]] = []
        self.room = 10_000_000
        self.handle: str | None = None
        self.on_show: list[Exception | None] = [None]
        self.on_tell: list[Exception | None] = [None]
        self.on_deliver: list[Exception | None] = [None]
        self.on_write: list[Exception | None] = [None]
        self.written: list[tuple[UserId, str]] = []
        self.on_admins: list[Exception | None] = [None]
        self.admins_listen = True
        self.admins_told: list[tuple[CommunityId, str, str | None]] = []

    @property
    def name(self) -> str:
        return self._name

    async def run(self, receive):
        await asyncio.Event().wait()

    async def acknowledge(self, incoming):
        pass

    async def show(self, place, note):
        self._refuse(self.on_show)
        self.shown.append((place, note))
        return self.handle

    async def tell(self, place, note):
        self._refuse(self.on_tell)
        self.told.append((place, note))
        return self.handle

    async def deliver(self, place, delivery):
        self._refuse(self.on_deliver)
        self.delivered.append((place, delivery))
        return self.handle

    async def most_bytes(self, place):
        return self.room

    async def write(self, user, text):
        self._refuse(self.on_write)
        self.written.append((user, text))

    async def tell_admins(self, community, text, handle):
        self._refuse(self.on_admins)
        self.admins_told.append((community, text, handle))
        return self.admins_listen

    def _refuse(self, script: list[Exception | None]) -> None:
        word = script.pop(0) if len(script) > 1 else script[0]
        if word is not None:
            raise word
