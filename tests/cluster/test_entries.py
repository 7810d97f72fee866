"""A host's entries in the queue: beaten, handed back and logged only while they are its own, one for each job."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from bot.core.model import State
from bot.core.store import Change, StoreTrouble
from bot.entries import Entries
from storage.queueing import LOG_KEPT
from tests.cluster.test_cluster import Host, cut, entries, eventually, opened, running, sql

BEATEN = "SELECT heartbeat::text FROM pgqueuer"
OURS = "UPDATE pgqueuer SET queue_manager_id ="
TAKE = "UPDATE pgqueuer SET queue_manager_id = gen_random_uuid()"
OTHERS = "INSERT INTO pgqueuer (priority, entrypoint, payload, status) VALUES (0, 'other', 'x', 'queued')"


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr("bot.cluster.SILENT_FOR", timedelta(seconds=2))
    monkeypatch.setattr("bot.cluster.LOOK_EVERY", timedelta(seconds=0.3))


async def test_a_host_whose_job_was_taken_over_lets_go_of_it(store, scene, postgres_url):
    job = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(job)
        await sql(postgres_url, f"{TAKE}, heartbeat = NOW() + interval '1 minute'")
        await store.seize(job.id)
        beaten = await sql(postgres_url, BEATEN)
        await eventually(lambda: not host.engine.carried, seconds=4)
        assert await sql(postgres_url, BEATEN) == beaten


async def test_a_job_that_was_taken_over_but_not_seized_yet_is_let_go_of_later(store, scene, postgres_url):
    job = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(job)
        await sql(postgres_url, f"{TAKE}, heartbeat = NOW() + interval '1 minute'")
        await eventually(lambda: len(host.rung) > 1, seconds=5)
        assert host.engine.carried
        await store.seize(job.id)
        await eventually(lambda: not host.engine.carried, seconds=4)


async def test_a_host_that_gets_back_what_another_one_had_looks_whether_the_job_is_still_its_own(
    store, scene, postgres_url
):
    job = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(job)
        others = await store.seize(job.id)
        await sql(postgres_url, "UPDATE pgqueuer SET queue_manager_id = NULL, status = 'queued'")
        await eventually(lambda: host.held and host.held[job.id].owner > others.owner, seconds=5)
        assert await entries(postgres_url) == 1


async def test_an_entry_that_is_ours_without_our_knowing_is_taken_again(store, scene, postgres_url):
    job = await opened(scene)
    host = Host(store, postgres_url)
    await sql(postgres_url, f"{OURS} '{host.engine.name}', status = 'picked', heartbeat = NOW()")
    async with running(store, postgres_url, host):
        await host.holds(job, seconds=1.5)


async def test_an_entry_that_becomes_ours_without_our_knowing_is_taken_again_too(store, scene, postgres_url):
    job = await opened(scene)
    await sql(postgres_url, f"{TAKE}, status = 'picked', heartbeat = NOW() + interval '1 minute'")
    async with running(store, postgres_url) as host:
        # What a broken connection had asked for, answered by a server that was paused, after we had a new one.
        await sql(postgres_url, f"{OURS} '{host.engine.name}', heartbeat = NOW()")
        await host.holds(job, seconds=4)
        assert await entries(postgres_url) == 1


async def test_what_takes_long_to_be_seized_is_not_handed_back_meanwhile(store, scene, postgres_url, monkeypatch):
    seize, let_go, gone = store.seize_these, Entries.let_go, []

    async def slowly(jobs):
        await asyncio.sleep(2)
        return await seize(jobs)

    async def noted(entries, held):
        gone.append(held)
        await let_go(entries, held)

    monkeypatch.setattr(store, "seize_these", slowly)
    monkeypatch.setattr(Entries, "let_go", noted)
    job = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(job, seconds=5)
        assert host.held[job.id].owner == 1
        assert not gone


async def test_what_could_not_be_let_go_of_is_let_go_of_over_the_next_connection(
    store, scene, postgres_url, monkeypatch
):
    monkeypatch.setattr("bot.cluster.AGAIN_AFTER", 0.1)
    let_go, lost = Entries.let_go, []

    async def lose_the_first(queue, held):
        if not lost:
            lost.append(held)
            await cut(postgres_url)
        await let_go(queue, held)

    monkeypatch.setattr(Entries, "let_go", lose_the_first)
    job = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(job)
        await store.settle(job.id, Change(to=State.CANCELLED), was=State.QUEUED)
        await nothing_is_left(postgres_url)
        assert lost


async def nothing_is_left(url):
    await so_many_are_left(url, 0)


async def one_is_left(url):
    await so_many_are_left(url, 1)


async def so_many_are_left(url, count):
    for _ in range(100):
        if await entries(url) == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"there are {await entries(url)} entries")


async def test_a_silent_host_loses_its_jobs(store, scene, postgres_url):
    job = await opened(scene)
    await sql(postgres_url, f"{TAKE}, status = 'picked', heartbeat = NOW()")
    async with running(store, postgres_url) as host:
        await asyncio.sleep(1)
        assert not host.held
        await host.holds(job, seconds=4)


async def test_a_job_that_comes_to_life_again_at_once_goes_on_under_one_entry(store, scene, postgres_url):
    job = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(job)
        await sql(
            postgres_url,
            "INSERT INTO pgqueuer (priority, entrypoint, payload, status, dedupe_key)"
            " SELECT priority, entrypoint, payload, 'queued', 'another life' FROM pgqueuer",
        )
        await one_is_left(postgres_url)
        assert host.held
        await store.seize(job.id)
        host.carriers.ring(job.id)
        await eventually(lambda: host.held and host.held[job.id].owner > 1, seconds=5)
        await asyncio.sleep(1)
        assert await entries(postgres_url) == 1
        assert host.engine.carried == 1


async def test_a_newer_entry_for_a_job_that_another_host_has_taken_over_brings_it_back(store, scene, postgres_url):
    job = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(job)
        others = await store.seize(job.id)
        await sql(
            postgres_url,
            f"WITH older AS ({TAKE} RETURNING priority, entrypoint, payload)"
            " INSERT INTO pgqueuer (priority, entrypoint, payload, status, dedupe_key)"
            " SELECT priority, entrypoint, payload, 'queued', 'another life' FROM older",
        )
        await eventually(lambda: host.held and host.held[job.id].owner > others.owner, seconds=2)


async def test_an_entry_of_a_job_that_nobody_knows_is_thrown_away(store, scene, postgres_url):
    await sql(
        postgres_url,
        "INSERT INTO pgqueuer (priority, entrypoint, payload, status)"
        " VALUES (0, 'job', 'nobody', 'queued'), (0, 'job', '\\xff', 'queued'), (0, 'job', NULL, 'queued')",
    )
    async with running(store, postgres_url):
        await nothing_is_left(postgres_url)


async def test_what_the_queue_wrote_down_is_forgotten_after_a_day(store, scene, postgres_url, monkeypatch):
    monkeypatch.setattr("bot.cluster.SWEEP_EVERY", 0.2)
    job = await opened(scene)
    lines = "SELECT count(*) FROM pgqueuer_log"
    async with running(store, postgres_url) as host:
        await host.holds(job)
        assert await sql(postgres_url, lines) == 2
        hours = LOG_KEPT.total_seconds() / 3600
        await sql(
            postgres_url, f"UPDATE pgqueuer_log SET created = NOW() - interval '{hours + 1} h' WHERE status = 'queued'"
        )
        for _ in range(100):
            if await sql(postgres_url, lines) == 1:
                break
            await asyncio.sleep(0.05)
        else:
            raise AssertionError("it is still there")
        await asyncio.sleep(0.5)
        assert await sql(postgres_url, lines) == 1


async def test_a_thousand_new_jobs_are_not_a_thousand_looks_at_the_queue(store, scene, postgres_url, monkeypatch):
    looks, pick_up = [], Entries.pick_up
    monkeypatch.setattr(Entries, "pick_up", lambda queue, most: (looks.append(most), pick_up(queue, most))[1])
    async with running(store, postgres_url):
        connection = await asyncpg.connect(postgres_url)
        looks.clear()
        for _ in range(1000):
            await connection.execute(OTHERS)
        await connection.close()
        await asyncio.sleep(1)
        assert 0 < len(looks) < 300


@pytest.mark.parametrize("trouble", [StoreTrouble("away"), ValueError("a row that nobody can read")])
async def test_jobs_that_cannot_be_seized_together_are_seized_one_by_one(
    store, scene, postgres_url, monkeypatch, trouble
):
    async def refuse(_several):
        raise trouble

    monkeypatch.setattr(store, "seize_these", refuse)
    jobs = [await opened(scene) for _ in range(3)]
    async with running(store, postgres_url) as host:
        await host.holds(*jobs)
