"""How soon the bot acts when a provider calls back, from the call on, while it carries thousands of other jobs."""

import asyncio
import statistics
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from aiohttp import web

from bot.clock import SystemClock
from bot.core.model import Job
from bot.core.signing import Signer
from storage.database import open_database
from storage.store import SqlStore
from tests.bench.bots import SECRET, Bot
from tests.bench.children import Child, python
from tests.bench.databases import Databases
from tests.bench.figures import Row, below, row
from tests.bench.filled import Left, fill
from tests.bench.sizes import Sizes
from tests.fakes.loopback import VideoApi, tiny_clip

NAME = "called back"
CALLS_PER_SECOND = 1
"""A clip on its way to the chat needs two helper processes, one after the other: more often, they would queue up."""
ASK_EVERY = 60.0
"""Seconds between two questions: nobody asks in time by chance."""
PATIENCE = 120.0
UNCOUNTED = 5
"""Calls at the beginning, while the bot still starts its helpers."""


class CallingApi(VideoApi):
    """An API whose tasks become ready one by one, and that notes when their clips are fetched."""

    def __init__(self, clip: bytes) -> None:
        super().__init__(clip)
        self.done: set[str] = set()
        self.fetched: dict[str, float] = {}

    async def _poll(self, request: web.Request) -> web.Response:
        return web.json_response({"done": request.match_info["id"] in self.done, "failed": False})

    async def _fetch(self, request: web.Request) -> web.Response:
        self.fetched.setdefault(request.match_info["id"], time.perf_counter())
        return await super()._fetch(request)


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    with TemporaryDirectory() as folder:
        api = CallingApi(await asyncio.to_thread(tiny_clip, Path(folder, "film.mp4")))
        async with api.serve() as url, databases.fresh() as books:
            floor = await _bare(api, url, sizes)
            fetched, delivered = await _bot(api, url, books, sizes)
    name = f"{NAME}{databases.where}, beside {sizes.beside:,} jobs: from the call"
    return [
        row(f"{name} until the clip is fetched, p99", fetched, "ms", below(100), floor=floor),
        row(f"{name} until its delivery begins, p99", delivered, "ms", below(100), floor=floor),
    ]


async def _bare(api: CallingApi, url: str, sizes: Sizes) -> float:
    """The p99 of a bare server that asks and fetches when it is called."""
    async with python("-m", "tests.bench.bare_server", url) as server:
        address = await server.says("serves ")
        tasks = {f"bare{number:06}-1": f"{address}/callbacks/bare{number:06}-1" for number in range(sizes.calls)}
        return _p99(await _call(api, tasks), api.fetched)


async def _bot(api: CallingApi, url: str, books: str, sizes: Sizes) -> tuple[float, float]:
    jobs = sizes.beside + sizes.calls
    await fill(books, Left(jobs))
    async with open_database(books) as database:
        called = await SqlStore(database=database, clock=SystemClock()).jobs(state=None, most=sizes.calls)
    with TemporaryDirectory() as folder:
        async with Bot(books, folder, url, ASK_EVERY, jobs).run() as bot:
            address = await bot.says("serves ")
            begun = await _call(api, {job.ticket: _callback(address, job) for job in called})
            delivered = await _deliveries(bot, len(called))
    return _p99(begun, api.fetched), _p99(begun, {job.ticket: delivered[job.id] for job in called})


def _callback(address: str, job: Job) -> str:
    signer, until = Signer(SECRET.encode()), SystemClock().now() + timedelta(days=1)
    return f"{address}/callbacks/{job.provider}/{signer.sign(f'callback:{job.provider}', job.id, until)}"


async def _call(api: CallingApi, tasks: Mapping[str, str]) -> dict[str, float]:
    """Let one task after the other become ready and call about it; when that was, by the clock of `perf_counter`."""
    begun: dict[str, float] = {}
    async with aiohttp.ClientSession() as session:
        for task, address in tasks.items():
            await asyncio.sleep(1 / CALLS_PER_SECOND)
            api.done.add(task)
            begun[task] = time.perf_counter()
            async with session.post(address, json={"task": task}) as answer:
                answer.raise_for_status()
    return begun


async def _deliveries(bot: Child, jobs: int) -> dict[str, float]:
    """When the delivery of each job began, by the same clock."""
    delivered: dict[str, float] = {}
    async with asyncio.timeout(PATIENCE):
        while len(delivered) < jobs:
            job, when = (await bot.says("delivers ")).split()
            delivered[job] = float(when)
    return delivered


def _p99(begun: Mapping[str, float], ended: Mapping[str, float]) -> float:
    lags = [ended[task] - when for task, when in begun.items()][UNCOUNTED:]
    return statistics.quantiles(lags, n=100)[98] * 1000
