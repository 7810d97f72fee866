"""How long people wait for their command to be saved and answered while the bot is busy with thousands of jobs."""

import asyncio
import secrets
import statistics
import time
from tempfile import TemporaryDirectory

import aiohttp

from tests.bench.bots import Bot
from tests.bench.children import python
from tests.bench.databases import Databases
from tests.bench.figures import Row, below, row
from tests.bench.filled import Left, fill
from tests.bench.sizes import Sizes

NAME = "acknowledged"
PEOPLE = 50
WARMING = 2.0
"""Seconds of commands that do not count."""


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    floor = await bare(sizes)
    figure = await _bot(sizes, databases)
    name = f"{NAME}{databases.where}: {sizes.commands_per_second} commands/s beside {sizes.beside:,} jobs, p99"
    return [row(name, figure, "ms", below(300), floor=floor)]


async def bare(sizes: Sizes) -> float:
    """The p99, in ms, of a server that does nothing else than answer."""
    async with python("-m", "tests.bench.bare_server") as server:
        return await _commands(await server.says("serves "), [""] * PEOPLE, sizes)


async def _bot(sizes: Sizes, databases: Databases) -> float:
    async with databases.fresh() as books:
        await fill(books, Left(sizes.beside))
        with TemporaryDirectory() as folder:
            return await _asked(books, folder, sizes)


async def _asked(books: str, folder: str, sizes: Sizes) -> float:
    async with (
        python("-m", "tests.bench.api_process") as api,
        Bot(books, folder, await api.says("serves "), sizes.ask_every, sizes.beside).run() as bot,
    ):
        address = await bot.says("serves ")
        people = [await _visit(address) for _ in range(PEOPLE)]
        return await _commands(address, people, sizes)


async def _visit(address: str) -> str:
    """Open the page as somebody new; returns their cookie."""
    async with aiohttp.ClientSession() as session, session.get(f"{address}/chat/history") as answer:
        return "; ".join(f"{cookie.key}={cookie.value}" for cookie in answer.cookies.values())


async def _commands(address: str, people: list[str], sizes: Sizes) -> float:
    """Send commands as the clock says, whether the earlier ones were answered or not; returns the p99 in ms."""
    waits: list[float] = []
    begun = time.perf_counter()
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session,
        asyncio.TaskGroup() as group,
    ):

        async def command(number: int, due: float) -> None:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await _command(session, address, people[number % len(people)])
            if due >= begun + WARMING:
                waits.append(time.perf_counter() - due)

        for number in range(int((WARMING + sizes.commands_for) * sizes.commands_per_second)):
            group.create_task(command(number, begun + number / sizes.commands_per_second))
    return statistics.quantiles(waits, n=100)[98] * 1000


async def _command(session: aiohttp.ClientSession, address: str, cookie: str) -> None:
    words = {"text": "/video a cat smiling", "key": secrets.token_hex(16)}
    form = aiohttp.FormData(words, default_to_multipart=True)
    headers = {"Origin": address, "Cookie": cookie}
    async with session.post(f"{address}/chat/messages", data=form, headers=headers) as response:
        answer = await response.json()
    if not answer.get("accepted"):
        raise RuntimeError(f"a command was not accepted: {answer}")
