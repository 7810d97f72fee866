"""The engine of one process beside others that only listen, on SQLite: what they open is carried, however late."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.core.bells import Bells
from bot.core.carrying import Carriers
from bot.core.engine import FAR_BACK_EVERY, EmbeddedEngine
from storage.database import open_database
from storage.store import SqlStore
from tests.cluster.test_cluster import eventually
from tests.contracts.store_scene import Scene
from tests.fakes.clock import FakeClock


class Worker:
    def __init__(self, store, clock):
        self.held = set()
        self.rings = 0
        self.bells = Bells(clock=clock)
        self.carriers = Carriers(store=store, carry=self._carry, bury=self._carry, bells=self.bells)
        self.engine = EmbeddedEngine(store=store, carriers=self.carriers, clock=clock)

    async def _carry(self, job):
        self.held.add(job.id)
        while True:
            await self.bells.wait(job.id, None)
            self.rings += 1


@pytest.fixture
async def database(tmp_path):
    async with open_database(f"sqlite:///{tmp_path}/reelbot.db") as database:
        yield database


@asynccontextmanager
async def working(database, clock):
    worker = Worker(SqlStore(database=database, clock=clock), clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.engine.run())
        await worker.engine.ready.wait()
        yield worker
        worker.engine.stop()


@pytest.mark.parametrize("late", [0, 4, 20])
async def test_a_job_whose_writing_took_long_is_carried_all_the_same(database, late):
    clock, earlier = FakeClock(), FakeClock()
    clock.advance(seconds=60)
    earlier.advance(seconds=60 - late)
    scene = Scene(SqlStore(database=database, clock=earlier), clock)
    await scene.rich()
    async with working(database, clock) as worker:
        job, _ = await scene.store.open_job(scene.draft(deadline=clock.now() + timedelta(hours=1)))
        for _ in range(FAR_BACK_EVERY + 1):
            clock.advance(seconds=1.1)
            await asyncio.sleep(0.02)
        await eventually(lambda: job.id in worker.held, seconds=1)


async def test_a_job_that_is_carried_is_not_rung_for_again_when_a_look_goes_far_back(database):
    clock = FakeClock()
    scene = Scene(SqlStore(database=database, clock=clock), clock)
    await scene.rich()
    async with working(database, clock) as worker:
        job, _ = await scene.store.open_job(scene.draft())
        worker.engine.ensure(job.id)
        await eventually(lambda: job.id in worker.held)
        await scene.store.nudge(job.id)
        for _ in range(8):
            clock.advance(seconds=1.1)
            await asyncio.sleep(0.02)
        rings = worker.rings
        assert rings
        for _ in range(FAR_BACK_EVERY + 1):
            clock.advance(seconds=1.1)
            await asyncio.sleep(0.02)

        assert worker.rings == rings


async def test_a_job_that_is_picked_up_again_is_carried_once(database):
    clock = FakeClock()
    scene = Scene(SqlStore(database=database, clock=clock), clock)
    await scene.rich()
    async with working(database, clock) as worker:
        job, _ = await scene.store.open_job(scene.draft())

        assert worker.carriers.pick_up(job.id)
        assert worker.carriers.pick_up(job.id)
        assert worker.engine.carried == 1
