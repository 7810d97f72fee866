"""What has to go from a chat goes: later, if Telegram has no time for it now, and after a restart too."""

import asyncio
from contextlib import suppress

import pytest

from bot.core.model import JobId, Reply, State
from bot.core.ports import NotNow
from bot.platforms.telegram.pace import PRIVATE
from tests.fakes.inbox import FakeMemory
from tests.fakes.telegram.faults import bad_request, cut, flood, late, server_error
from tests.platforms.telegram.at_work import AFTER, JOB, FastClock, ScriptedCore, at_work, note, place, until

DELETED = note(State.DELIVERED, "Deleted.", ())
LIST = "telegram", "removals"


@pytest.fixture
async def work(telegram, tmp_path):
    async with at_work(telegram, tmp_path, clock=FastClock(speed=400.0)) as working:
        yield working


@pytest.fixture
async def delivered(ana, work):
    """Where a clip has been delivered."""
    where = place(ana.chat, ana)
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    return where


async def forgotten(memory):
    """Wait until nothing is left to be removed, and nothing is remembered of it."""
    await until(lambda: LIST not in memory.values)


# ------------------------------------------------------------------------------------------ Delete


@pytest.mark.parametrize("trouble", [flood(20), server_error(503), cut(done=False), cut(done=True)])
async def test_a_clip_that_cannot_be_deleted_at_this_moment_is_deleted_later(telegram, ana, work, delivered, trouble):
    telegram.fail("deleteMessage", trouble, trouble)
    await work.chat.show(delivered, DELETED)
    await until(lambda: ana.seen() == [])
    await forgotten(work.memory)


async def test_while_telegram_is_away_a_deleted_clip_is_not_forgotten(telegram, ana, work, delivered):
    for method in ("deleteMessage", "editMessageMedia"):
        telegram.fail(method, *[server_error(503)] * 5)
    await work.chat.show(delivered, DELETED)
    await until(lambda: ana.seen() == [])


async def test_a_clip_deleted_while_our_own_budget_is_spent_goes_when_there_is_room(telegram, ana, work, delivered):
    others = [JobId(f"job{number:07}") for number in range(PRIVATE.most - len(telegram.called("sendMessage")))]
    for other in others:
        with suppress(NotNow):
            await work.chat.tell(delivered, note(State.CANCELLED, "Another.", (), job=other))
    await work.chat.show(delivered, DELETED)
    await until(lambda: ana.chat.clips == [])


async def test_a_clip_too_old_to_be_deleted_becomes_a_picture_even_if_that_takes_two_tries(
    telegram, ana, work, delivered
):
    telegram.fail("deleteMessage", *[bad_request("message can't be deleted for everyone")] * 3)
    telegram.fail("editMessageMedia", server_error(503))
    await work.chat.show(delivered, DELETED)
    await until(lambda: ana.chat.clips == [])
    assert [(post.text, post.media.kind) for post in ana.seen() if post.media] == [("Deleted.", "photo")]
    await forgotten(work.memory)


async def test_what_telegram_declines_for_good_is_asked_for_once(telegram, ana, work, delivered):
    ana.block_bot()
    await work.chat.show(delivered, DELETED)
    await forgotten(work.memory)
    assert len(telegram.called("deleteMessage")) == 2, "the clip and its call"


async def test_a_clip_that_had_to_stay_goes_after_a_restart(telegram, ana, tmp_path):
    memory, where = FakeMemory(), place(ana.chat, ana)
    async with at_work(telegram, tmp_path, memory=memory, listening=False) as work:
        await work.chat.deliver(where, work.delivery(asker=ana.id))
        telegram.fail("deleteMessage", flood(20))
        await work.chat.show(where, DELETED)
        assert len(ana.chat.clips) == 1
    memory.troubles = 1
    async with at_work(telegram, tmp_path, memory=memory, clock=FastClock(speed=400.0)):
        await until(lambda: ana.seen() == [])
        await forgotten(memory)


async def test_a_second_press_of_delete_removes_what_the_first_could_not(telegram, ana, tmp_path):
    async with at_work(telegram, tmp_path, listening=False) as work:
        where = place(ana.chat, ana)
        await work.chat.deliver(where, work.delivery(asker=ana.id))
        telegram.fail("deleteMessage", server_error(503), server_error(503))
        await work.chat.show(where, DELETED)
        assert len(ana.seen()) == 2
        await work.chat.show(where, DELETED)
        assert ana.seen() == []


async def test_what_must_go_in_several_chats_goes_from_each_when_it_can(telegram, ana, ben, work):
    for person, job in ((ana, JOB), (ben, JobId("another001"))):
        where = place(person.chat, person)
        await work.chat.deliver(where, work.delivery(asker=person.id, job=job))
        telegram.fail("deleteMessage", flood(60 if person is ana else 10))
        await work.chat.show(where, note(State.DELIVERED, "Deleted.", (), job=job))
    await until(lambda: ben.seen() == [])
    await until(lambda: ana.seen() == [])
    await forgotten(work.memory)


async def test_a_clip_on_its_way_does_not_hold_up_what_must_go_elsewhere(telegram, ana, ben, work, delivered):
    theirs, other = place(ben.chat, ben), JobId("another001")
    await work.chat.deliver(theirs, work.delivery(asker=ben.id, job=other))
    telegram.fail("deleteMessage", server_error(503), server_error(503))
    await work.chat.deliver(delivered, work.delivery(asker=ana.id))
    work.clock.skip(minutes=1)
    telegram.fail("editMessageMedia", late())
    async with asyncio.TaskGroup() as group:
        group.create_task(work.chat.deliver(delivered, work.delivery(asker=ana.id)))
        await until(lambda: len(telegram.called("editMessageMedia")) == 4)
        await work.chat.show(theirs, note(State.DELIVERED, "Deleted.", (), job=other))
        await until(lambda: ben.seen() == [])
        assert len(ana.chat.clips) == 3, "theirs wait for the upload to end"
        telegram.let_go()
    await until(lambda: len(ana.chat.clips) == 1)


async def test_a_list_that_cannot_be_read_at_the_start_is_read_later(telegram, ana, tmp_path):
    memory = FakeMemory()
    memory.values[LIST] = JOB
    memory.troubles = 3
    async with at_work(telegram, tmp_path, memory=memory, clock=FastClock(speed=4000.0)):
        await forgotten(memory)


async def test_a_list_that_cannot_be_written_is_known_until_the_process_ends(telegram, ana, work, delivered):
    telegram.fail("deleteMessage", flood(20))
    work.memory.troubles = 3
    await work.chat.show(delivered, DELETED)
    await until(lambda: ana.seen() == [])


# ------------------------------------------------------------------------------------------ once more


async def test_a_clip_that_is_sent_again_takes_the_old_ones_place(telegram, ana, work, delivered):
    first = ana.chat.clips[0]
    await work.chat.deliver(delivered, work.delivery(asker=ana.id))
    assert (first.deleted, len(ana.chat.clips)) == (True, 1)
    assert (len(telegram.called("deleteMessage")), LIST in work.memory.values) == (1, False)


@pytest.mark.parametrize("trouble", [flood(20), server_error(503)])
async def test_an_old_clip_that_cannot_go_at_this_moment_goes_later(telegram, ana, work, delivered, trouble):
    first = ana.chat.clips[0]
    telegram.fail("deleteMessage", trouble)
    await work.chat.deliver(delivered, work.delivery(asker=ana.id))
    await until(lambda: first.deleted)
    assert len(ana.chat.clips) == 1
    await forgotten(work.memory)


async def test_clips_that_are_sent_again_and_again_while_nothing_can_be_deleted_leave_one(telegram, ana, tmp_path):
    async with at_work(telegram, tmp_path, listening=False) as work:
        where = place(ana.chat, ana)
        telegram.fail("deleteMessage", *[server_error(503)] * 3)
        for _ in range(3):
            await work.chat.deliver(where, work.delivery(asker=ana.id))
            work.clock.skip(minutes=1)
        assert len(ana.chat.clips) == 3
        await work.chat.deliver(where, work.delivery(asker=ana.id, repeat=True))
    assert len(ana.chat.clips) == 1


async def test_a_note_that_vanished_during_a_redelivery_does_not_hide_the_old_clip(telegram, ana, work, delivered):
    first = ana.chat.clips[0]
    telegram.fail("editMessageMedia", server_error(503))
    with pytest.raises(OSError, match="Internal"):
        await work.chat.deliver(delivered, work.delivery(asker=ana.id))
    ana.delete(ana.chat.by_bot[-1])
    work.clock.skip(minutes=1)
    await work.chat.deliver(delivered, work.delivery(asker=ana.id, repeat=True))
    await until(lambda: first.deleted)
    assert len(ana.chat.clips) == 1


async def test_a_note_that_moved_down_leaves_nothing_behind(telegram, ana, tmp_path):
    running = Reply("", accepted=False, note=note())
    core = ScriptedCore(replies={"/job": running})
    async with at_work(telegram, tmp_path, core=core, clock=FastClock(speed=400.0)) as work:
        await work.chat.show(place(ana.chat, ana), note())
        telegram.fail("deleteMessage", server_error(503))
        ana.send_text("/job")
        await work.answered()
        await until(lambda: len([post for post in ana.seen() if post.by_bot]) == 1)
        await forgotten(work.memory)


async def test_a_group_that_takes_words_alone_is_rid_of_ours_though_it_takes_two_tries(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    group.mute_bot(frozenset({"can_send_messages"}))
    telegram.fail("deleteMessage", server_error(503))
    await work.chat.deliver(place(group, ana), work.delivery(asker=ana.id))
    await until(lambda: [post for post in group.history if post.by_bot] == [])
    assert [post.buttons for post in ana.chat.clips] == [[action.value.title() for action in AFTER]]
