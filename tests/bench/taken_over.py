"""How long after a host's sudden death another one carries its jobs, and that nothing of theirs happens twice."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.clock import SystemClock
from bot.core.model import Charge, Job, State
from storage.database import Database, open_database
from storage.store import SqlStore
from tests.bench.bots import Bot
from tests.bench.databases import Databases
from tests.bench.figures import Row, at_most, row
from tests.bench.filled import Left, fill
from tests.bench.sizes import Sizes
from tests.fakes.loopback import VideoApi, tiny_clip

NAME = "taken over"
ASK_EVERY = 2.0
DELIVERED_WITHIN = 240.0


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    api = VideoApi(b"")
    api.ready = False
    async with databases.fresh() as address, api.serve() as url:
        await fill(address, Left(sizes.taken_over))
        with TemporaryDirectory() as folder:
            took, wrong = await _killed(address, folder, api, url, sizes.taken_over)
    name = f"{NAME}{databases.where}: {sizes.taken_over} jobs of a killed host"
    return [
        row(f"{name}, until another one carries them", took, "s", at_most(15)),
        row(f"{name}, lost, posted or charged twice", wrong, "jobs", at_most(0)),
    ]


async def _killed(address: str, folder: str, api: VideoApi, url: str, jobs: int) -> tuple[float, int]:
    worker = Bot(address, folder, url, ASK_EVERY, jobs, "worker")
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(worker.run())
        await first.says("all wait")
        second = await stack.enter_async_context(worker.run())
        await second.says("serves")
        await first.kill()
        killed = time.perf_counter()
        await second.says("all wait")
        took = time.perf_counter() - killed
        database = await stack.enter_async_context(open_database(address))
        return took, await _wrong(database, folder, api, jobs)


async def _wrong(database: Database, folder: str, api: VideoApi, jobs: int) -> int:
    """Let the clips become ready; how many jobs do not end as they should, and what of the books does not add up."""
    store = SqlStore(database=database, clock=SystemClock())
    api.clip = await asyncio.to_thread(tiny_clip, Path(folder, "film.mp4"))
    api.submits.update(job.id for job in await store.jobs(state=None, most=jobs))
    api.ready = True
    async with asyncio.timeout(DELIVERED_WITHIN):
        while not all(job.state.ended for job in await store.jobs(state=None, most=jobs)):  # noqa: ASYNC110 others work
            await asyncio.sleep(1.0)
    ended = await store.jobs(state=None, most=jobs)
    return len(await store.verify()) + jobs - sum(map(_as_it_should, ended))


def _as_it_should(job: Job) -> bool:
    return (job.state, job.charge, job.posts, job.attempt) == (State.DELIVERED, Charge.SPENT, 1, 1)
