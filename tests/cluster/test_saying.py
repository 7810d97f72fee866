"""Whoever lost a job without noticing says nothing more about it, neither an ending nor progress."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.bells import Bells
from bot.core.lease import Lease
from bot.core.moves import Moves
from bot.core.notes import draw
from bot.core.standstill import PROMPTLY_SECONDS, moment
from bot.core.store import Lost
from bot.core.telling import Teller
from tests.cluster.test_cluster import eventually, opened, running, sql
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform


class Slow:
    """A store that stands still before what it has read arrives."""

    def __init__(self, store, seconds):
        self._store = store
        self._seconds = seconds

    async def job(self, job):
        read = await self._store.job(job)
        await asyncio.sleep(self._seconds)
        return read

    def __getattr__(self, name):
        return getattr(self._store, name)


@pytest.fixture
def chat():
    return FakePlatform()


@pytest.fixture
def teller_over(chat):
    def teller(store, lease=None):
        clock = FakeClock()
        moves = Moves(store=store, admission=None, bells=Bells(clock=clock), clock=clock, lease=lease or Lease())
        return Teller(platforms={chat.name: chat}, moves=moves, clock=clock)

    return teller


@pytest.mark.parametrize("act", ["tell", "show"])
async def test_about_a_job_that_another_host_has_taken(store, scene, chat, teller_over, act):
    mine = await scene.queued()
    assert await store.seize(mine.id)
    teller = teller_over(store)
    with pytest.raises(Lost):
        await (teller.tell(mine) if act == "tell" else teller.show(mine, draw(mine)))
    assert chat.told == chat.shown == []


async def test_about_a_job_that_may_have_been_taken_while_it_was_looked_at(
    store, scene, chat, teller_over, monkeypatch
):
    monkeypatch.setattr("bot.core.standstill.PROMPTLY_SECONDS", 0.02)
    mine = await scene.queued()
    assert await teller_over(Slow(store, 0.05)).show(mine, draw(mine)) == mine
    assert chat.shown == []


@pytest.mark.parametrize("act", ["tell", "show"])
async def test_but_everything_about_a_job_that_is_still_ours(store, scene, chat, teller_over, act):
    mine = await scene.queued()
    teller = teller_over(store)
    await (teller.tell(mine) if act == "tell" else teller.show(mine, draw(mine)))
    assert len(chat.told + chat.shown) == 1


async def test_whoever_was_heard_of_a_moment_ago_need_not_ask(store, scene, chat, teller_over):
    mine, lease = await scene.queued(), Lease()
    lease.renew(moment())
    await teller_over(Slow(store, 3600), lease).show(mine, draw(mine))
    assert len(chat.shown) == 1


def test_a_lease_holds_only_for_a_while_after_others_have_heard_of_us():
    lease = Lease()
    assert not lease.holds
    lease.renew(moment() - PROMPTLY_SECONDS / 2)
    assert lease.holds
    lease.renew(moment() - PROMPTLY_SECONDS - 0.1)
    assert not lease.holds


async def test_a_running_host_holds_its_lease_until_it_is_cut_off_or_has_lost_something(
    store, scene, postgres_url, monkeypatch
):
    monkeypatch.setattr("bot.cluster.LOOK_EVERY", timedelta(seconds=0.1))
    monkeypatch.setattr("bot.core.standstill.PROMPTLY_SECONDS", 0.5)
    job = await opened(scene)
    async with running(store, postgres_url) as host:
        await host.holds(job)
        await eventually(lambda: host.lease.holds)
        await sql(postgres_url, "UPDATE pgqueuer SET queue_manager_id = gen_random_uuid()")
        await eventually(lambda: not host.lease.holds)
        assert job.id in host.held
