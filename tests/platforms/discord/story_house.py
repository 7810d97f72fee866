"""The whole house with Discord as its chat: real core, database and adapter; Discord and the provider are played."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot.clock import SystemClock
from bot.core.catalog import Catalog
from bot.core.foreseeing import Foresight
from bot.core.model import CommunityId, Incoming, LimitSet, UserId
from bot.core.store import Grant
from bot.platforms.discord.chat import Discord
from storage.files import DiskFiles
from tests.fakes.discord.people import Person
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.inbox import FakeInbox, FakeMemory
from tests.fakes.loopback import HurriedClock
from tests.fakes.provider import FakeProvider
from tests.story.house import House, open_house

HURRY = 200.0
"""How many times shorter the bot's waits are; its time of day is the real one."""


@dataclass
class Discords:
    """What outlives the bot: its folder, its letters, its provider, and all of Discord."""

    server: FakeDiscord
    folder: Path
    provider: FakeProvider = field(default_factory=FakeProvider)
    inbox: FakeInbox = field(default_factory=FakeInbox)
    memory: FakeMemory = field(default_factory=FakeMemory)
    flaky: dict[str, int] = field(default_factory=dict)
    house: House | None = None
    """The one that is open now, or was last."""
    link: str | None = None
    """Where a clip can be watched that no message can carry."""

    @asynccontextmanager
    async def bot(self, *, sessions: int = 1, operators: tuple[UserId, ...] = ()) -> AsyncIterator[House]:
        """The bot runs while the block does, and stops as if it had been told to."""
        clock = HurriedClock(SystemClock(), HURRY)
        chat = await self._chat(clock)
        outside = {"clock": clock, "providers": [self.provider], "platform": chat, "flaky": self.flaky}
        async with (
            closed_after(chat),
            open_house(self.folder, **outside, grace=1.0, operators=operators) as house,
            asyncio.TaskGroup() as group,
        ):
            self.house = house
            listening = group.create_task(chat.run(house.intake.receive))
            await self.server.online(sessions=sessions)
            await self.server.eventually(lambda: self.server.application.commands[None])
            try:
                yield house
            finally:
                listening.cancel()

    async def _chat(self, clock) -> Discord:
        async def catalog() -> Catalog:
            assert self.house is not None
            return self.house.catalog

        async def limits_of(community: CommunityId) -> LimitSet:
            assert self.house is not None
            return await self.house.store.limits_of(community)

        async def foresee(incoming: Incoming, pictures: int) -> str | None:
            assert self.house is not None
            return await Foresight(desk=self.house.desk).foresee(incoming, pictures)

        return Discord(
            token=SecretStr(self.server.token),
            api_base=self.server.api_base,
            gateway_url=self.server.gateway_url,
            inbox=self.inbox,
            memory=self.memory,
            files=await asyncio.to_thread(DiskFiles, self.folder),
            clock=clock,
            catalog=catalog,
            limits_of=limits_of,
            clip_link=lambda _name: self.link,
            foresee=foresee,
            allow_private=True,
        )


@asynccontextmanager
async def closed_after(chat: Discord):
    try:
        yield
    finally:
        await chat.close()


async def give(house: House, person: Person, amount: int) -> None:
    """An operator gives credits."""
    owner = str(UserId("discord", str(person.user.id)))
    await house.store.grant(owner, Grant(f"gift:{owner}:{amount}", amount, "test", "a gift"))


async def purse(house: House, person: Person) -> tuple[int, int]:
    """What a person has, and what is held of it."""
    wallet = await house.store.wallet(str(UserId("discord", str(person.user.id))))
    return wallet.balance, wallet.held


async def ended(house):
    return [job for job in await house.store.jobs(state=None, most=5) if job.state.ended]


async def purse_after(discord, house, person):
    """What somebody has once their one job is over."""
    await discord.server.eventually_ask(lambda: ended(house))
    return await purse(house, person)


def shows_clip(message):
    return any(file.name.endswith(".mp4") for file in message.media)
