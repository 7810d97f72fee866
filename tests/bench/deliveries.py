"""What twenty large clips do to the bot's memory that are fetched together, and posted together to two chats."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from sqlalchemy import update

from bot.clock import SystemClock
from bot.core.model import Job, Place, State
from bot.platforms.discord.places import Spot
from bot.platforms.telegram.places import Address, place_of
from storage import tables
from storage.database import open_database
from storage.store import SqlStore
from tests.bench.bots import Bot
from tests.bench.called_back import CallingApi
from tests.bench.children import Child, python
from tests.bench.databases import Databases
from tests.bench.figures import Row, at_most, row
from tests.bench.filled import Left, fill
from tests.bench.large_clip import large_clip
from tests.bench.photos import SlowApi
from tests.bench.sizes import Sizes
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.telegram.server import FakeTelegram

NAME = "deliveries"
WARMING = 2
"""Before anything is measured: a chat's libraries are loaded with its first upload."""
ASK_EVERY = 1.0
WAITED_FOR = 90.0
"""Seconds that the first clip waits for the last one."""
OVER_WITHIN = 300.0
LARGE = 200_000
"""Bytes in a request that is an upload."""


class Gate:
    """Holds everybody back until so many are there, or for some time."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._open = asyncio.Event()

    async def passed(self) -> None:
        self._wanted -= 1
        if self._wanted <= 0:
            self._open.set()
        try:
            await asyncio.wait_for(self._open.wait(), WAITED_FOR)
        except TimeoutError:
            self._open.set()


class Api(CallingApi):
    """Streams clips to all who ask at the same time."""

    gate = Gate(0)

    async def _fetch(self, request: web.Request) -> web.Response:
        await self.gate.passed()
        return await super()._fetch(request)


class Telegram(FakeTelegram):
    """Takes uploads when all of them have begun."""

    gate = Gate(0)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.content_type.startswith("multipart/") and (request.content_length or LARGE) >= LARGE:
            await self.gate.passed()
        return await super()._answer(request)


class Discord(FakeDiscord):
    """Likewise."""

    gate = Gate(0)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.content_type.startswith("multipart/"):
            await self.gate.passed()
        return await super()._answer(request)


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    with TemporaryDirectory() as folder:
        clip = await asyncio.to_thread(large_clip, Path(folder, "large.mp4"), sizes.large)
        api, telegram, discord = Api(clip), Telegram(), Discord()
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(api.serve())
            floor = await _bare(api, url, sizes)
            await stack.enter_async_context(telegram.serve())
            await stack.enter_async_context(discord.serve())
            books = await stack.enter_async_context(databases.fresh())
            await fill(books, Left(sizes.at_once + WARMING))
            database = await stack.enter_async_context(open_database(books))
            await database.tx(lambda c: _place(c, cycle(_places(telegram, discord))))
            chats = _chats(telegram, discord)
            bot = Bot(books, folder, url, ASK_EVERY, sizes.at_once + WARMING, more=chats)
            running = await stack.enter_async_context(bot.run())
            await running.says("serves")
            store = SqlStore(database=database, clock=SystemClock())
            name, grown = await _delivered(running, store, (api, telegram, discord))
            return [row(f"{NAME}{databases.where}: {name}, memory grows by", grown, "MB", at_most(32), floor=floor)]


async def _bare(api: Api, url: str, sizes: Sizes) -> float:
    """By how much the memory of a bare client grows that does the same."""
    api.gate = Gate(sizes.at_once)
    async with SlowApi().serve() as sink, python("-m", "tests.bench.bare_courier", url, sink, sizes.at_once) as courier:
        await courier.says("stands")
        return await courier.grows_until("sent")


def _places(telegram: FakeTelegram, discord: FakeDiscord) -> Sequence[Place]:
    """One place in either chat, which take the largest clip that they can."""
    ana = telegram.person("Ana")
    channel = discord.guild(tier=3).channel("general")
    ben = discord.person("ben", channel.guild)
    spot = Spot(
        asker=ben.user.id, channel=channel.id, guild=channel.guild.id, posts=True, interaction=discord.world.new_id()
    )
    return place_of(Address(chat=ana.chat.id, asker=ana.chat.id)), spot.place()


def _place(connection, places: Iterator[Place]) -> None:
    for (job,) in connection.execute(tables.jobs.select().with_only_columns(tables.jobs.c.id)).all():
        place = next(places)
        there = {"place_platform": place.platform, "place_address": place.address, "place_channel": place.channel}
        connection.execute(update(tables.jobs).where(tables.jobs.c.id == job).values(handle=None, **there))


def _chats(telegram: FakeTelegram, discord: FakeDiscord) -> dict[str, str]:
    return {
        "TELEGRAM_TOKEN": telegram.token,
        "TELEGRAM_API_BASE": telegram.address,
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_BASE": discord.api_base,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "ALLOW_PRIVATE_ADDRESSES": "true",
    }


async def _delivered(bot: Child, store: SqlStore, world: tuple[Api, Telegram, Discord]) -> tuple[str, float]:
    """What was delivered, and by how many MB the bot's memory grew at most."""
    jobs = sorted(await store.jobs(state=None, most=1000), key=lambda job: job.place.platform)
    warming, together = [jobs[0], jobs[-1]], jobs[1:-1]
    await _make(store, world, warming)
    before, _ = bot.memory()
    sampled: list[tuple[float, float]] = []
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_watch(bot, sampled))
        await _make(store, world, together)
        watching.cancel()
    size, most, theirs = len(world[0].clip) / 1e6, max(own for own, _ in sampled), max(their for _, their in sampled)
    return f"{len(together)} clips of {size:.0f} MB at once (helpers beside: {theirs:.0f} MB)", most - before


async def _make(store: SqlStore, world: tuple[Api, Telegram, Discord], jobs: Sequence[Job]) -> None:
    """Let the clips of *jobs* become ready and be posted, all of them together."""
    api, telegram, discord = world
    api.gate, telegram.gate = Gate(len(jobs)), Gate(len(jobs))
    discord.gate = telegram.gate
    api.done.update(job.ticket for job in jobs)
    wanted = {job.id for job in jobs}
    async with asyncio.timeout(OVER_WITHIN):
        while wanted - {job.id for job in await store.jobs(state=State.DELIVERED, most=1000)}:  # noqa: ASYNC110 others work
            await asyncio.sleep(0.2)


async def _watch(bot: Child, sampled: list[tuple[float, float]]) -> None:
    while True:
        sampled.append(await asyncio.to_thread(bot.memory))
        await asyncio.sleep(0.05)
