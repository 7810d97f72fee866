"""Faults that were found by thinking about the worst moment; each story must never happen again."""

import asyncio
import math
import os
from datetime import timedelta

import pytest

from bot.core import fetching
from bot.core.housekeeping import Housekeeper
from bot.core.model import Charge, FileName, Reason, State
from bot.core.ports import BadClip, NotNow, PlaceGone
from bot.core.store import Change
from providers.contract import Done, Pace, Running, Ticket
from providers.errors import Misconfigured, MisconfiguredKind, TryLater
from tests.fakes.provider import FakeProvider, FindingProvider
from tests.story.house import ANA, open_house
from tests.story.test_intake import kept

STUCK = Pace(submits_per_minute=60, at_once=0)


# ---------------------------------------------------------------------------------------------- a database in trouble


async def test_a_ticket_is_not_lost_when_the_database_fails_right_after_the_paid_call(tmp_path):
    async with open_house(tmp_path, flaky={}) as house:
        house.provider.before_answer = lambda: house.store._fails.update(move=3)
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert (job.charge, len(house.provider.submits)) == (Charge.SPENT, 1)


async def test_a_clip_is_not_posted_twice_when_the_database_fails_right_after_the_post(tmp_path):
    async with open_house(tmp_path, flaky={}) as house:
        house.platform.handle = "message-1"
        posted = house.platform.deliver

        async def deliver(place, delivery):
            house.store._fails.update(told=2, move=2)
            return await posted(place, delivery)

        house.platform.deliver = deliver
        await house.until(await house.say("a cat"), State.DELIVERED)

        assert len(house.platform.delivered) == 1


async def test_a_verified_refusal_is_not_forgotten_when_the_database_fails_right_after_it(tmp_path):
    broke, other = FakeProvider("acme"), FakeProvider("zenith")
    broke.on_submit = [Misconfigured(MisconfiguredKind.BALANCE, "no money there")]
    async with open_house(tmp_path, flaky={}, providers=[broke, other]) as house:
        broke.before_answer = lambda: house.store._fails.update(list_prices=2)
        job = await house.until(await house.say("a cat"), State.DELIVERED)

        assert (job.provider, job.charge, len(other.submits)) == ("zenith", Charge.SPENT, 1)


async def test_word_left_while_the_database_fails_after_the_paid_call_loses_no_ticket(tmp_path):
    async with open_house(tmp_path, flaky={}) as house:

        def worst_moment():
            house.store._fails.update(move=1, job=1)
            cancelling.append(asyncio.ensure_future(house.store._store.ask_cancel(house.provider.submits[0].reference)))  # noqa: TID251 awaited below

        cancelling = []
        house.job = lambda reply: house.store._store.job(reply.job)
        house.provider.before_answer = worst_moment
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        await cancelling[0]

        assert (job.ticket, job.charge) == ("task-1-1", Charge.SPENT)


# ---------------------------------------------------------------------------------------------- a long time away


async def test_a_clip_that_waited_two_days_for_the_bot_to_come_back_is_still_posted(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [NotNow(600)]
        reply = await house.say("a cat")
        await house.until(reply, State.DELIVERING)
    house.clock.advance(days=2)
    async with open_house(tmp_path, clock=house.clock) as house:
        house.platform.on_deliver = [NotNow(30), None]
        await house.until(reply, State.DELIVERED)

        assert await house.balance() == (72, 0)


async def test_a_provider_is_asked_again_even_after_two_days_away(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Running(10.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
    house.clock.advance(days=2)
    async with open_house(tmp_path, clock=house.clock) as house:
        house.provider.on_poll = [TryLater("just waking up"), Done("https://cdn.example/clip.mp4")]
        house.provider.on_fetch = [TryLater("just waking up"), b"clip"]
        job = await house.until(reply, State.DELIVERED)

        assert job.charge is Charge.RELEASED


async def test_a_lost_answer_is_looked_for_even_after_two_days_away(tmp_path):
    provider = FindingProvider()
    provider.on_find = [TryLater("down")]
    provider.on_submit = [TimeoutError()]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.UNSURE)
    house.clock.advance(days=2)
    provider = FindingProvider()
    provider.on_find = [Ticket("found")]
    async with open_house(tmp_path, clock=house.clock, providers=[provider]) as house:
        await house.until(reply, State.DELIVERED)

        assert provider.submits == []


# ---------------------------------------------------------------------------------------------- nobody is left waiting


async def test_a_job_that_waits_for_a_provider_that_was_removed_moves_on_at_once(tmp_path):
    async with open_house(tmp_path, running=False, providers=[FakeProvider(pace=STUCK)]) as house:
        reply = await house.say("a cat")
    async with open_house(tmp_path, clock=house.clock, providers=[FakeProvider("other")]) as house:
        job = await house.until(reply, State.DELIVERED, most=timedelta(minutes=10))

        assert job.provider == "other"


@pytest.mark.parametrize("after", [timedelta.max, timedelta(days=400)])
async def test_a_provider_that_asks_for_ages_is_asked_again_before_the_deadline(tmp_path, after):
    async with open_house(tmp_path) as house:
        house.provider.on_submit = [TryLater("come back some day", after=after), Ticket("task")]
        await house.until(await house.say("a cat"), State.DELIVERED, most=timedelta(hours=1))


async def test_a_chat_that_asks_for_ages_does_not_keep_a_late_clip_from_being_fetched(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_poll = [Running(10.0)]
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        house.platform.on_tell = [NotNow(10**7), None]
        house.provider.on_poll = [Running(10.0), Done("https://cdn.example/clip.mp4")]
        house.clock.advance(minutes=61)
        await house.until(reply, State.DELIVERED, most=timedelta(hours=4), stride=timedelta(minutes=5))


async def test_a_chat_that_asks_for_ages_leaves_the_clip_undelivered_after_a_day(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [NotNow(10**7)]
        reply = await house.say("a cat")
        await house.until(reply, State.DELIVERING)
        await house.until(reply, State.UNDELIVERED, most=timedelta(days=2), stride=timedelta(hours=1))


async def test_a_clock_that_is_set_back_does_not_stop_the_queue(tmp_path):
    paces = {"acme": Pace(submits_per_minute=1, at_once=10)}
    async with open_house(tmp_path, running=False) as house:
        first = await house.say("a cat")
        house.clock.advance(seconds=1)
        second = await house.say("a dog")
        assert await house.store.admit(paces) == [first.job]
        await house.store.move(await house.store.seize(first.job), Change(State.SUBMITTING, begins_attempt=True))
        assert await house.store.admit(paces) == []
        house.clock._now -= timedelta(hours=1)

        assert await house.store.admit(paces) == [second.job]


# ---------------------------------------------------------------------------------------------- what providers say


@pytest.mark.parametrize("percent", [math.nan, math.inf, -math.inf, 250.0, -3.0])
async def test_a_percentage_that_means_nothing_costs_nobody_a_clip(tmp_path, percent):
    async with open_house(tmp_path) as house:
        house.provider.on_poll = [*[Running(percent)] * 5, Done("https://cdn.example/clip.mp4")]
        await house.until(await house.say("a cat"), State.DELIVERED)

        assert all(note.percent is None or 0 <= note.percent <= 100 for _, note in house.platform.shown)


async def test_a_broken_connection_while_asking_is_no_bug(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_poll = [*[OSError(24, "Too many open files")] * 5, Done("https://cdn.example/clip.mp4")]
        await house.until(await house.say("a cat"), State.DELIVERED)


# ---------------------------------------------------------------------------------------------- pictures and clips


async def test_a_lost_picture_is_found_missing_before_the_paid_call_and_refunded(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("a cat", pictures=[b"photo"])
    for picture in (tmp_path / "images").iterdir():
        picture.unlink()
    async with open_house(tmp_path, clock=house.clock) as house:
        job = await house.until(reply, State.FAILED)

        assert (job.reason, job.attempt, house.provider.submits) == (Reason.BUG, 0, [])
        assert await house.balance() == (100, 0)


async def test_the_same_again_twice_never_deletes_the_picture_of_another_video(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        await house.say("a cat", pictures=[b"one"])
        again = await house.say("/again", key="web:again")
        house.clock.advance(seconds=1)
        other = await house.job(await house.say("a dog", pictures=[b"two"]))
        repeated = await house.say("/again", key="web:again")

        assert repeated.job == again.job
        assert house.files.picture(other.request.first_frame).exists()


async def test_a_message_cut_off_while_its_job_is_written_down_keeps_the_picture(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        written = asyncio.Event()
        whole = house.store._store.open_job

        async def open_job(draft):
            await whole(draft)
            written.set()
            await asyncio.Event().wait()

        house.store._store.open_job = open_job
        asking = asyncio.ensure_future(house.say("a cat", pictures=[b"photo"]))  # noqa: TID251 cancelled below
        await written.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

        (job,) = await house.store.jobs(state=None, most=10)
        assert house.files.picture(job.request.first_frame).exists()


async def test_a_full_disk_is_said_in_one_sentence_and_starts_nothing(tmp_path):
    async with open_house(tmp_path, running=False) as house:

        async def keep_picture(source, name):
            raise OSError(28, "No space left on device")

        house.files.keep_picture = keep_picture
        reply = await house.say("a cat", pictures=[b"photo"])

        assert reply.text.startswith("I cannot write anything down at the moment")
        assert await house.store.jobs(state=None, most=10) == []


async def test_a_clip_that_was_kept_just_before_a_crash_is_not_lost_with_its_link(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("a cat")
        job = await house.store.seize(reply.job)
        for change in (
            Change(State.SUBMITTING, begins_attempt=True),
            Change(State.RENDERING, ticket="task-1"),
            Change(State.FETCHING, result_url="https://cdn.example/clip.mp4"),
        ):
            job = await house.store.move(job, change)
        for name, content in ((f"{job.id}.jpg", b"thumbnail"), (f"{job.id}.mp4", b"clip")):
            (tmp_path / "made").write_bytes(content)
            await house.files.keep_clip(tmp_path / "made", FileName(name))
    async with open_house(tmp_path, clock=house.clock) as house:
        house.provider.on_fetch = [TryLater("the link has expired")]
        await house.until(reply, State.DELIVERED)

        ((_, delivery),) = house.platform.delivered
        assert (delivery.path.read_bytes(), delivery.clip.thumbnail) == (b"clip", f"{reply.job}.jpg")


async def test_a_kept_clip_that_is_damaged_is_fetched_again(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("a cat")
        (tmp_path / "made").write_bytes(b"damaged")
        await house.files.keep_clip(tmp_path / "made", FileName(f"{reply.job}.mp4"))
    async with open_house(tmp_path, clock=house.clock) as house:

        async def probe(path):
            raise BadClip("cut short")

        house.media.probe = probe
        await house.until(reply, State.DELIVERED)

        assert house.platform.delivered[0][1].path.read_bytes() == b"clip"


async def test_a_clip_without_end_is_not_downloaded_again_and_again_for_a_day(tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_CLIP_BYTES", 3)
    provider, fetches = FakeProvider(), []
    fetch = provider.fetch
    provider.fetch = lambda done: fetches.append(done) or fetch(done)
    async with open_house(tmp_path, providers=[provider]) as house:
        job = await house.until(await house.say("a cat"), State.FAILED, most=timedelta(hours=1))
        assert (job.reason, len(fetches)) == (Reason.PROVIDER, fetching.BAD_CLIPS_MOST)
        assert await house.balance() == (100, 0)


async def test_a_file_missing_elsewhere_does_not_make_the_clip_count_as_gone(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [FileNotFoundError("a certificate"), None]
        await house.until(await house.say("a cat"), State.DELIVERED)


async def test_files_that_no_job_knows_are_deleted_when_their_days_are_over(tmp_path):
    async with open_house(tmp_path) as house:
        job = await house.until(await house.say("a cat", pictures=[b"photo"]), State.DELIVERED)
        keeper = Housekeeper(store=house.store, files=house.files, clock=house.clock, keep_days=7)
        names = [("images", "orphan0001.jpg"), ("clips", "orphan0001.mp4"), ("images", "orphan0002.jpg")]
        for number, (folder, name) in enumerate(names):
            path = tmp_path / folder / name
            path.write_bytes(b"left behind by a crash")
            stamp = (house.clock.now() - timedelta(days=8 if number < 2 else 0)).timestamp()
            os.utime(path, (stamp, stamp))
        known = tmp_path / "clips" / job.clip.file
        os.utime(known, (0, 0))
        await keeper.tidy()

        assert [(tmp_path / folder / name).exists() for folder, name in names] == [False, False, True]
        assert known.exists()


async def test_a_crash_while_forgetting_leaves_no_file_behind_for_ever(tmp_path):
    async with open_house(tmp_path) as house:
        job = await house.until(await house.say("a cat", pictures=[b"photo"]), State.DELIVERED)
        await house.store.forget(ANA.id)
        keeper = Housekeeper(store=house.store, files=house.files, clock=house.clock, keep_days=7)
        house.clock.advance(days=8)
        await keeper.tidy()

        assert (kept(tmp_path / "images"), house.files.clip(job.clip.file).exists()) == ([], False)


@pytest.mark.parametrize("trouble", [PlaceGone("kicked"), NotNow(5), TimeoutError(), OSError("down")])
async def test_a_clip_is_deleted_even_if_its_chat_cannot_be_told(tmp_path, trouble):
    async with open_house(tmp_path) as house:
        made = await house.say("a cat")
        job = await house.until(made, State.DELIVERED)
        house.platform.on_show = [trouble]

        assert (await house.say(f"/delete {made.job}")).text == "Deleted."
        assert not house.files.clip(job.clip.file).exists()
