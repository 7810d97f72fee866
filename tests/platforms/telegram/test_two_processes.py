"""A listener and a worker of one installation: each knows what the other has made of a job's message."""

from contextlib import asynccontextmanager

import pytest

from bot.core.model import Reply, State
from bot.platforms.telegram.records import Kind, Leftover, Record, Records
from tests.fakes.inbox import FakeInbox, FakeMemory
from tests.fakes.telegram.faults import server_error
from tests.platforms.telegram.at_work import JOB, FastClock, ScriptedCore, at_work, note, place, until

HALF = note(headline="Being made, 40 %.")


@pytest.fixture
def memory():
    return FakeMemory()


@pytest.fixture
def core():
    return ScriptedCore()


@pytest.fixture
async def listener(telegram, tmp_path, memory, core):
    async with at_work(telegram, tmp_path, memory=memory, core=core, clock=FastClock(speed=400.0)) as listener:
        yield listener


@pytest.fixture
def worker(telegram, tmp_path, memory):
    """Starts a worker."""
    number = iter(range(9))

    @asynccontextmanager
    async def started():
        folder = tmp_path / f"worker{next(number)}"
        folder.mkdir()
        async with at_work(telegram, folder, memory=memory, inbox=FakeInbox(), listening=False) as work:
            yield work

    return started


async def asks_for_it(ana, listener, core, shown):
    """Say `/job`, which shows the job's note or clip again."""
    core.replies["/job"] = Reply("", job=JOB, note=shown)
    ana.send_text("/job")
    await listener.answered()
    await listener.rest()


async def test_a_clip_that_another_process_has_posted_is_not_taken_for_a_note(ana, listener, worker, core):
    where = place(ana.chat, ana)
    async with worker() as first:
        await first.chat.show(where, note())
        await asks_for_it(ana, listener, core, HALF)
    async with worker() as second:
        delivery = second.delivery(asker=ana.id)
        await second.chat.deliver(where, delivery)
        await asks_for_it(ana, listener, core, delivery.note)

    assert len(ana.chat.clips) == 1


async def test_a_note_that_another_process_has_moved_becomes_the_clip_and_stands_nowhere_else(
    ana, listener, worker, core
):
    where = place(ana.chat, ana)
    async with worker() as work:
        await work.chat.show(where, note())
        await asks_for_it(ana, listener, core, HALF)
        work.clock.skip(minutes=10)
        await work.chat.show(where, note(headline="Being made, 60 %."))
        await work.chat.deliver(where, work.delivery(asker=ana.id))

    assert len(ana.chat.clips) == 1
    assert not [post for post in ana.chat.by_bot if "Being made" in post.text and not post.deleted]


async def test_a_clip_that_was_sent_again_by_another_process_is_the_one_that_is_deleted(ana, listener, worker, core):
    where = place(ana.chat, ana)
    async with worker() as work:
        delivery = work.delivery(asker=ana.id)
        await work.chat.deliver(where, delivery)
        await asks_for_it(ana, listener, core, delivery.note)
        work.clock.skip(minutes=10)
        await work.chat.deliver(where, delivery)
        assert len(ana.chat.clips) == 1
        await listener.chat.show(where, note(State.DELIVERED, "This clip was deleted.", ()))

    assert ana.chat.clips == []


async def test_what_a_worker_could_not_remove_is_removed_by_who_listens(telegram, ana, listener, worker, core):
    where = place(ana.chat, ana)
    async with worker() as work:
        await work.chat.deliver(where, work.delivery(asker=ana.id))
        first = ana.chat.clips[0]
        telegram.fail("deleteMessage", server_error(503), server_error(503))
        work.clock.skip(minutes=10)
        await work.chat.deliver(where, work.delivery(asker=ana.id))
        assert not first.deleted
    await until(lambda: first.deleted)


# ------------------------------------------------------------------------------------------ at the same moment


def message(number):
    return Leftover(chat=1, message=number)


def text(number, **more):
    return Record(kind=Kind.TEXT, chat=1, message=number, **more)


@pytest.fixture
async def both(memory):
    """Two processes that know of the same note."""
    one, other = Records(memory=memory), Records(memory=memory)
    await one.keep(JOB, text(1))
    await other.of(JOB)
    return one, other


async def test_a_clip_stays_though_its_note_is_moved_at_the_same_moment(both):
    worker, listener = both
    await worker.keep(JOB, text(1).model_copy(update={"kind": Kind.CLIP}))
    await listener.keep(JOB, text(3, leaving=(message(1),)))

    for record in (await listener.of(JOB), await worker.of(JOB)):
        assert (record.kind, record.here, record.leaving) == (Kind.CLIP, message(1), (message(3),))


async def test_an_ending_stays_though_its_note_is_moved_at_the_same_moment(both):
    worker, listener = both
    await listener.keep(JOB, text(3, leaving=(message(1),)))
    await worker.keep(JOB, text(1, called=(State.FAILED,)))

    record = await listener.of(JOB)
    assert (record.here, record.called, record.leaving) == (message(1), (State.FAILED,), (message(3),))
