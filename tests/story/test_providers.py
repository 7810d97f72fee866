"""Providers that are busy, closed, forgetful or called back late: what becomes of jobs and people."""

import asyncio
import errno
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.core import hearing
from bot.core.model import Charge, ListPrice, Reason, State, UserId
from bot.core.ordering import Addresses
from providers.contract import CAMERA_MOVES, Done, Format, Mode, Queued, Running, Ticket
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    NoSuchTicket,
    NotReady,
    OutcomeUnknown,
    RefusalKind,
    Refused,
    TryLater,
)
from providers.http import Reply
from providers.minimax_v2 import MinimaxV2
from tests.fakes.provider import FakeProvider, FindingProvider
from tests.story.house import ANA, BEN, no_address, open_house, tariff

KEY = Misconfigured(MisconfiguredKind.KEY, "bad key")
PRICIER = (Format(Mode.TEXT, "768P", 6, Decimal("0.30")),)


def two(**first):
    """The same model at two providers, the first one cheaper."""
    return FakeProvider("acme", **first), FakeProvider("zenith", formats=PRICIER)


async def test_a_bad_key_moves_the_job_on_and_the_person_never_hears_of_it(tmp_path):
    acme, zenith = two()
    acme.on_submit = [KEY]
    async with open_house(tmp_path, providers=[acme, zenith], operators=(UserId("web", "ola"),)) as house:
        reply = await house.say("a cat")
        job = await house.until(reply, State.DELIVERED)
        assert job.offer == "zenith/Acme-1"
        assert job.price == 28
        assert (len(acme.submits), len(zenith.submits)) == (1, 1)
        assert [user.id for user, _ in house.platform.written] == ["ola"]
        assert not any("key" in note.headline.lower() for _, note in house.platform.shown)
        assert await house.balance() == (72, 0)


async def test_jobs_that_only_waited_for_a_closed_provider_move_on_unasked(tmp_path):
    acme, zenith = two()
    acme.on_submit = [KEY]
    async with open_house(tmp_path, providers=[acme, zenith]) as house:
        await house.gear.breaker.rest("acme", "busy", wait=timedelta(seconds=30))
        replies = [await house.say("a cat", user=user) for user in (ANA, BEN)]
        assert {(await house.job(reply)).provider for reply in replies} == {"zenith"}


async def test_a_closed_provider_loses_its_whole_queue_to_the_next_one(tmp_path):
    acme, zenith = two()
    async with open_house(tmp_path, providers=[acme, zenith], running=False) as house:
        replies = [await house.say("a cat", user=user) for user in (ANA, BEN)]
        assert {(await house.job(reply)).provider for reply in replies} == {"acme"}
    async with open_house(tmp_path, providers=two(), clock=house.clock) as again:
        await again.gear.breaker.bar("acme", KEY)
        for reply in replies:
            assert (await again.until(reply, State.DELIVERED)).provider == "zenith"


async def test_where_nobody_else_makes_the_model_the_credits_come_back_at_once(tmp_path):
    acme = FakeProvider("acme")
    acme.on_submit = [KEY]
    async with open_house(tmp_path, providers=[acme]) as house:
        await house.until(await house.say("a cat"), State.FAILED)
        assert await house.balance() == (100, 0)
        refused = await house.say("another cat")
        assert refused.job is None
        assert "nothing was charged" in refused.text


async def test_a_job_waits_for_a_provider_that_only_rests_rather_than_to_fail(tmp_path):
    acme, zenith = two()
    acme.on_submit = [KEY]
    async with open_house(tmp_path, providers=[acme, zenith]) as house:
        await house.gear.breaker.rest("zenith", "429", wait=timedelta(seconds=30))
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        assert job.provider == "zenith"


async def test_a_provider_that_was_only_busy_gets_the_job_back_when_the_other_turns_out_closed(tmp_path):
    acme, zenith = two()
    busy = TryLater("429", after=timedelta(seconds=5))
    acme.on_submit, zenith.on_submit = [busy, busy, busy, Ticket("task-1")], [KEY]
    async with open_house(tmp_path, providers=[acme, zenith]) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        assert job.provider == "acme"
        assert (len(acme.submits), len(zenith.submits)) == (4, 1)


async def test_a_model_that_the_plan_does_not_have_closes_no_other(tmp_path):
    acme = FakeProvider("acme")
    acme._offers += (replace(acme.offers[0], model="h3", wire_model="Acme-2"),)
    acme.on_submit = [Misconfigured(MisconfiguredKind.PLAN, "2061"), Ticket("task-1")]
    async with open_house(tmp_path, providers=[acme]) as house:
        await house.until(await house.say("a cat model=h3"), State.FAILED)
        assert "nothing was charged" in (await house.say("a cat model=h3")).text
        await house.until(await house.say("a cat model=hailuo-02"), State.DELIVERED)


async def test_a_key_that_is_refused_while_asking_closes_the_provider_for_new_orders(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [KEY, KEY, KEY, Done("https://cdn.example/clip.mp4")]
    async with open_house(tmp_path, providers=[provider], operators=(UserId("web", "ola"),)) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.DELIVERED)
        assert "acme" in house.gear.breaker.barred()
        assert len(house.platform.written) == 1


async def test_a_provider_that_asks_for_patience_is_not_asked_again_before(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [TryLater("429", after=timedelta(minutes=5)), Done("https://cdn.example/clip.mp4")]
    async with open_house(tmp_path, providers=[provider]) as house:
        before = house.clock.now()
        await house.until(await house.say("a cat"), State.DELIVERED)
        assert house.clock.now() - before >= timedelta(minutes=5)


async def test_a_closed_provider_is_tried_again_after_a_while(tmp_path):
    acme = FakeProvider("acme")
    acme.on_submit = [KEY, Ticket("task-1")]
    async with open_house(tmp_path, providers=[acme]) as house:
        await house.until(await house.say("a cat"), State.FAILED)
        house.clock.advance(minutes=11)
        await house.until(await house.say("a cat"), State.DELIVERED)


async def test_a_busy_provider_still_takes_orders_where_no_other_can(tmp_path):
    acme = FakeProvider("acme")
    acme.on_submit = [TryLater("429", after=timedelta(seconds=7)), Ticket("task-1")]
    async with open_house(tmp_path, providers=[acme]) as house:
        first, second = await house.say("a cat"), await house.say("a dog", user=BEN)
        assert second.job is not None
        await house.until(first, State.DELIVERED)
        await house.until(second, State.DELIVERED)


async def test_a_provider_that_puts_a_job_off_again_and_again_loses_it(tmp_path):
    acme, zenith = two()
    acme.on_submit = [TryLater("no connection")]
    async with open_house(tmp_path, providers=[acme, zenith]) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        assert job.provider == "zenith"
        assert len(acme.submits) == 3


async def test_no_job_goes_in_circles_between_providers_that_are_both_closed(tmp_path):
    acme, zenith = two()
    acme.on_submit, zenith.on_submit = [KEY], [KEY]
    async with open_house(tmp_path, providers=[acme, zenith]) as house:
        await house.until(await house.say("a cat"), State.FAILED)
        assert (len(acme.submits), len(zenith.submits)) == (1, 1)
        assert await house.balance() == (100, 0)


async def test_a_job_with_camera_moves_goes_only_where_they_are_followed(tmp_path):
    acme, zenith = two()
    acme.on_submit = [KEY]
    zenith._offers = tuple(type(o)(o.provider, o.model, o.wire_model, o.formats) for o in zenith.offers)
    assert acme.offers[0].camera_moves == frozenset(CAMERA_MOVES)
    async with open_house(tmp_path, providers=[acme, zenith]) as house:
        await house.until(await house.say("a cat [Zoom in]"), State.FAILED)
        assert zenith.submits == []


async def test_a_refusal_of_the_content_goes_to_nobody_else(tmp_path):
    acme, zenith = two()
    acme.on_submit = [Refused(RefusalKind.CONTENT, "1026")]
    async with open_house(tmp_path, providers=[acme, zenith]) as house:
        await house.until(await house.say("a cat"), State.FAILED)
        assert zenith.submits == []
        assert await house.balance() == (100, 0)


async def test_a_lost_answer_goes_to_nobody_else(tmp_path):
    acme, zenith = two()
    acme.on_submit = [OutcomeUnknown("cut")]
    async with open_house(tmp_path, providers=[acme, zenith]) as house:
        await house.until(await house.say("a cat"), State.UNSURE)
        assert (len(acme.submits), len(zenith.submits)) == (1, 0)
        assert await house.balance() == (100, 0)


# ---------------------------------------------------------------------------------------------- tasks that are gone


async def test_a_task_that_its_provider_denies_for_long_is_given_up(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [NoSuchTicket("404")]
    async with open_house(tmp_path, providers=[provider]) as house:
        await house.until(await house.say("a cat"), State.FAILED)
        assert len(provider.polls) >= 6
        assert await house.balance() == (100, 0)


async def test_a_task_that_is_shown_late_is_waited_for(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [*[NoSuchTicket("404")] * 4, Done("https://cdn.example/clip.mp4")]
    async with open_house(tmp_path, providers=[provider]) as house:
        await house.until(await house.say("a cat"), State.DELIVERED)


async def test_a_late_task_that_its_provider_denies_is_given_up_too(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Queued()]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.OVERDUE, stride=timedelta(seconds=30))
        provider.on_poll = [NoSuchTicket("404")]
        await house.until(reply, State.FAILED, stride=timedelta(minutes=10))
        assert house.clock.now() - (await house.job(reply)).deadline < timedelta(hours=20)


# ---------------------------------------------------------------------------------------------- callbacks


@pytest.fixture
def reachable():
    return Addresses(lambda provider, job: f"https://bot.example/{provider}/{job}", no_address)


async def test_a_callback_that_names_the_task_heals_a_lost_answer_and_the_video_is_free(tmp_path, reachable):
    provider = FakeProvider()
    provider.on_submit = [OutcomeUnknown("cut")]
    async with open_house(tmp_path, providers=[provider], addresses=reachable) as house:
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNSURE)
        assert provider.callback_urls == [f"https://bot.example/acme/{job.id}"]
        await house.ears.hear("acme", job.id, Ticket("found"))
        await house.until(reply, State.DELIVERED)
        assert set(provider.polls) == {"found"}
        assert await house.balance() == (100, 0)


async def test_a_callback_for_a_task_that_the_provider_denies_is_not_believed(tmp_path):
    provider = FakeProvider()
    provider.on_submit = [OutcomeUnknown("cut")]
    provider.on_poll = [NoSuchTicket("404")]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNSURE)
        assert await house.ears.hear("acme", job.id, Ticket("forged"))
        assert (await house.job(reply)).state is State.UNSURE


async def test_a_callback_for_a_task_that_is_shown_late_is_believed_when_it_comes_again(tmp_path):
    provider = FakeProvider()
    provider.on_submit = [OutcomeUnknown("cut")]
    provider.on_poll = [NoSuchTicket("404"), Done("https://cdn.example/clip.mp4")]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNSURE)
        assert [await house.ears.hear("acme", job.id, Ticket("late")) for _ in range(2)] == [True, False]
        await house.until(reply, State.DELIVERED)


async def test_a_callback_is_believed_while_its_provider_gives_no_answer(tmp_path):
    provider = FakeProvider()
    provider.on_submit = [OutcomeUnknown("cut")]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNSURE)
        provider.on_poll = [TryLater("down"), TryLater("down"), Done("https://cdn.example/clip.mp4")]
        await house.ears.hear("acme", job.id, Ticket("found"))
        await house.until(reply, State.DELIVERED)


async def test_a_provider_that_takes_too_long_to_confirm_a_callback_does_not_lose_it(tmp_path, monkeypatch):
    monkeypatch.setattr(hearing, "ASK_WITHIN", 0.01)
    provider = FakeProvider()
    provider.on_submit = [OutcomeUnknown("cut")]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNSURE)
        poll, provider.poll = provider.poll, never
        await house.ears.hear("acme", job.id, Ticket("found"))
        provider.poll = poll
        await house.until(reply, State.DELIVERED)


async def never(_ticket):
    await asyncio.Event().wait()


async def test_a_callback_for_another_jobs_task_is_not_believed(tmp_path):
    provider = FakeProvider()
    async with open_house(tmp_path, providers=[provider]) as house:
        first = await house.until(await house.say("a cat"), State.DELIVERED)
        provider.on_submit = [OutcomeUnknown("cut")]
        reply = await house.say("a dog", user=BEN)
        job = await house.until(reply, State.UNSURE)
        await house.ears.hear("acme", job.id, Ticket(first.ticket))
        assert (await house.job(reply)).state is State.UNSURE


async def test_a_callback_that_overtakes_a_lost_answer_saves_the_job_and_it_is_paid_once(tmp_path):
    provider = FakeProvider()
    called = []

    async def overtaken(order, *, callback_url):
        provider.submits.append(order)
        await called[0]("acme", order.reference, Ticket("overtaken"))
        raise OutcomeUnknown("cut")

    provider.submit = overtaken
    async with open_house(tmp_path, providers=[provider]) as house:
        called.append(house.ears.hear)
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        assert job.ticket == "overtaken"
        assert len(provider.submits) == 1
        assert await house.balance() == (72, 0)


async def test_the_answers_own_ticket_goes_before_what_a_callback_said(tmp_path):
    provider = FakeProvider()
    called = []
    submit = provider.submit

    async def overtaken(order, *, callback_url):
        await called[0]("acme", order.reference, Ticket("forged"))
        return await submit(order, callback_url=callback_url)

    provider.submit = overtaken
    async with open_house(tmp_path, providers=[provider]) as house:
        called.append(house.ears.hear)
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        assert job.ticket == "task-1-1"


async def test_a_callback_makes_the_next_question_immediate(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Running(10.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        job = await house.until(reply, State.RENDERING)
        provider.on_poll = [Done("https://cdn.example/clip.mp4")]
        before = house.clock.now()
        await house.ears.hear("acme", job.id, None)
        # The clock stands still: nothing but the callback can have woken the carrier.
        for _ in range(1_000):
            if (await house.job(reply)).state is State.DELIVERED:
                break
            await asyncio.sleep(0.005)
        assert (await house.job(reply)).state is State.DELIVERED
        assert house.clock.now() == before


async def test_a_callback_that_comes_to_a_process_that_carries_nothing_nudges_the_one_that_does(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("a cat")
        house.clock.advance(seconds=1)
        assert await house.store.nudged(house.clock.now()) == []

        await house.ears.hear("acme", reply.job, None)

        assert await house.store.nudged(house.clock.now()) == [reply.job]


async def test_a_callback_of_a_provider_that_does_not_make_the_job_is_not_believed(tmp_path):
    provider = FakeProvider()
    provider.on_submit = [OutcomeUnknown("cut")]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNSURE)
        await house.ears.hear("zenith", job.id, Ticket("foreign"))
        assert (await house.job(reply)).state is State.UNSURE


async def test_callbacks_about_nothing_and_about_ended_jobs_do_nothing(tmp_path):
    async with open_house(tmp_path) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        await house.ears.hear("acme", job.id, Ticket("task-1-1"))
        await house.ears.hear("acme", "0000000000", Ticket("task-1-1"))
        assert (await house.store.job(job.id)).version == job.version


async def test_a_lost_call_is_looked_for_among_the_tasks_that_belong_to_nobody_else(tmp_path):
    provider = FindingProvider()
    provider.on_submit = [Ticket("task"), OutcomeUnknown("cut")]
    provider.on_find = [Ticket("found")]
    async with open_house(tmp_path, providers=[provider]) as house:
        first = await house.until(await house.say("a cat"), State.RENDERING)
        await house.until(await house.say("a dog", user=BEN), State.DELIVERED)
        (lost,) = provider.losses
        assert lost.others == {first.ticket}
        assert lost.rivals == 0
        assert lost.order.prompt == "a dog"


async def test_a_task_of_another_call_is_never_taken_for_the_lost_one(tmp_path):
    provider = FindingProvider()
    provider.on_submit, provider.on_poll = [Ticket("task"), OutcomeUnknown("cut")], [Running(10.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        first = await house.until(await house.say("a cat"), State.RENDERING)
        # What a wrong clock has put at another time is no neighbour, and looks like nobody's.
        provider.on_find = [Ticket(first.ticket)]
        reply = await house.say("a dog", user=BEN)
        await house.until(reply, State.UNSURE)
        while len(provider.finds) < 3:
            await house.clock.step()

        assert (await house.job(reply)).state is State.UNSURE
        assert (await house.store.job(first.id)).ticket == first.ticket


async def test_a_task_that_another_call_is_just_making_is_never_taken_for_the_lost_one(tmp_path):
    listing, made, answer = asyncio.Event(), asyncio.Event(), asyncio.Event()
    house_clock, tasks = [], []

    class Listing(FakeProvider):
        """One like MiniMax: its list names no order, and takes its time."""

        async def submit(self, order, *, callback_url):
            self.submits.append(order)
            if len(self.submits) == 1:
                raise OutcomeUnknown("cut, and nothing was made")
            shape = {"resolution": order.resolution, "duration": order.seconds, "task_type": "generation"}
            now = int(house_clock[0].now().timestamp())
            tasks.append({"id": "bens", "model": order.wire_model, "created_at": now, **shape})
            made.set()
            await answer.wait()
            return Ticket("bens")

        async def find(self, lost):
            return await MinimaxV2(api=self).find(lost)

        async def ask(self, _path, **_):
            listing.set()
            await made.wait()
            return Reply(200, {"items": tasks, "total": len(tasks)}, "")

    async with open_house(tmp_path, providers=[Listing()]) as house:
        house_clock.append(house.clock)
        anas = await house.say("a cat")
        await asyncio.wait_for(listing.wait(), 10)
        bens = await house.say("a secret", user=BEN)
        unsure = await house.until(anas, State.UNSURE)
        answer.set()
        delivered = await house.until(bens, State.DELIVERED)

        assert (unsure.ticket, delivered.ticket) == (None, "bens")
        assert ((await house.job(anas)).charge, delivered.charge) == (Charge.RELEASED, Charge.SPENT)


# ---------------------------------------------------------------------------------------------- prices


async def test_a_model_of_many_lengths_is_listed_in_one_line(tmp_path):
    shapes = tuple(Format(Mode.TEXT, "768P", seconds, Decimal("0.08") * seconds) for seconds in range(4, 16))
    async with open_house(tmp_path, providers=[FakeProvider(model="h3", formats=shapes)]) as house:
        models = (await house.say("/models")).text
        assert "h3: 768P 4–15 s 32 to 120 credits (from text)" in models  # noqa: RUF001 typography
        assert "4–15 s 768P" in (await house.say("a cat seconds=20")).text  # noqa: RUF001 typography


async def test_the_operators_own_price_counts_from_the_next_wish_on(tmp_path):
    async with open_house(tmp_path, prices=tariff(starting_credits=500)) as house:
        await house.store.set_list_price(ListPrice("acme/Acme-1", "768P", 6, Decimal("0.11")), "test")
        job = await house.job(await house.say("a cat"))
        assert job.price == 11
        assert "11 credits" in (await house.say("/models")).text
        await house.store.drop_list_price("acme/Acme-1", "768P", 6, "test")
        assert (await house.job(await house.say("a dog"))).price == 28


async def test_a_photo_that_cannot_be_read_delays_its_own_job_alone_and_ends_it_with_a_refund_at_its_deadline(tmp_path):
    acme, zenith = two()
    acme.on_submit = [NotReady("a picture of ours cannot be read")]
    async with open_house(tmp_path, providers=[acme, zenith]) as house:
        reply = await house.say("a cat")
        job = await house.until(reply, State.FAILED)
        assert (job.reason, job.provider) == (Reason.BUG, "acme")
        assert job.attempt > 10
        assert job.deadline - job.changed_at < timedelta(minutes=10)
        assert await house.balance() == (100, 0)
        assert not house.gear.breaker.closed()
        assert not zenith.submits


async def test_a_photo_that_cannot_be_looked_at_delays_its_job_before_anything_is_begun(tmp_path, monkeypatch):
    acme = FakeProvider("acme")
    looks = [OSError(errno.ESTALE, "Stale file handle")] * 3 + [TimeoutError()]

    def look(_order):
        if looks:
            raise looks.pop()

    monkeypatch.setattr("bot.core.submitting.missing", look)
    async with open_house(tmp_path, providers=[acme]) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        assert (job.attempt, job.charge, looks) == (1, Charge.SPENT, [])


async def test_a_photo_that_can_be_read_again_is_sent(tmp_path):
    acme = FakeProvider("acme")
    acme.on_submit = [NotReady("a picture of ours cannot be read"), Ticket("task-1")]
    async with open_house(tmp_path, providers=[acme]) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        assert (job.attempt, job.charge) == (2, Charge.SPENT)
