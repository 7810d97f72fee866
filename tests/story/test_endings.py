"""Every ending of a job, as a person lives it: what they are told, what they pay, what they get."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import Charge, Reason, State
from bot.core.ordering import Addresses
from bot.core.ports import NotNow, PlaceGone, TooLarge
from bot.core.store import Change
from providers.contract import Done, Failed, FailReason, Pace, Queued, Running, Ticket
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    OutcomeUnknown,
    RefusalKind,
    Refused,
    TryLater,
    UnexpectedReply,
)
from tests.fakes.provider import CancellingProvider, FakeProvider, FindingProvider
from tests.story.house import ANA, BEN, open_house

PHOTO = b"a photo"
HOUR = timedelta(hours=1)


def last_words(house):
    return house.platform.told[-1][1]


async def test_delivered_the_clip_arrives_where_it_was_asked_and_is_charged_once(tmp_path):
    async with open_house(tmp_path) as house:
        reply = await house.say("/video a cat smiling [Zoom in]", pictures=[PHOTO])
        job = await house.until(reply, State.DELIVERED)

        ((place, delivery),) = house.platform.delivered
        assert place.address == "ana's room"
        assert delivery.path.read_bytes() == b"clip"
        assert delivery.note.headline == "Here is your video."
        assert delivery.note.details[-1] == f"Charged 28 credits · {job.id}"
        assert job.charge is Charge.SPENT
        assert await house.balance() == (72, 0)
        (order,) = house.provider.submits
        assert order.prompt == "a cat smiling [Zoom in]"
        assert order.first_frame.path.read_bytes() == PHOTO
        assert len(house.provider.submits) == 1
        assert await house.books_balance()


async def test_two_photos_are_first_and_last_frame(tmp_path):
    async with open_house(tmp_path) as house:
        reply = await house.say("", pictures=[b"one", b"two"])
        await house.until(reply, State.DELIVERED)

        (order,) = house.provider.submits
        assert (order.first_frame.path.read_bytes(), order.last_frame.path.read_bytes()) == (b"one", b"two")


async def test_progress_is_shown_on_the_way(tmp_path):
    async with open_house(tmp_path) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.DELIVERED)

        shown = [(note.state, note.headline) for _, note in house.platform.shown]
        assert (State.QUEUED, "Waiting for its turn.") in shown
        assert (State.RENDERING, "Being made, 40 %.") in shown
        assert (State.FETCHING, "Finished, bringing it here.") in shown


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Refused(RefusalKind.CONTENT, "sensitive"), Reason.CONTENT),
        (Refused(RefusalKind.INPUT, "bad"), Reason.INPUT),
        (Misconfigured(MisconfiguredKind.BALANCE, "1008"), Reason.NO_PROVIDER),
    ],
)
async def test_failed_before_it_was_made_gives_the_price_back(tmp_path, answer, reason):
    async with open_house(tmp_path) as house:
        house.provider.on_submit = [answer]
        job = await house.until(await house.say("a cat"), State.FAILED)

        assert (job.reason, job.charge) == (reason, Charge.RELEASED)
        assert await house.balance() == (100, 0)
        assert last_words(house).details[-1] == f"Not charged, 28 credits given back · {job.id}"
        assert await house.books_balance()


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (FailReason.CONTENT, Reason.CONTENT),
        (FailReason.INPUT, Reason.INPUT),
        (FailReason.PROVIDER, Reason.PROVIDER),
    ],
)
async def test_failed_while_it_was_made_gives_the_price_back(tmp_path, reason, told):
    async with open_house(tmp_path) as house:
        house.provider.on_poll = [Queued(), Failed(reason, "1027")]
        job = await house.until(await house.say("a cat"), State.FAILED)

        assert (job.reason, job.charge) == (told, Charge.RELEASED)
        assert await house.balance() == (100, 0)


async def test_failed_when_the_provider_sends_something_that_is_no_video(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_fetch = [b"<html>"]
        job = await house.until(await house.say("a cat"), State.FAILED)

        assert (job.reason, await house.balance()) == (Reason.PROVIDER, (100, 0))


async def test_cancelled_before_the_submit_is_free(tmp_path):
    provider = FakeProvider(pace=Pace(submits_per_minute=60, at_once=0))
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        answer = await house.say("/cancel")
        job = await house.until(reply, State.CANCELLED)

        assert (answer.text, answer.in_note) == ("Stopping it, if it can still be stopped.", True)
        assert (job.reason, await house.balance()) == (Reason.BY_PERSON, (100, 0))
        assert provider.submits == []
        assert last_words(house).headline == "Stopped, as you asked."


async def test_cancelled_by_the_provider_is_free(tmp_path):
    provider = CancellingProvider()
    provider.on_poll = [Running(5.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        await house.say("/cancel")
        await house.until(reply, State.CANCELLED)

        assert provider.cancels == ["task-1-1"]
        assert await house.balance() == (100, 0)


@pytest.mark.parametrize("word", [False, TryLater("no route")])
async def test_a_cancel_that_comes_too_late_is_said_and_charged(tmp_path, word):
    provider = CancellingProvider()
    provider.on_poll = [Running(90.0)] * 3 + [Done("https://cdn.example/x")]
    provider.on_cancel = [word]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        await house.say("/cancel")
        await house.until(reply, State.DELIVERED)

        refused = "It could not be stopped any more: the video will come and be charged."
        assert any(refused in note.details for _, note in house.platform.shown)
        assert len(provider.cancels) == 1
        assert await house.balance() == (72, 0)


async def test_unsure_when_the_answer_to_the_paid_call_is_lost(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_submit = [OutcomeUnknown("reset by peer")]
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNSURE)

        assert await house.balance() == (100, 0)
        assert last_words(house).headline.startswith("The video service's answer got lost")
        job = await house.until(reply, State.FAILED, stride=HOUR)
        assert (job.reason, len(house.provider.submits)) == (Reason.NEVER_CAME, 1)
        assert await house.books_balance()


@pytest.mark.parametrize("fault", [UnexpectedReply("no id", raw="{}"), TimeoutError()])
async def test_an_unreadable_or_missing_answer_to_the_paid_call_is_unsure_too(tmp_path, fault):
    async with open_house(tmp_path) as house:
        house.provider.on_submit = [fault]
        job = await house.until(await house.say("a cat"), State.UNSURE)

        assert (job.charge, len(house.provider.submits)) == (Charge.RELEASED, 1)


async def test_unsure_is_healed_by_a_callback_and_the_clip_is_free(tmp_path):
    addresses = Addresses(callback=lambda name, job: f"https://bot.example/{name}/{job}", picture=lambda _: None)
    async with open_house(tmp_path, addresses=addresses) as house:
        house.provider.on_submit = [OutcomeUnknown("timed out")]
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNSURE)
        assert house.provider.callback_urls == [f"https://bot.example/acme/{job.id}"]

        assert await house.store.adopt(job.id, "late-task") is not None
        house.engine.ensure(job.id)
        job = await house.until(reply, State.DELIVERED)

        assert (house.provider.polls[0], job.charge) == ("late-task", Charge.RELEASED)
        assert await house.balance() == (100, 0)
        assert house.platform.delivered[0][1].note.details[-1].startswith("Not charged")


async def test_a_provider_that_can_be_asked_heals_a_lost_answer_at_once(tmp_path):
    provider = FindingProvider()
    provider.on_submit = [OutcomeUnknown("timed out")]
    provider.on_find = [Ticket("found")]
    async with open_house(tmp_path, providers=[provider]) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert (provider.finds, provider.polls[0], len(provider.submits)) == ([job.id], "found", 1)
        assert await house.balance() == (72, 0)


async def test_a_submit_that_verifiably_never_arrived_is_made_again(tmp_path):
    provider = FindingProvider()
    provider.on_submit = [OutcomeUnknown("timed out"), Ticket("second")]
    async with open_house(tmp_path, providers=[provider]) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert (len(provider.submits), job.attempt) == (2, 2)
        assert await house.balance() == (72, 0)


async def test_unsure_asks_by_itself_later_where_it_could_not_ask_at_once(tmp_path):
    provider = FindingProvider()
    provider.on_submit = [OutcomeUnknown("timed out")]
    provider.on_find = [TryLater("down"), TryLater("down"), Ticket("found")]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.UNSURE)
        await house.until(reply, State.DELIVERED)

        assert await house.balance() == (100, 0)


async def test_unsure_and_overdue_end_when_the_person_no_longer_wants_it(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_submit = [OutcomeUnknown("timed out")]
        reply = await house.say("a cat")
        await house.until(reply, State.UNSURE)
        await house.say("/cancel")

        job = await house.until(reply, State.CANCELLED)
        assert (job.charge, await house.balance()) == (Charge.RELEASED, (100, 0))


async def test_overdue_gives_the_price_back_and_a_late_clip_is_free(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_poll = [Running(None)]
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        house.clock.advance(minutes=61)
        await house.until(reply, State.OVERDUE)
        assert await house.balance() == (100, 0)
        assert last_words(house).headline.startswith("This takes far too long.")

        house.provider.on_poll = [Done("https://cdn.example/late.mp4")]
        job = await house.until(reply, State.DELIVERED)
        assert (job.charge, await house.balance()) == (Charge.RELEASED, (100, 0))
        assert await house.books_balance()


@pytest.mark.parametrize("ending", ["never", "failed", "cancelled"])
async def test_overdue_ends_some_day(tmp_path, ending):
    provider = CancellingProvider()
    provider.on_poll = [Running(None)]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        house.clock.advance(minutes=61)
        await house.until(reply, State.OVERDUE)
        match ending:
            case "never":
                pass
            case "failed":
                provider.on_poll = [Failed(FailReason.PROVIDER)]
            case "cancelled":
                provider.on_cancel = [False]
                await house.say("/cancel")

        state = State.CANCELLED if ending == "cancelled" else State.FAILED
        job = await house.until(reply, state, stride=timedelta(minutes=10))
        assert (job.charge, await house.balance()) == (Charge.RELEASED, (100, 0))


async def test_no_answer_of_a_provider_ends_a_job_before_its_deadline(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_poll = [TryLater("502"), UnexpectedReply("html"), TimeoutError(), Done("https://x.example/")]
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert (job.charge, len(house.provider.submits)) == (Charge.SPENT, 1)


async def test_undelivered_when_the_place_is_gone_and_the_clip_is_kept(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [PlaceGone("deleted")]
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNDELIVERED)

        assert (job.reason, await house.balance()) == (Reason.PLACE_GONE, (100, 0))
        assert house.files.clip(job.clip.file).read_bytes() == b"clip"
        assert last_words(house).buttons[0].label == "Send it again"


async def test_fetching_an_undelivered_clip_later_costs_its_price_again(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [PlaceGone("blocked"), None]
        reply = await house.say("a cat")
        job = await house.until(reply, State.UNDELIVERED)
        answer = await house.say(f"/job {job.id}")
        job = await house.until(reply, State.DELIVERED)

        assert answer.text == "Sending the clip again."
        assert (await house.balance(), len(house.provider.submits)) == ((72, 0), 1)
        assert await house.books_balance()


async def test_redelivery_of_a_delivered_clip_is_free(tmp_path):
    async with open_house(tmp_path) as house:
        reply = await house.say("a cat")
        job = await house.until(reply, State.DELIVERED)
        await house.say(f"/job {job.id}")
        while len(house.platform.delivered) < 2:
            await house.clock.step()
        await house.until(reply, State.DELIVERED)

        assert (await house.balance(), len(house.provider.submits)) == ((72, 0), 1)
        assert not house.platform.delivered[1][1].repeat


async def test_a_clip_that_was_removed_from_disk_is_said_to_be_gone(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [NotNow(30), None]
        reply = await house.say("a cat")
        await house.until(reply, State.DELIVERING)
        job = await house.job(reply)
        house.files.clip(job.clip.file).unlink()
        house.platform.on_deliver = [FileNotFoundError()]
        job = await house.until(reply, State.UNDELIVERED)

        assert (job.reason, await house.balance()) == (Reason.CLIP_GONE, (100, 0))


async def test_a_clip_is_fitted_to_what_the_place_takes(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.room = 3
        await house.until(await house.say("a cat"), State.DELIVERED)

        assert house.platform.delivered[0][1].clip.size == 4


async def test_a_refusal_for_size_is_answered_with_a_smaller_clip_and_ends_when_nothing_is_small_enough(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [TooLarge(3), None]
        await house.until(await house.say("a cat"), State.DELIVERED)

        house.platform.on_deliver = [TooLarge(3), TooLarge(3)]
        job = await house.until(await house.say("a dog"), State.UNDELIVERED)
        assert (job.reason, await house.balance()) == (Reason.TOO_LARGE, (72, 0))


async def test_a_place_that_takes_no_clip_of_any_size_is_undelivered(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.room = 1
        job = await house.until(await house.say("a cat"), State.UNDELIVERED)

        assert job.reason is Reason.TOO_LARGE


async def test_a_chat_that_is_down_is_tried_again_until_it_takes_the_clip(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [NotNow(3), TimeoutError(), OSError("reset"), None]
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert job.posts == 4
        assert await house.balance() == (72, 0)


async def test_a_chat_that_stays_down_for_a_day_leaves_the_clip_undelivered(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [NotNow(3600)]
        reply = await house.say("a cat")
        await house.until(reply, State.DELIVERING)
        job = await house.until(reply, State.UNDELIVERED, stride=HOUR)

        assert await house.balance() == (100, 0)
        assert job.clip is not None


async def test_a_delivery_that_was_ended_elsewhere_while_its_chat_was_down_is_let_go(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [NotNow(600)]
        reply = await house.say("a cat")
        while not (await house.job(reply)).posts:
            house.clock.advance(seconds=1)
            await asyncio.sleep(0.01)
        ended = Change(to=State.UNDELIVERED, charge=Charge.RELEASED, reason=Reason.PLACE_GONE)
        await house.store.settle(reply.job, ended, was=State.DELIVERING)
        house.engine.ensure(reply.job)
        job = await house.until(reply, State.UNDELIVERED)

        assert (job.posts, await house.balance()) == (1, (100, 0))
        assert house.platform.delivered == []


async def test_asking_first_above_the_limit_and_yes_makes_it(tmp_path):
    async with open_house(tmp_path) as house:
        await house.give(ANA, 100)
        reply = await house.say("a cat 1080p")
        await house.until(reply, State.ASKING)
        assert last_words(house).headline == "This video costs 150 credits. Shall I make it?"
        assert await house.balance() == (200, 0)

        await house.say(f"/yes {reply.job}")
        await house.until(reply, State.DELIVERED)
        assert await house.balance() == (50, 0)
        assert (await house.say(f"/yes {reply.job}")).text == "That question has been answered already."


@pytest.mark.parametrize("answer", ["no", "cancel", "silence"])
async def test_asking_first_ends_unpaid_without_a_yes(tmp_path, answer):
    async with open_house(tmp_path) as house:
        reply = await house.say("a cat 1080p")
        await house.until(reply, State.ASKING)
        reasons = {"no": Reason.DECLINED, "cancel": Reason.BY_PERSON, "silence": Reason.NO_ANSWER}
        if answer == "silence":
            house.clock.advance(minutes=16)
        else:
            await house.say(f"/{answer} {reply.job}")
        job = await house.until(reply, State.CANCELLED)

        assert (job.reason, job.charge) == (reasons[answer], Charge.NONE)
        assert last_words(house).details[-1] == f"Not charged · {job.id}"


async def test_yes_without_enough_credits_goes_on_asking(tmp_path):
    async with open_house(tmp_path) as house:
        reply = await house.say("a cat 1080p")
        await house.until(reply, State.ASKING)
        answer = await house.say(f"/yes {reply.job}")

        assert answer.text.startswith("That costs 150 credits and you have 100 credits. Nothing was charged.")
        assert (await house.job(reply)).state is State.ASKING


async def test_a_job_whose_turn_never_comes_ends_free(tmp_path):
    provider = FakeProvider(pace=Pace(submits_per_minute=60, at_once=0))
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.QUEUED)
        house.clock.advance(minutes=61)
        job = await house.until(reply, State.FAILED)

        assert (job.reason, await house.balance()) == (Reason.WAITED_TOO_LONG, (100, 0))


async def test_the_queue_says_the_position_and_lets_as_many_through_as_the_provider_takes(tmp_path):
    provider = FakeProvider(pace=Pace(submits_per_minute=60, at_once=1))
    provider.on_poll = [Running(None)]
    async with open_house(tmp_path, providers=[provider]) as house:
        first = await house.say("a cat")
        await house.until(first, State.RENDERING)
        second = await house.say("a dog", user=BEN)
        while "Number 1 in the queue." not in [note.headline for _, note in house.platform.shown]:
            await house.clock.step()
        assert len(provider.submits) == 1

        provider.on_poll = [Done("https://x.example/")]
        await house.until(second, State.DELIVERED)
        assert len(provider.submits) == 2


async def test_not_now_from_the_provider_keeps_the_place_in_the_queue(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_submit = [TryLater("429", after=timedelta(seconds=90)), TryLater("429"), Ticket("ok")]
        before = house.clock.now()
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert (job.attempt, await house.balance()) == (3, (72, 0))
        assert house.clock.now() - before > timedelta(seconds=90)


async def test_an_operators_problem_moves_the_job_on_to_the_next_offer_of_the_same_model(tmp_path):
    broken, sound = FakeProvider("broken"), FakeProvider("sound")
    broken.on_submit = [Misconfigured(MisconfiguredKind.KEY, "1004")]
    async with open_house(tmp_path, providers=[broken, sound]) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert (job.offer, len(broken.submits), len(sound.submits)) == ("sound/Acme-1", 1, 1)
        assert await house.balance() == (72, 0)
        await house.until(await house.say("a dog"), State.DELIVERED)
        assert len(broken.submits) == 1


async def test_a_provider_that_was_removed_hands_waiting_jobs_on_and_keeps_rendering_ones_until_the_deadline(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Running(None)]
    async with open_house(tmp_path, providers=[provider]) as house:
        rendering = await house.say("a cat")
        await house.until(rendering, State.RENDERING)
    other = FakeProvider("other")
    async with open_house(tmp_path, clock=house.clock, providers=[other]) as house:
        house.clock.advance(minutes=61)
        await house.until(rendering, State.OVERDUE)


async def test_a_chat_that_cannot_be_told_does_not_hold_the_job_up_for_ever(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_submit = [Refused(RefusalKind.INPUT, "bad")]
        house.platform.on_tell = [NotNow(1), TimeoutError(), PlaceGone("left")]
        job = await house.until(await house.say("a cat"), State.FAILED)
        assert not job.alive

        house.platform.on_tell = [TimeoutError()]
        reply = await house.say("a dog")
        while (await house.job(reply)).state is not State.FAILED:
            await house.clock.step()
        assert not (await house.until(reply, State.FAILED, stride=timedelta(minutes=5))).alive


async def test_progress_that_cannot_be_shown_is_never_worth_a_failure(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_show = [NotNow(1)]
        await house.until(await house.say("a cat"), State.DELIVERED)


async def test_the_notes_handle_is_remembered_for_the_next_edit(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.handle = "message-7"
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert job.handle == "message-7"
        assert house.platform.delivered[0][1].note.handle == "message-7"


async def test_a_link_that_expired_is_refreshed_by_asking_again(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_fetch = [TryLater("403"), b"clip"]
        polls = [Done("https://old.example/"), Done("https://new.example/")]
        house.provider.on_poll = list(polls)
        await house.until(await house.say("a cat"), State.DELIVERED)

        assert len(house.provider.polls) == 2


async def test_a_clip_that_cannot_be_fetched_becomes_overdue_and_then_never_came(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_fetch = [TryLater("cdn down")]
        reply = await house.say("a cat")
        await house.until(reply, State.FETCHING)
        house.clock.advance(minutes=61)
        await house.until(reply, State.OVERDUE)
        assert await house.balance() == (100, 0)
        await house.until(reply, State.FETCHING)
        job = await house.until(reply, State.FAILED, stride=HOUR)
        assert job.reason is Reason.NEVER_CAME


async def test_a_clip_that_is_brought_home_after_its_deadline_is_free(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_fetch = [TryLater("cdn down")]
        reply = await house.say("a cat")
        await house.until(reply, State.FETCHING)
    house.clock.advance(minutes=61)
    async with open_house(tmp_path, clock=house.clock) as house:
        job = await house.until(reply, State.DELIVERED)
        assert (job.charge, await house.balance()) == (Charge.RELEASED, (100, 0))
        assert "Not charged" in "\n".join(house.platform.delivered[0][1].note.details)
        assert await house.books_balance()


async def test_a_platform_that_is_no_longer_run_leaves_the_clip_undelivered(tmp_path):
    async with open_house(tmp_path) as house:
        job = replace(await house.job(await house.say("a cat")), state=State.DELIVERING)
        assert job.place.platform == "web"
        house.life._steps[State.DELIVERING].__self__._platforms = {}
        house.life._teller._platforms = {}
        reply = await house.say("a dog")
        ended = await house.until(reply, State.UNDELIVERED, stride=timedelta(minutes=5))
        assert ended.reason is Reason.PLACE_GONE
        assert house.clock.now() - ended.created_at > timedelta(days=1)
