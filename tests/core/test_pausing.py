"""A paused provider: what successes, errors and other processes may not change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alerts import Alerts
from bot.core.breaker import FAR, Breaker
from bot.core.model import UserId
from providers.errors import Misconfigured, MisconfiguredKind
from storage.database import open_database
from storage.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform

KEY = Misconfigured(MisconfiguredKind.KEY, "401: bad key")


@pytest.fixture
async def store(tmp_path):
    async with open_database(f"sqlite:///{tmp_path}/reelbot.db") as database:
        yield SqlStore(database=database, clock=FakeClock())


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def chat():
    return FakePlatform()


@pytest.fixture
def process(store, clock, chat):
    """Makes the breaker of one more process."""
    alerts = Alerts(platforms={"web": chat}, operators=(UserId("web", "ola"),))
    return lambda: Breaker(store=store, clock=clock, alerts=alerts)


async def test_neither_success_nor_error_opens_or_closes_a_paused_provider(process, store, clock):
    breaker = process()
    assert await breaker.pause("acme", "web:ola")
    await breaker.worked("acme", "acme/Acme-1")
    await breaker.bar("acme", KEY)
    until = await breaker.rest("acme", "429", wait=timedelta(minutes=1))
    await breaker.noticed("acme", "500")

    assert until == clock.now() + timedelta(minutes=1)
    assert (breaker.paused(), breaker.barred(), breaker.shut()) == ({"acme"}, frozenset(), {"acme"})
    health = (await store.healths())["acme"]
    assert (health.why, health.closed_until, health.worked_at) == ("paused", FAR, clock.now())
    assert health.trouble == "429"


async def test_other_processes_know_of_it_and_do_not_undo_it_before_they_do(process, clock):
    ours, other = process(), process()
    await other.worked("acme", "acme/Acme-1")
    await ours.read()
    await ours.pause("acme", "web:ola")
    await other.bar("acme", KEY)
    assert other.paused() == frozenset()
    clock.advance(seconds=6)
    await other.read()
    assert other.paused() == {"acme"}
    await other.resume("acme", "web:ola")
    await ours.worked("acme", "acme/Acme-1")
    clock.advance(seconds=6)
    await ours.read()
    assert ours.closed() == frozenset()


async def test_pausing_a_barred_one_ends_the_alarm_and_resuming_opens_it(process, store, clock, chat):
    breaker = process()
    await breaker.bar("acme", KEY)
    await breaker.look()
    await breaker.pause("acme", "web:ola")
    assert await breaker.look() is None
    assert len(chat.written) == 1
    assert await breaker.resume("acme", "web:ola")
    assert breaker.closed() == frozenset()
    healed = replace((await store.healths())["acme"], trouble="", trouble_at=None)
    assert (healed.why, healed.closed_until, healed.told) == ("", None, "")


async def test_pausing_and_resuming_twice_says_that_nothing_was_changed(process):
    breaker = process()
    assert not await breaker.resume("acme", "web:ola")
    assert await breaker.pause("acme", "web:ola")
    assert not await breaker.pause("acme", "web:ola")
    assert await breaker.resume("acme", "web:ola")
    assert not await breaker.resume("acme", "web:ola")
