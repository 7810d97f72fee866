"""The small parts of the core, each alone where a story would not reach."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.asking import NotAsked, Silence
from bot.core.bells import Bells
from bot.core.carrying import Carriers
from bot.core.engine import EmbeddedEngine
from bot.core.housekeeping import Housekeeper
from bot.core.model import Charge, State
from bot.core.moves import spread
from bot.core.notes import delivered_receipt, draw
from bot.core.ports import NotNow
from bot.core.store import Change, Lost
from providers.contract import Pace, Running
from providers.errors import TryLater
from tests.fakes.clock import FakeClock
from tests.fakes.provider import FakeProvider, FindingProvider
from tests.story.house import open_house, tariff
from tests.story.test_intake import kept


async def test_a_bell_that_nobody_hung_up_rings_unheard():
    bells = Bells(clock=FakeClock())
    bells.ring("k3f9q0x2ab")
    bells.hang("k3f9q0x2ab")
    bells.ring("k3f9q0x2ab")

    assert await bells.wait("k3f9q0x2ab", 5)


def test_jobs_are_spread_by_their_own_ids():
    assert spread("0000000000") == 0
    assert 0.99 < spread("zzzzzz0000") < 1


async def test_nobody_is_asked_without_a_provider_or_a_ticket(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        job = await house.job(await house.say("a cat"))

        asker = house.gear.asker

        assert await asker.ask(job) == Silence()
        assert await asker.ask(replace(job, ticket="task-1", offer="nobody/Acme-1")) == Silence()
        with pytest.raises(NotAsked):
            await asker.find(job)


async def test_a_provider_that_is_down_cannot_say_whether_a_submit_arrived(tmp_path):
    provider = FindingProvider()
    provider.on_find = [TryLater("down")]
    async with open_house(tmp_path, running=False, providers=[provider]) as house:
        with pytest.raises(NotAsked):
            await house.gear.asker.find(await house.job(await house.say("a cat")))


async def test_a_note_draws_every_state_and_charge(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        job = await house.job(await house.say("a cat"))
        for state in State:
            for charge in Charge:
                note = draw(replace(job, state=state, charge=charge))
                assert note.headline
                assert state in {State.ASKING, note.state}
        assert draw(replace(job, state=State.QUEUED), position=3, remaining=40).headline == (
            "Number 3 in the queue, ready in about 40 seconds."
        )
        assert "Stopping it, if it can still be stopped." in draw(replace(job, cancel_asked=True)).details
        assert delivered_receipt(replace(job, charge=Charge.RELEASED)).startswith("Not charged")


async def test_a_house_keeps_its_clips_for_as_long_as_it_promised(tmp_path):
    async with open_house(tmp_path) as house:
        job = await house.until(await house.say("a cat", pictures=[b"photo"]), State.DELIVERED)
        keeper = Housekeeper(store=house.store, files=house.files, clock=house.clock, keep_days=7)
        await keeper.tidy()
        assert house.files.clip(job.clip.file).exists()
        house.clock.advance(days=8)
        await keeper.tidy()

        assert not house.files.clip(job.clip.file).exists()
        assert list((tmp_path / "images").iterdir()) == []


async def test_a_disk_in_trouble_does_not_stop_the_housekeeper(captured_log):
    rounds = []

    class Broken:
        async def expired_files(self, before):
            rounds.append(before)
            if len(rounds) == 1:
                raise OSError(28, "No space left on device")
            return [], []

        async def kept_before(self, moment):
            return [], []

        async def remove_pictures(self, names):
            pass

        remove_clips = remove_pictures

    clock = FakeClock()
    keeping = asyncio.ensure_future(Housekeeper(store=Broken(), files=Broken(), clock=clock, keep_days=7).run())  # noqa: TID251
    while len(rounds) < 2:
        await clock.step()
    keeping.cancel()

    assert captured_log.entries[0]["event"] == "could not tidy up"


async def test_a_cancel_during_the_paid_call_never_loses_its_answer(tmp_path):
    provider = FakeProvider()
    sent, answer = asyncio.Event(), asyncio.Event()

    class Slow(FakeProvider):
        async def submit(self, order, *, callback_url):
            sent.set()
            await answer.wait()
            return await super().submit(order, callback_url=callback_url)

    provider = Slow()
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await sent.wait()
        await house.say("/cancel")
        answer.set()
        job = await house.until(reply, State.DELIVERED)

        assert (job.charge, len(provider.submits)) == (Charge.SPENT, 1)


async def test_a_cancel_just_before_the_paid_call_stops_it(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("a cat")
        before = await house.store.seize(reply.job)
        await house.store.ask_cancel(reply.job)
        with pytest.raises(Lost):
            await house.life._moves.begin(before, Change(to=State.SUBMITTING, begins_attempt=True))
        assert (await house.life._moves.move(before, Change(to=State.SUBMITTING))).state is State.SUBMITTING
        with pytest.raises(Lost):
            await house.life._moves.move(before, Change(to=State.CANCELLED))
        with pytest.raises(Lost):
            await house.life._moves.told(before, None)


async def test_word_left_while_posting_does_not_post_twice(tmp_path):
    async with open_house(tmp_path) as house:
        posted = house.platform.deliver

        async def deliver(place, delivery):
            await house.store.ask_cancel(delivery.note.job)
            return await posted(place, delivery)

        house.platform.deliver = deliver
        house.platform.on_show = [NotNow(1)]
        house.platform.handle = "message-1"
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert (len(house.platform.delivered), job.charge, job.handle) == (1, Charge.SPENT, "message-1")


async def test_a_cancel_once_the_clip_is_there_comes_too_late(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [NotNow(60), None]
        reply = await house.say("a cat")
        await house.until(reply, State.DELIVERING)
        answer = await house.say("/cancel")
        await house.until(reply, State.DELIVERED)

        assert answer.text == "It could not be stopped any more: the video will come and be charged."
        assert await house.balance() == (72, 0)


async def test_a_job_that_an_operator_ended_is_left_alone_by_its_carrier(tmp_path):
    for state, fault in ((State.FETCHING, "fetch"), (State.DELIVERING, "deliver"), (State.FAILED, "tell")):
        async with open_house(tmp_path / fault) as house:
            if fault == "fetch":
                house.provider.on_fetch = [TryLater("down")]
            elif fault == "deliver":
                house.platform.on_deliver = [NotNow(600)]
            else:
                house.platform.on_tell = [NotNow(600)]
                house.provider.on_submit = [ZeroDivisionError()]
            reply = await house.say("a cat")
            if fault == "tell":
                while (await house.job(reply)).state is not State.UNSURE:
                    await house.clock.step()
                await house.store.adopt(reply.job, "late")
                house.engine.ensure(reply.job)
                await house.until(reply, State.DELIVERED)
                continue
            await house.until(reply, state)
            ended = State.FAILED if fault == "fetch" else State.UNDELIVERED
            await house.store.settle(reply.job, Change(to=ended, charge=Charge.RELEASED), was=state)
            house.engine.ensure(reply.job)
            await house.until(reply, ended)
            assert await house.balance() == (100, 0)


async def test_a_provider_that_is_gone_leaves_its_clip_unfetched_until_the_deadline(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_fetch = [TryLater("down")]
        reply = await house.say("a cat")
        await house.until(reply, State.FETCHING)
    async with open_house(tmp_path, clock=house.clock, providers=[FakeProvider("other")]) as house:
        await house.until(reply, State.FETCHING)
        house.clock.advance(minutes=61)
        await house.until(reply, State.OVERDUE)


async def test_a_waiting_job_of_a_provider_that_is_gone_moves_on_or_ends_free(tmp_path):
    stuck = FakeProvider(pace=Pace(submits_per_minute=60, at_once=0))
    async with open_house(tmp_path, running=False, providers=[stuck]) as house:
        moved, ended = await house.say("a cat"), await house.say("a dog")
        await house.store.admit({"acme": Pace(60, 10)})
    async with open_house(tmp_path, clock=house.clock, providers=[FakeProvider("other")]) as house:
        await house.until(moved, State.DELIVERED)
        await house.until(ended, State.DELIVERED)
        assert len(house.provider.submits) == 2
    async with open_house(tmp_path / "2", running=False, providers=[stuck]) as house:
        ended = await house.say("a dog")
        await house.store.admit({"acme": Pace(60, 10)})
    async with open_house(tmp_path / "2", clock=house.clock, providers=[FakeProvider("x", model="live")]) as house:
        await house.until(ended, State.FAILED)
        assert await house.balance() == (100, 0)


async def test_a_stop_while_a_fallen_job_waits_puts_it_down(tmp_path):
    class Broken(FakeProvider):
        async def poll(self, ticket):
            self.polls.append(ticket.id)
            raise ZeroDivisionError

    provider = Broken()
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        while not provider.polls:
            await house.clock.step()
        await asyncio.sleep(0.05)

    assert house.engine.carried == 0
    async with open_house(tmp_path, clock=house.clock) as house:
        await house.until(reply, State.DELIVERED)


async def test_a_step_that_never_ends_is_cut_off_after_the_grace(tmp_path):
    asked = asyncio.Event()

    class Stuck(FakeProvider):
        async def poll(self, ticket):
            asked.set()
            await asyncio.Event().wait()

    async with open_house(tmp_path, providers=[Stuck()], grace=0.05) as house:
        await house.say("a cat")
        while not asked.is_set():
            await house.clock.step()

    assert house.engine.carried == 0


async def test_nothing_is_carried_before_the_engine_runs():
    carriers = Carriers(store=None, carry=None, bury=None, bells=Bells(clock=FakeClock()))
    engine = EmbeddedEngine(store=None, carriers=carriers, clock=FakeClock())

    assert not engine.ensure("k3f9q0x2ab")
    assert not carriers.pick_up("k3f9q0x2ab")
    assert engine.carried == 0


async def test_a_waiting_job_that_an_operator_ended_is_left_alone(tmp_path):
    stuck = FakeProvider(pace=Pace(submits_per_minute=60, at_once=0))
    async with open_house(tmp_path, providers=[stuck]) as house:
        reply = await house.say("a cat")
        while not house.platform.shown:
            await house.clock.step()
        change = Change(to=State.FAILED, charge=Charge.RELEASED)
        await house.store.settle(reply.job, change, was=State.QUEUED)
        house.engine.ensure(reply.job)
        await house.until(reply, State.FAILED)

        assert house.platform.told[-1][1].headline.startswith("Something went wrong on our side.")


async def test_a_model_without_camera_moves_lists_none(tmp_path):
    class Plain(FakeProvider):
        @property
        def offers(self):
            return tuple(replace(offer, camera_moves=frozenset()) for offer in super().offers)

    async with open_house(tmp_path, running=False, providers=[Plain()]) as house:
        assert "Camera moves" not in (await house.say("/models")).text


async def test_a_job_that_moved_on_between_look_and_act_is_said_to_be_under_way(tmp_path):
    async with open_house(tmp_path) as house:
        made = await house.say("a cat")
        await house.until(made, State.DELIVERED)

        async def redeliver(job, payer):
            raise Lost(job)

        house.store.redeliver = redeliver
        assert (await house.say(f"/job {made.job}")).text == "That video is still under way."


async def test_a_clip_can_be_deleted_where_its_chat_is_no_longer_run(tmp_path):
    async with open_house(tmp_path) as house:
        made = await house.say("a cat")
        await house.until(made, State.DELIVERED)
        house.intake._desk.platforms.clear()

        assert (await house.say(f"/delete {made.job}")).text == "Deleted."


async def test_overdue_is_cancelled_even_by_a_provider_that_is_gone(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Running(None)]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        house.clock.advance(minutes=61)
        await house.until(reply, State.OVERDUE)
        await house.say("/cancel")
        await house.until(reply, State.CANCELLED)

        other = await house.say("a dog")
        await house.until(other, State.RENDERING)
        house.clock.advance(minutes=61)
        await house.until(other, State.OVERDUE)
        for _ in range(5):
            await house.clock.step()
        await house.store.settle(other.job, Change(to=State.FAILED), was=State.OVERDUE)
        house.engine.ensure(other.job)
        await house.until(other, State.FAILED)
        assert await house.balance() == (100, 0)


async def test_credits_of_an_empty_shelf_name_no_price(tmp_path):
    silent = FakeProvider(formats=())
    async with open_house(tmp_path, running=False, providers=[silent], prices=tariff()) as house:
        assert (await house.say("/credits")).text.startswith("You have 100 credits.")
        assert "Camera moves" in (await house.say("/models")).text


async def test_a_promise_of_time_is_kept_out_of_notes_where_nothing_was_learned(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Running(None)]
    async with open_house(tmp_path, providers=[provider]) as house:
        await house.until(await house.say("a cat"), State.RENDERING)
        house.clock.advance(seconds=30)
        while not any(note.state is State.RENDERING for _, note in house.platform.shown):
            await house.clock.step()

        note = next(note for _, note in house.platform.shown if note.state is State.RENDERING)
        assert (note.headline, note.percent) == ("Being made.", None)
    assert timedelta(0) < house.clock.now() - FakeClock().now()


async def test_a_database_in_trouble_is_waited_for_and_nothing_is_lost(tmp_path):
    fails = {"admit": 1, "nudged": 1, "seize": 5, "move": 5, "told": 2, "learn": 1}
    async with open_house(tmp_path, flaky=fails) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert (job.charge, len(house.provider.submits)) == (Charge.SPENT, 1)
        assert await house.balance() == (72, 0)


@pytest.mark.parametrize("verb", ["welcome", "open_job"])
async def test_a_message_that_cannot_be_written_down_is_said_to_start_nothing(tmp_path, verb):
    async with open_house(tmp_path, flaky={verb: 1}) as house:
        reply = await house.say("a cat", pictures=[b"photo"])
        assert reply.text.startswith("I cannot write anything down at the moment")
        assert (reply.accepted, kept(tmp_path / "images")) == (False, [])

        await house.until(await house.say("a cat"), State.DELIVERED)
