"""What a restart finds and goes on with, in every state of a life."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.bells import Bells, Stopping
from bot.core.model import Charge, Reason, State
from bot.core.moves import ImpossibleMove
from bot.core.store import Change, Lost
from providers.contract import Done, Running
from tests.fakes.provider import FakeProvider, FindingProvider
from tests.story.house import open_house


async def test_a_job_opened_just_before_the_end_is_carried_at_the_next_start(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("a cat")
    async with open_house(tmp_path, clock=house.clock) as house:
        await house.until(reply, State.DELIVERED)

        assert await house.balance() == (72, 0)


async def test_a_job_found_in_the_middle_of_its_paid_call_is_unsure_and_never_submitted_again(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("a cat")
        job = await house.store.seize(reply.job)
        await house.store.move(job, Change(to=State.SUBMITTING, begins_attempt=True))
    async with open_house(tmp_path, clock=house.clock) as house:
        await house.until(reply, State.UNSURE)

        assert house.provider.submits == []
        assert await house.balance() == (100, 0)


async def test_a_provider_that_can_be_asked_is_asked_after_a_crash(tmp_path):
    async with open_house(tmp_path, running=False, providers=[FindingProvider()]) as house:
        reply = await house.say("a cat")
        job = await house.store.seize(reply.job)
        await house.store.move(job, Change(to=State.SUBMITTING, begins_attempt=True))
    provider = FindingProvider()
    async with open_house(tmp_path, clock=house.clock, providers=[provider]) as house:
        await house.until(reply, State.DELIVERED)

        assert (provider.finds, len(provider.submits)) == ([reply.job], 1)
        assert await house.balance() == (72, 0)


async def test_a_stop_puts_a_rendering_job_down_and_the_next_start_asks_on(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Running(10.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
    assert house.engine.carried == 0
    async with open_house(tmp_path, clock=house.clock) as house:
        await house.until(reply, State.DELIVERED)

        assert house.provider.submits == []


async def test_a_step_under_way_may_end_before_the_house_closes(tmp_path):
    provider = FakeProvider()
    asked, answer = asyncio.Event(), asyncio.Event()

    class Slow(FakeProvider):
        async def poll(self, ticket):
            asked.set()
            await answer.wait()
            return Done("https://x.example/")

    provider = Slow()
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        while not asked.is_set():
            await house.clock.step()
        house.engine.stop()
        await asyncio.sleep(0)
        answer.set()
    async with open_house(tmp_path, clock=house.clock, running=False) as house:
        assert (await house.job(reply)).state is State.FETCHING


async def test_an_ending_that_nobody_heard_of_is_told_after_the_restart(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("a cat")
        job = await house.store.seize(reply.job)
        change = Change(to=State.FAILED, charge=Charge.RELEASED, reason=Reason.PROVIDER)
        assert (await house.store.move(job, change)).untold
    async with open_house(tmp_path, clock=house.clock) as house:
        await house.until(reply, State.FAILED)

        assert [note.state for _, note in house.platform.told] == [State.FAILED]


async def test_a_second_carrier_makes_the_first_one_stop(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Running(10.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        mine = await house.job(reply)
        assert await house.store.seize(reply.job) is not None
        provider.on_poll = [Done("https://x.example/")]
        while house.engine.carried:
            await house.clock.step()

        assert (await house.job(reply)).state is State.RENDERING
        with pytest.raises(Lost):
            await house.store.move(mine, Change(to=State.FETCHING))


async def test_a_ticket_that_comes_after_another_host_took_the_job_is_left_for_it(tmp_path):
    asked, answer = asyncio.Event(), asyncio.Event()

    class Slow(FakeProvider):
        async def submit(self, order, *, callback_url):
            ticket = await super().submit(order, callback_url=callback_url)
            asked.set()
            await answer.wait()
            return ticket

    provider = Slow()
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        while not asked.is_set():
            await house.clock.step()
        await house.store.seize(reply.job)
        answer.set()
        while house.engine.carried:
            await house.clock.step()
        assert (await house.job(reply)).ticket is not None
    later = FakeProvider()
    async with open_house(tmp_path, clock=house.clock, providers=[later]) as house:
        await house.until(reply, State.DELIVERED)

        assert (len(provider.submits), later.submits) == (1, [])
        assert await house.balance() == (72, 0)


async def test_a_bug_is_tried_again_and_then_becomes_a_refund(tmp_path):
    class Broken(FakeProvider):
        async def poll(self, ticket):
            raise ZeroDivisionError

    async with open_house(tmp_path, providers=[Broken()]) as house:
        job = await house.until(await house.say("a cat"), State.FAILED)

        assert (job.reason, await house.balance()) == (Reason.BUG, (100, 0))
        assert len(house.provider.submits) == 1


async def test_a_bug_in_the_paid_call_is_unsure_and_not_repeated(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_submit = [ZeroDivisionError()]
        await house.until(await house.say("a cat"), State.UNSURE)

        assert len(house.provider.submits) == 1


async def test_a_bug_while_telling_or_posting_ends_the_job_all_the_same(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [ZeroDivisionError()]
        house.platform.on_tell = [ZeroDivisionError()]
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNDELIVERED)

        assert (job.reason, await house.balance()) == (Reason.BUG, (100, 0))


async def test_a_transition_that_the_table_does_not_know_is_refused(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        job = await house.job(await house.say("a cat"))
        with pytest.raises(ImpossibleMove):
            await house.life._moves.move(job, Change(to=State.DELIVERED))


async def test_a_house_that_is_closing_takes_nothing_up(tmp_path):
    async with open_house(tmp_path) as house:
        house.bells.stop()
        with pytest.raises(Stopping):
            await house.bells.wait("k3f9q0x2ab", 1)
        house.engine.stop()
        house.engine.ensure("k3f9q0x2ab")

        assert house.engine.carried == 0


async def test_acts_of_another_process_reach_the_carrier(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Running(10.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        await house.store.ask_cancel(reply.job)
        while not (await house.job(reply)).cancel_refused:
            await house.clock.step()


async def test_a_turn_whose_word_was_missed_is_found_by_the_job_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(Bells, "call", lambda _bells, _job: None)
    async with open_house(tmp_path) as house:
        began = house.clock.now()
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        assert job.submitted_at - began < timedelta(minutes=1)
