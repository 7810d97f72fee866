"""How long after a host's sudden death another one carries its jobs, and that nothing of theirs happens twice."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.clock import SystemClock
from bot.core.model import Charge, Job, State
from storage.database import open_database
from storage.store import SqlStore
from tests.bench.bots import Bot
from tests.bench.children import Child, python
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
            async with _taken_over(Bot(address, folder, url, ASK_EVERY, sizes.taken_over, "worker").run) as took:
                wrong = await _wrong(address, folder, api, sizes.taken_over)
        async with _taken_over(lambda: python("-m", "tests.bench.bare_takeover", address, sizes.taken_over)) as floor:
            pass
    name = f"{NAME}{databases.where}: {sizes.taken_over} jobs of a killed host"
    return [
        row(f"{name}, until another one carries them", took, "s", at_most(15), floor=floor),
        row(f"{name}, lost, posted or charged twice", wrong, "jobs", at_most(0)),
    ]


@asynccontextmanager
async def _taken_over(run: Callable[[], AbstractAsyncContextManager[Child]]) -> AsyncGenerator[float]:
    """Seconds from the death of the host that holds all jobs until another one does, which goes on until the end."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(run())
        await first.says("all wait")
        second = await stack.enter_async_context(run())
        await second.says("serves")
        await first.kill()
        killed = time.perf_counter()
        await second.says("all wait")
        yield time.perf_counter() - killed


async def _wrong(address: str, folder: str, api: VideoApi, jobs: int) -> int:
    """Let the clips become ready; how many jobs do not end as they should, and what of the books does not add up."""
    api.clip = await asyncio.to_thread(tiny_clip, Path(folder, "film.mp4"))
    async with open_database(address) as database:
        store = SqlStore(database=database, clock=SystemClock())
        left = await store.jobs(state=None, most=jobs)
        api.submits.update(job.id for job in left)
        api.ready = True
        async with asyncio.timeout(DELIVERED_WITHIN):
            while not all(job.state.ended for job in left):
                await asyncio.sleep(1.0)
                left = await store.jobs(state=None, most=jobs)
        return len(await store.verify()) + jobs - sum(map(_as_it_should, left))


def _as_it_should(job: Job) -> bool:
    return (job.state, job.charge, job.posts, job.attempt) == (State.DELIVERED, Charge.SPENT, 1, 1)
