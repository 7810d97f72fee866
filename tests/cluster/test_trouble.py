"""Hosts through outages of the server and of their own: nobody's jobs are taken from under a living host."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.clock import SystemClock
from storage.database import open_database
from storage.preparing import prepare
from storage.store import SqlStore
from tests.cluster.test_cluster import eventually, running, sql
from tests.contracts.store_scene import Scene
from tests.fakes.postgres import NoPostgres, Postgres

CUT_ONE = (
    "SELECT pg_terminate_backend(min(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name LIKE 'reelbot queue %'"
)
FEW = 3
"""Jobs that each host has at least."""

pytestmark = [pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def server(in_ci):
    """A server that tests may stop, and that forgets nothing then."""
    server = Postgres("synchronous_commit=on")
    try:
        server.create()
    except NoPostgres as reason:
        server.remove()
        if in_ci:
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    server.run("CREATE DATABASE prepared")
    prepare(make_url(server.address("prepared")))
    yield server
    server.remove()


@pytest.fixture
def address(server):
    return server.address(server.fresh("prepared"))


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr("bot.cluster.SILENT_FOR", timedelta(seconds=4))
    monkeypatch.setattr("bot.cluster.LOOK_EVERY", timedelta(seconds=0.5))


@asynccontextmanager
async def two_hosts(address):
    """Two hosts, as two processes would be: each with a store of its own."""
    async with AsyncExitStack() as stack:
        stores = [
            SqlStore(database=await stack.enter_async_context(open_database(address)), clock=SystemClock())
            for _ in range(2)
        ]
        scene = Scene(stores[0], SystemClock())
        await scene.rich(credits=10_000)
        hosts = [await stack.enter_async_context(running(store, address)) for store in stores]
        while not all(len(host.held) >= FEW for host in hosts):
            job, _ = await stores[0].open_job(scene.draft())
            await eventually(lambda job=job: any(job.id in host.held for host in hosts))
        yield hosts, scene


def owners(hosts):
    return [{job.id: job.owner for job in host.held.values()} for host in hosts]


async def new_jobs_are_carried(hosts, scene, seconds=10):
    for host in hosts:
        job, _ = await host.store.open_job(scene.draft())
        await eventually(lambda job=job: any(job.id in each.held for each in hosts), seconds=seconds)


@pytest.mark.parametrize("gone_for", [0.5, 6])
async def test_everybody_keeps_their_jobs_when_the_server_is_restarted(server, address, gone_for):
    async with two_hosts(address) as (hosts, scene):
        before = owners(hosts)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(gone_for)
        await asyncio.to_thread(server.start)
        await asyncio.sleep(8)
        assert owners(hosts) == before
        await new_jobs_are_carried(hosts, scene)


def processes(server):
    """The server's postmaster and its children."""
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, children)]


@pytest.mark.parametrize("paused_for", [3, 7])
async def test_everybody_keeps_their_jobs_when_the_server_was_paused(server, address, paused_for):
    async with two_hosts(address) as (hosts, scene):
        before = owners(hosts)
        paused = processes(server)
        for process in paused:
            os.kill(process, signal.SIGSTOP)
        await asyncio.sleep(paused_for)
        for process in paused:
            os.kill(process, signal.SIGCONT)
        await asyncio.sleep(8)
        assert owners(hosts) == before
        await new_jobs_are_carried(hosts, scene)


async def test_whoever_loses_one_connection_loses_no_job(server, address):
    async with two_hosts(address) as (hosts, scene):
        before = owners(hosts)
        await sql(
            address,
            CUT_ONE,
        )
        await asyncio.sleep(7)
        assert owners(hosts) == before
        await new_jobs_are_carried(hosts, scene)
