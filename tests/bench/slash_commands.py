"""How soon Discord's commands are acknowledged, which it wants within three seconds, while the bot is busy."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from tempfile import TemporaryDirectory

from tests.bench import acknowledged
from tests.bench.bots import Bot
from tests.bench.children import python
from tests.bench.databases import Databases
from tests.bench.figures import Row, below, row
from tests.bench.filled import Left, fill
from tests.bench.sizes import Sizes
from tests.fakes.discord.calls import Call
from tests.fakes.discord.people import Person
from tests.fakes.discord.server import Exchange, FakeDiscord

NAME = "slash commands"
SERVERS = 10
STANDS_WITHIN = 30.0


class Stopwatch:
    """Takes the time from a command's way out to its acknowledgement's arrival."""

    def __init__(self) -> None:
        self._sent: dict[int, float] = {}
        self.waits: list[float] = []
        """In seconds."""

    def sent(self, interaction: int) -> None:
        self._sent[interaction] = time.perf_counter()

    def watch(self, exchange: Exchange) -> None:
        if exchange.call is Call.CALLBACK and (sent := self._sent.pop(int(exchange.path.split("/")[2]), None)):
            self.waits.append(time.perf_counter() - sent)


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    floor = await acknowledged.bare(sizes)
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(FakeDiscord().serve())
        api = await stack.enter_async_context(python("-m", "tests.bench.api_process"))
        books = await stack.enter_async_context(databases.fresh())
        await fill(books, Left(sizes.beside))
        folder = stack.enter_context(TemporaryDirectory())
        chat = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }
        url = await api.says("serves ")
        running = await stack.enter_async_context(
            Bot(books, folder, url, sizes.ask_every, sizes.beside, more=chat).run()
        )
        await running.says("serves")
        await discord.online()
        await discord.eventually(lambda: discord.application.commands[None], seconds=STANDS_WITHIN)
        figure = await _commands(discord, _people(discord), sizes)
    name = f"{NAME}{databases.where}: {sizes.commands_per_second}/s beside {sizes.beside:,} jobs, acknowledged, p99"
    return [row(name, figure, "ms", below(300), floor=floor)]


def _people(discord: FakeDiscord) -> Sequence[Person]:
    servers = [discord.guild(f"server {number}") for number in range(SERVERS)]
    channels = [server.channel("films") for server in servers]
    people = range(acknowledged.PEOPLE)
    return [discord.person(f"p{n}", servers[n % SERVERS]).goes_to(channels[n % SERVERS]) for n in people]


async def _commands(discord: FakeDiscord, people: Sequence[Person], sizes: Sizes) -> float:
    """Send commands as the clock says, whether the earlier ones were answered or not; returns the p99 in ms.

    Raises:
        TimeoutError: One was not acknowledged at all.
    """
    stopwatch = Stopwatch()
    discord.watch = stopwatch.watch
    warming = int(acknowledged.WARMING * sizes.commands_per_second)
    wanted = warming + int(sizes.commands_for * sizes.commands_per_second)
    begun = time.perf_counter()
    for number in range(wanted):
        await asyncio.sleep(max(0.0, begun + number / sizes.commands_per_second - time.perf_counter()))
        stopwatch.sent(people[number % len(people)].slash("video", prompt="a cat smiling").id)
    await discord.eventually(lambda: len(stopwatch.waits) == wanted, seconds=STANDS_WITHIN)
    return statistics.quantiles(stopwatch.waits[warming:], n=100)[98] * 1000
