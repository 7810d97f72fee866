"""Whoever lost a job without noticing says nothing more about it, neither an ending nor progress."""

import asyncio

import pytest

from bot.core.bells import Bells
from bot.core.moves import Moves
from bot.core.notes import draw
from bot.core.store import Lost
from bot.core.telling import Teller
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
    def teller(store):
        clock = FakeClock()
        moves = Moves(store=store, admission=None, bells=Bells(clock=clock), clock=clock, alone=False)
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
