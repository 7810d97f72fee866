"""A process that was stopped in the middle of something and lost its job meanwhile: it orders and posts nothing."""

import asyncio

import pytest

from bot.core.model import Charge, State
from providers.contract import Running
from providers.errors import OutcomeUnknown
from tests.fakes.provider import FakeProvider
from tests.story.house import open_house

PROMPTLY = 0.02


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr("bot.core.standstill.PROMPTLY_SECONDS", PROMPTLY)


def stopped_after(house, verb, happens, *, where=lambda _: True):
    """The process stands still once, when *verb* of the store was done and before whoever asked for it hears of it."""
    whole, stops = getattr(house.store, verb), [True]

    async def stopping(*args, **kwargs):
        written = await whole(*args, **kwargs)
        if where(written) and stops:
            stops.clear()
            await asyncio.sleep(2 * PROMPTLY)
            await happens(written.id)
        return written

    setattr(house.store, verb, stopping)


def submitting(job):
    return job.state is State.SUBMITTING


def posting(job):
    return job.posts > 0


async def nobody_carries(house):
    while house.engine.carried:
        await house.clock.step()


async def test_a_paid_call_that_was_written_down_is_not_made_for_a_job_that_was_lost(tmp_path):
    async with open_house(tmp_path) as house:
        stopped_after(house, "move", house.store.seize, where=submitting)
        reply = await house.say("a cat")
        await house.clock.step()
        await nobody_carries(house)

        assert (await house.job(reply)).state is State.SUBMITTING
        assert house.provider.submits == []


async def test_a_paid_call_that_was_begun_is_not_sent_for_a_job_that_was_lost(tmp_path):
    class Connecting(FakeProvider):
        async def submit(self, order, *, callback_url):
            await asyncio.sleep(2 * PROMPTLY)
            await house.store.seize(order.reference)
            await order.last_look()
            return await super().submit(order, callback_url=callback_url)

    async with open_house(tmp_path, providers=[Connecting()]) as house:
        reply = await house.say("a cat")
        await house.clock.step()
        await nobody_carries(house)

        assert (await house.job(reply)).state is State.SUBMITTING
        assert house.provider.submits == []


async def test_a_clip_is_not_posted_for_a_job_that_was_lost(tmp_path):
    async with open_house(tmp_path) as house:
        stopped_after(house, "still_mine", house.store.seize, where=posting)
        reply = await house.say("a cat")
        await house.clock.step()
        await nobody_carries(house)

        assert (await house.job(reply)).state is State.DELIVERING
        assert house.platform.delivered == []


async def test_a_clip_that_was_begun_is_not_posted_for_a_job_that_was_lost(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.core.standstill.LOOK_SECONDS", 2 * PROMPTLY)
    async with open_house(tmp_path) as house:
        deliver = house.platform.deliver

        async def uploading(place, delivery):
            await house.store.seize(delivery.note.job)
            await asyncio.Event().wait()
            return await deliver(place, delivery)

        house.platform.deliver = uploading
        reply = await house.say("a cat")
        await house.clock.step()
        await nobody_carries(house)

        assert (await house.job(reply)).state is State.DELIVERING
        assert house.platform.delivered == []


async def test_an_ending_is_not_told_again_for_a_job_that_was_lost_in_the_telling(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.core.standstill.LOOK_SECONDS", 2 * PROMPTLY)
    provider = FakeProvider()
    provider.on_submit = [OutcomeUnknown("cut")]
    async with open_house(tmp_path, providers=[provider]) as house:
        tries = []

        async def telling(_place, note):
            tries.append(note)
            await house.store.seize(note.job)
            await asyncio.Event().wait()

        house.platform.tell = telling
        reply = await house.say("a cat")
        await house.clock.step()
        await nobody_carries(house)

        assert (await house.job(reply)).untold
        assert len(tries) == 1


async def test_whoever_oversleeps_asks_and_draws_nothing_more_for_a_job_that_was_lost(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Running(10.0), Running(20.0), Running(30.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        await house.store.seize(reply.job)
        seen = (len(provider.polls), len(house.platform.shown))
        house.clock.advance(minutes=10)
        await nobody_carries(house)

        assert (len(provider.polls), len(house.platform.shown)) == seen


@pytest.mark.parametrize(("verb", "where"), [("move", submitting), ("still_mine", posting)])
async def test_whoever_was_stopped_and_kept_the_job_goes_on_once(tmp_path, verb, where):
    async with open_house(tmp_path) as house:
        # A word that somebody left meanwhile is none against it: the call may be made, and is answered for.
        stopped_after(house, verb, house.store.nudge, where=where)
        reply = await house.say("a cat")
        job = await house.until(reply, State.DELIVERED)

        assert (len(house.provider.submits), len(house.platform.delivered)) == (1, 1)
        # On a slow machine it may stand still once more before it posts, and begin again.
        assert (job.charge, job.posts >= 1) == (Charge.SPENT, True)
        assert await house.balance() == (72, 0)
