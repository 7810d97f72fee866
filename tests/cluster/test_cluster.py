"""The engine of many hosts over a real PostgreSQL: handed over, taken over, never carried twice, never forgotten."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
from sqlalchemy import make_url

from bot.clock import SystemClock
from bot.cluster import ClusterEngine, workers
from bot.core.bells import Bells
from bot.core.carrying import Carriers
from bot.core.lease import Lease
from bot.core.model import State
from bot.core.store import Change, Lost
from tests.story.house import NOBODY


async def eventually(holds, *, seconds=10.0):
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


class Host:
    """One process' engine; its jobs are only held, until they are told to end."""

    def __init__(self, store, url, presence=NOBODY):
        self.clock = SystemClock()
        self.store = store
        self.bells = Bells(clock=self.clock)
        self.lease = Lease()
        self.held = {}
        self.rung = []
        self.waits_for_turn = set()
        self.carriers = Carriers(store=store, carry=self._carry, bury=self._carry, bells=self.bells, grace_seconds=5)
        self.engine = ClusterEngine(
            store=store,
            carriers=self.carriers,
            url=make_url(url),
            presence=presence,
            lease=self.lease,
            clock=self.clock,
        )

    async def _carry(self, job):
        self.held[job.id] = job
        try:
            while True:
                await self.bells.wait(job.id, None, for_turn=job.id in self.waits_for_turn)
                self.rung.append(job.id)
                fresh = await self.store.job(job.id)
                if fresh.owner != job.owner:
                    raise Lost(job.id)
                if fresh.state.ended:
                    await self.store.told(fresh, None)
                    return
        finally:
            del self.held[job.id]

    async def holds(self, *jobs, seconds=10.0):
        await eventually(lambda: set(self.held) == {job.id for job in jobs}, seconds=seconds)


@asynccontextmanager
async def running(store, url, host=None):
    host = host or Host(store, url)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(host.engine.run())
        await asyncio.wait_for(host.engine.ready.wait(), 10)
        yield host
        host.engine.stop()
        await task


async def opened(scene):
    job, _ = await scene.store.open_job(scene.draft())
    return job


async def test_what_was_opened_before_and_after_the_start_is_carried(store, scene, postgres_url):
    before = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(before)
        after = await opened(scene)
        await host.holds(before, after)
        assert host.engine.carried == 2
        assert host.carriers.carries(after.id)


async def test_two_hosts_never_hold_the_same_job(store, scene, postgres_url):
    async with running(store, postgres_url) as one, running(store, postgres_url) as other:
        jobs = [await opened(scene) for _ in range(20)]
        await eventually(lambda: len(one.held) + len(other.held) == len(jobs))
        assert set(one.held) | set(other.held) == {job.id for job in jobs}
        assert not set(one.held) & set(other.held)


async def test_a_host_that_stops_hands_over_at_once(store, scene, postgres_url):
    async with running(store, postgres_url) as other:
        async with running(store, postgres_url) as one:
            jobs = [await opened(scene) for _ in range(6)]
            await eventually(lambda: len(one.held) + len(other.held) == len(jobs))
        await other.holds(*jobs, seconds=4)


async def test_a_word_from_another_process_is_heard_at_once(store, scene, postgres_url):
    job = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(job)
        await store.ask_cancel(job.id)
        await eventually(lambda: host.rung, seconds=1)
        host.rung.clear()
        await store.nudge(job.id)
        await eventually(lambda: host.rung, seconds=1)


async def test_a_turn_that_another_process_gave_is_heard_at_once_by_whoever_waits_for_it(store, scene, postgres_url):
    first, second = await opened(scene), await opened(scene)
    host = Host(store, postgres_url)
    host.waits_for_turn.add(first.id)
    async with running(store, postgres_url, host):
        await host.holds(first, second)
        await scene.admit(first)
        await eventually(lambda: host.rung, seconds=1)
        # Both turns came with the same commit, so by then the other's notice has been heard too.
        assert (await store.job(second.id)).admitted_at is not None
        assert host.rung == [first.id]


async def test_a_job_that_others_carry_is_not_carried_here_by_asking(store, scene, postgres_url):
    async with running(store, postgres_url) as host:
        assert not host.engine.ensure("k3f9q0x2ab")
        assert host.engine.carried == 0


async def test_a_connection_that_is_cut_is_replaced_and_the_jobs_stay_where_they_are(
    store, scene, postgres_url, monkeypatch
):
    monkeypatch.setattr("bot.cluster.SILENT_FOR", timedelta(seconds=3))
    jobs = [await opened(scene) for _ in range(3)]
    async with running(store, postgres_url) as host:
        await host.holds(*jobs)
        owners = {job.id: job.owner for job in host.held.values()}
        await cut(postgres_url)
        later = await opened(scene)
        await eventually(lambda: later.id in host.held, seconds=25)
        await asyncio.sleep(6)  # until the entries of the dead connection were handed out again, to us
        assert {job.id: host.held[job.id].owner for job in jobs} == owners


async def cut(url):
    await sql(
        url,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'reelbot queue %'",
    )


async def entries(url):
    return await sql(url, "SELECT count(*) FROM pgqueuer")


async def sql(url, statement):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_a_job_whose_entry_was_lost_is_found_by_the_sweep(store, scene, postgres_url, monkeypatch):
    monkeypatch.setattr("bot.cluster.SWEEP_EVERY", 0.2)
    job = await opened(scene)
    await sql(postgres_url, "DELETE FROM pgqueuer")
    async with running(store, postgres_url) as host:
        await host.holds(job)


async def test_an_ended_job_leaves_no_entry_behind(store, scene, postgres_url):
    job = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(job)
        await store.settle(job.id, Change(to=State.CANCELLED), was=State.QUEUED)
        await eventually(lambda: not host.engine.carried)
        for _ in range(100):
            if not await entries(postgres_url):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("an entry is left")


async def test_the_workers_of_a_database_can_be_counted(store, postgres_url):
    url = make_url(postgres_url)
    assert await workers(url) == 0
    async with running(store, postgres_url), running(store, postgres_url):
        assert await workers(url) == 2
