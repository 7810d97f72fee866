"""What killed hosts have left: carried on at once by a host that starts where nobody else is connected."""

import asyncio
from datetime import timedelta

import pytest

from tests.cluster.test_cluster import Host, opened, running, sql

pytestmark = pytest.mark.usefixtures("nobody_is_silent")
LEFT_BEHIND = "UPDATE pgqueuer SET status = 'picked', queue_manager_id = gen_random_uuid(), heartbeat = NOW()"
FREE = "SELECT count(*) FROM pgqueuer WHERE status = 'queued'"


@pytest.fixture
def nobody_is_silent(monkeypatch):
    """A server counts as up for long enough at once, and nobody looks for silent hosts."""
    monkeypatch.setattr("bot.cluster.SILENT_FOR", timedelta(milliseconds=10))
    monkeypatch.setattr("bot.cluster.LOOK_EVERY", timedelta(hours=1))


@pytest.fixture
async def left_behind(scene, postgres_url):
    """Jobs that killed hosts carried until just now."""
    jobs = [await opened(scene) for _ in range(3)]
    await sql(postgres_url, LEFT_BEHIND)
    return jobs


async def test_a_host_that_starts_alone_carries_on_at_once_what_killed_hosts_have_left(
    store, postgres_url, left_behind
):
    async with running(store, postgres_url) as host:
        await host.holds(*left_behind, seconds=5)


async def test_a_server_that_came_up_just_now_says_nothing_about_who_lives(
    store, postgres_url, left_behind, monkeypatch
):
    monkeypatch.setattr("bot.cluster.SILENT_FOR", timedelta(days=1))
    async with running(store, postgres_url):
        await asyncio.sleep(0.5)
        assert await sql(postgres_url, FREE) == 0


async def test_a_host_that_starts_beside_another_one_leaves_the_jobs_to_it(store, postgres_url, scene):
    async with running(store, postgres_url) as one:
        jobs = [await opened(scene) for _ in range(3)]
        await one.holds(*jobs)
        async with running(store, postgres_url) as other:
            await asyncio.sleep(0.5)
            assert (other.engine.carried, one.engine.carried) == (0, 3)


async def test_of_two_that_start_together_the_one_that_was_connected_first_inherits(store, postgres_url, left_behind):
    one, other = Host(store, postgres_url), Host(store, postgres_url)
    async with running(store, postgres_url, one), running(store, postgres_url, other):
        await one.holds(*left_behind, seconds=5)
        assert not other.held


async def test_a_host_that_has_to_connect_anew_inherits_nothing(store, postgres_url, scene, monkeypatch):
    monkeypatch.setattr("bot.cluster.AGAIN_AFTER", 0.05)
    async with running(store, postgres_url) as host:
        jobs = [await opened(scene) for _ in range(3)]
        await host.holds(*jobs)
        await sql(postgres_url, LEFT_BEHIND)
        await sql(
            postgres_url,
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'reelbot queue'",
        )
        await asyncio.sleep(1)
        assert await sql(postgres_url, FREE) == 0
