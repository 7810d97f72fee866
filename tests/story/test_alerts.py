"""What the operators are told without asking, once per cause: lost answers, a full disk, books that do not balance."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.core.alerts import Alerts
from bot.core.bulletins import HELD_MOST, Bulletins
from bot.core.model import State, User, UserId
from bot.core.nightly import Nightly, Verified, last_verified
from bot.core.ports import NotNow
from bot.core.store import Change, Drift
from bot.core.texts import Say, Sentence
from bot.core.watchman import Room, Watchman
from providers.errors import Misconfigured, MisconfiguredKind, ProviderError
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform
from tests.fakes.provider import FakeProvider
from tests.story.house import open_house, tariff

OLA = User(UserId("web", "ola"), "Ola")
GB = 1_000_000_000


class Disk:
    def __init__(self, free=500 * GB, total=1000 * GB):
        self.now = Room(free, total)

    async def room(self):
        return self.now


def ruled(folder, **how):
    """A house that Ola runs."""
    return open_house(folder, operators=(OLA.id,), prices=tariff(starting_credits=1000), **how)


@asynccontextmanager
async def running(*works):
    """Work that goes on beside what the block does."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work.run()) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


def watchman_of(house, disk=None):
    return Watchman(
        store=house.store,
        memory=house.store,
        disk=disk or Disk(),
        clock=house.clock,
        bulletins=house.gear.bulletins,
    )


def nightly_of(house, first_in=60.0):
    return Nightly(
        store=house.store, memory=house.store, clock=house.clock, bulletins=house.gear.bulletins, first_in=first_in
    )


def deaf(name="acme"):
    """A provider whose answers are lost."""
    provider = FakeProvider(name)
    provider.on_submit = [ProviderError("gone")]
    return provider


async def told(house):
    """Everything that the operator has read by now."""
    await house.gear.bulletins.tell()
    return [text for _, text in house.platform.written]


# ---------------------------------------------------------------------------------------------- providers to mend


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MisconfiguredKind.KEY, "acme refuses our key."),
        (MisconfiguredKind.BALANCE, "acme says that our balance is used up"),
    ],
)
async def test_a_key_refused_or_a_balance_used_up_is_told_once_over_a_restart_too(tmp_path, kind, words):
    acme, platform = FakeProvider(), FakePlatform()
    acme.on_submit = [Misconfigured(kind, "no")]
    clock = FakeClock()
    for start in range(2):
        async with ruled(tmp_path, providers=[acme], platform=platform, clock=clock) as house:
            for number in range(2):
                reply = await house.say("a cat", key=f"web:{start}-{number}")
                if reply.accepted:
                    await house.until(reply, State.FAILED)
                clock.advance(minutes=11)

    (text,) = [text for _, text in platform.written]
    assert text.startswith(words)
    assert len(acme.submits) == 4


# ---------------------------------------------------------------------------------------------- lost answers


async def test_a_paid_call_whose_answer_was_lost_is_told_with_what_to_do(tmp_path):
    async with ruled(tmp_path, providers=[deaf()]) as house:
        job = await house.until(await house.say("a cat"), State.UNSURE)
        watchman = watchman_of(house)
        await watchman.look()
        await watchman.look()

        (text,) = await told(house)
        assert text == (
            f"The answer of acme to the paid call of video {job.id} was lost, so nobody knows whether it is being "
            "made. Its credits were given back. If you find it at acme, its task id brings it in: reelbot jobs "
            f"settle {job.id} --ticket ID"
        )


async def test_a_provider_that_loses_many_answers_is_told_of_once_an_hour_with_how_many(tmp_path):
    async with ruled(tmp_path, providers=[deaf()]) as house:
        watchman = watchman_of(house)
        for _ in range(3):
            await house.until(await house.say("a cat"), State.UNSURE)
            await watchman.look()
        assert len(await told(house)) == 1
        house.clock.advance(minutes=61)
        await watchman.look()
        await watchman.look()

        _, second = await told(house)
        assert "acme to the paid calls of 2 videos were lost" in second
        assert "reelbot jobs list --state unsure" in second


async def test_what_is_settled_is_not_told_again(tmp_path):
    async with ruled(tmp_path, providers=[deaf()]) as house:
        job = await house.until(await house.say("a cat"), State.UNSURE)
        watchman = watchman_of(house)
        await watchman.look()
        await house.store.settle(job.id, Change(to=State.FAILED), was=State.UNSURE)
        house.clock.advance(hours=2)
        await watchman.look()

        assert len(await told(house)) == 1


async def test_what_has_been_told_is_not_told_again_after_a_restart(tmp_path):
    full = Disk(0, 1000 * GB)
    async with ruled(tmp_path, providers=[deaf()]) as house:
        await house.until(await house.say("a cat"), State.UNSURE)
        watchman = watchman_of(house, full)
        await watchman.look()
        assert len(await told(house)) == 2
        await watchman.look()
        house.clock.advance(hours=2)

        await watchman_of(house, full).look()
        assert len(await told(house)) == 2
        full.now = Disk().now
        await watchman_of(house, full).look()
        full.now = Room(0, GB)
        await watchman_of(house, full).look()
        assert len(await told(house)) == 3


async def test_what_nobody_has_heard_of_yet_is_told_after_a_restart(tmp_path):
    async with ruled(tmp_path, providers=[deaf()]) as house:
        await house.until(await house.say("a cat"), State.UNSURE)
        house.platform.on_write = [NotNow(5)]
        watchman = watchman_of(house)
        for _ in range(2):
            await watchman.look()
            assert await told(house) == []
        house.platform.on_write = [None]
        house.gear.bulletins._held.clear()  # as a kill would

        await watchman_of(house).look()
        assert len(await told(house)) == 1


# ---------------------------------------------------------------------------------------------- the disk


@pytest.mark.parametrize(("free", "total"), [(0.9, 15), (49, 1000)])
async def test_a_nearly_full_disk_is_told_once_until_it_has_room_again(tmp_path, free, total):
    disk = Disk(int(free * GB), total * GB)
    full, fair = disk.now, Room(int(free * GB * 1.1), total * GB)
    async with ruled(tmp_path, running=False) as house:
        watchman = watchman_of(house, disk)
        for disk.now in (full, full, fair, full):
            await watchman.look()
        (text,) = await told(house)
        assert text.startswith(f"The disk is nearly full: {free:.1f} GB are free")
        for disk.now in (Room(900 * GB, 1000 * GB), full):
            await watchman.look()

        assert len(await told(house)) == 2


async def test_a_disk_with_room_is_nothing_to_tell(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        await watchman_of(house, Disk(60 * GB, 1000 * GB)).look()
        await watchman_of(house, Disk(0, 0)).look()
        assert await told(house) == []
        await watchman_of(house, house.files).look()

        assert house.gear.bulletins._held.keys() <= {"disk"}
        assert (await house.files.room()).total > 0


async def test_the_watchman_looks_every_minute_and_survives_what_cannot_be_seen(tmp_path):
    class Gone(Disk):
        looks = 0

        async def room(self):
            self.looks += 1
            if self.looks == 1:
                raise FileNotFoundError
            return Room(0, GB)

    disk = Gone()
    async with ruled(tmp_path, running=False, flaky={"jobs": 1}) as house:
        with capture_logs() as logs:
            async with running(watchman_of(house, disk), house.gear.bulletins):
                while not house.platform.written:
                    await house.clock.step()

        assert [log["event"] for log in logs][:2] == ["could not look around"] * 2
        assert disk.looks == 2


# ---------------------------------------------------------------------------------------------- the books


async def test_the_books_are_checked_soon_and_then_daily_and_the_result_is_kept(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        start = house.clock.now()
        assert await last_verified(house.store) is None
        async with running(nightly_of(house, first_in=600)):
            while await last_verified(house.store) is None:
                await house.clock.step()
            first = await last_verified(house.store)
            while await last_verified(house.store) == first:
                await house.clock.step()
            second = await last_verified(house.store)

        assert (first.drifts, second.drifts) == (0, 0)
        assert first.at - start >= timedelta(minutes=10)
        assert second.at - first.at >= timedelta(days=1)
        assert await told(house) == []


async def test_books_that_do_not_balance_are_told_once_a_day_while_it_lasts(tmp_path, monkeypatch):
    drifts = [Drift("a wallet's balance is the sum of its ledger", "web:ana", "5", "9")] * 12

    async def verify():
        return drifts

    async with ruled(tmp_path, running=False) as house:
        monkeypatch.setattr(house.store._store, "verify", verify)
        nightly = nightly_of(house)
        with capture_logs() as logs:
            assert (await nightly.verify()).drifts == 12

        assert [log["event"] for log in logs] == ["the books do not balance"] * 10
        assert await last_verified(house.store) == Verified(house.clock.now(), 12)
        (text,) = await told(house)
        assert text.startswith(
            "The books do not balance, in 12 places. The first: “a wallet's balance is the sum of its ledger” does "
            "not hold for web:ana, where 5 was expected and 9 was found."
        )
        await nightly.verify()
        assert len(await told(house)) == 2
        drifts.clear()
        await nightly.verify()
        assert len(await told(house)) == 2


async def test_books_that_cannot_be_read_are_tried_again_soon(tmp_path):
    async with ruled(tmp_path, running=False, flaky={"verify": 1}) as house:
        start = house.clock.now()
        with capture_logs() as logs:
            async with running(nightly_of(house)):
                while await last_verified(house.store) is None:
                    await house.clock.step()

        assert logs[0]["event"] == "could not check the books"
        assert (await last_verified(house.store)).at - start >= timedelta(seconds=660)


# ---------------------------------------------------------------------------------------------- telling


async def test_news_waits_until_the_operator_can_be_told():
    clock, platform = FakeClock(), FakePlatform()
    platform.on_write = [NotNow(5), None]
    bulletins = Bulletins(alerts=Alerts(platforms={"web": platform}, operators=(OLA.id,)), clock=clock)
    async with running(bulletins):
        bulletins.post("disk", Sentence(Say.TROUBLE))
        while not platform.written:
            await clock.step()
    await bulletins.tell()

    assert len(platform.written) == 1
    assert clock.now() == FakeClock().now() + timedelta(seconds=30)


async def test_newer_news_of_a_cause_takes_the_place_of_what_nobody_has_read(tmp_path):
    platform = FakePlatform()
    bulletins = Bulletins(alerts=Alerts(platforms={"web": platform}, operators=(OLA.id,)), clock=FakeClock())
    bulletins.post("disk", Sentence(Say.TROUBLE))
    bulletins.post("disk", Sentence(Say.NOTHING_BLOCKED))
    await bulletins.tell()

    assert platform.written == [(OLA.id, "Nothing is blocked.")]


async def test_news_that_comes_while_older_news_of_its_cause_is_told_is_told_too():
    platform = FakePlatform()
    bulletins = Bulletins(alerts=Alerts(platforms={"web": platform}, operators=(OLA.id,)), clock=FakeClock())
    write = platform.write

    async def slow(user, text):
        if not platform.written:
            bulletins.post("disk", Sentence(Say.NOTHING_BLOCKED))
        await write(user, text)

    platform.write = slow
    bulletins.post("disk", Sentence(Say.TROUBLE))
    await bulletins.tell()
    await bulletins.tell()

    assert [text for _, text in platform.written][1] == "Nothing is blocked."


async def test_a_flood_of_news_is_only_logged():
    platform = FakePlatform()
    bulletins = Bulletins(alerts=Alerts(platforms={"web": platform}, operators=(OLA.id,)), clock=FakeClock())
    with capture_logs() as logs:
        for number in range(HELD_MOST + 1):
            bulletins.post(f"report {number}", Sentence(Say.TROUBLE))
    await bulletins.tell()

    assert len(platform.written) == HELD_MOST
    assert [log["event"] for log in logs] == ["too much news"]
