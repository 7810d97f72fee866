"""A job has one message, edited sparingly; its endings are never dropped, and ring once."""

import asyncio
from dataclasses import replace

import pytest

from bot.core.model import ButtonAction, JobId, State
from bot.core.ports import NotNow, PlaceGone
from bot.platforms.telegram.troubles import MaybeDone, Unsent
from tests.fakes.inbox import FakeMemory
from tests.fakes.telegram.faults import bad_request, cut, flood, late, server_error, silence
from tests.platforms.telegram.at_work import AFTER, JOB, FastClock, at_work, note, place

FAILED = note(State.FAILED, "It failed.", (ButtonAction.AGAIN,))


@pytest.fixture
async def work(telegram, tmp_path):
    # Time passes as a test says, and hardly by itself: budgets are counted here.
    async with at_work(telegram, tmp_path, listening=False, clock=FastClock(speed=1.0)) as working:
        yield working


async def test_the_first_note_answers_the_wish_without_a_sound(telegram, ana, work):
    wish = ana.send_text("a cat")
    await work.chat.show(place(ana.chat, ana, reply=wish), note())
    posted = ana.chat.by_bot[0]
    assert (posted.reply_to, posted.silent, posted.buttons) == (wish, True, ["Cancel"])
    assert posted.text == "Being made.\na cat smiling\npreview · 6 s"


async def test_a_note_that_two_draw_at_once_is_posted_once(telegram, ana, work):
    where = place(ana.chat, ana)
    async with asyncio.TaskGroup() as group:
        for headline in ("Number 2.", "Number 1.", "Being made."):
            group.create_task(work.chat.show(where, note(headline=headline)))
        group.create_task(work.chat.tell(where, FAILED))
    assert [post.text.split("\n")[0] for post in ana.seen() if post.by_bot and post.buttons] == ["It failed."]


async def test_an_answer_that_is_late_does_not_draw_over_what_was_told_meanwhile(telegram, ana, work):
    where = place(ana.chat, ana)
    answer = note(State.QUEUED, "Waiting for its turn.")
    await work.chat.tell(where, note(State.ASKING, "Shall I?", (ButtonAction.YES,)))
    await work.chat._notes.first(where, answer)
    assert [post.text.split("\n")[0] for post in ana.seen()] == ["Waiting for its turn."]
    await work.chat.tell(where, FAILED)
    work.clock.skip(seconds=60)
    await work.chat._notes.first(where, answer)
    assert [post.text.split("\n")[0] for post in ana.seen() if post.buttons] == ["It failed."]


async def test_after_a_restart_the_same_message_is_edited(telegram, ana, tmp_path):
    memory = FakeMemory()
    async with at_work(telegram, tmp_path, memory=memory, listening=False) as work:
        await work.chat.show(place(ana.chat, ana), note())
    async with at_work(telegram, tmp_path, memory=memory, listening=False) as work:
        await work.chat.tell(place(ana.chat, ana), note(State.CANCELLED, "Stopped.", ()))
    assert [post.text.split("\n")[0] for post in ana.chat.by_bot] == ["Stopped."]


async def test_what_the_core_remembers_is_enough_where_our_memory_is_gone(telegram, ana, tmp_path):
    async with at_work(telegram, tmp_path, listening=False) as work:
        handle = await work.chat.show(place(ana.chat, ana), note())
    async with at_work(telegram, tmp_path, listening=False) as work:
        await work.chat.tell(place(ana.chat, ana), note(State.CANCELLED, "Stopped.", (), handle))
    assert [post.text.split("\n")[0] for post in ana.chat.by_bot] == ["Stopped."]


async def test_a_record_that_cannot_be_read_counts_as_none(telegram, ana, work):
    work.memory.values["telegram", f"note:{JOB}"] = '{"kind": "song"}'
    await work.chat.show(place(ana.chat, ana), note(handle="nonsense"))
    assert len(ana.chat.by_bot) == 1


async def test_progress_comes_in_few_edits(telegram, ana, work):
    where = place(ana.chat, ana)
    for percent in range(50):
        await work.chat.show(where, replace(note(), percent=float(percent)))
    assert len(telegram.called("editMessageText")) == 0
    work.clock.skip(seconds=4)
    await work.chat.show(where, replace(note(), percent=50.0))
    assert "▰▰▰▰▰▱▱▱▱▱ 50 %" in ana.chat.by_bot[0].text


async def test_t33_the_same_drawing_is_not_drawn_again(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    work.clock.skip(minutes=1)
    await work.chat.show(where, note())
    assert telegram.called("editMessageText") == []


async def test_t33_a_message_that_looks_like_that_already_is_fine(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    telegram.fail("editMessageText", bad_request("message is not modified: specified new message content …"))
    assert await work.chat.tell(where, FAILED) == f"{ana.id}:{ana.chat.by_bot[0].id}"


async def test_t34_in_a_group_progress_leaves_room_for_answers(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    for number in range(30):
        job = JobId(f"job{number:07}")
        await work.chat.show(place(group, ana), note(job=job)) if number < 10 else None
        work.clock.skip(seconds=0.1)
    for round_ in range(5):
        work.clock.skip(seconds=9)
        for number in range(10):
            shown = replace(note(job=JobId(f"job{number:07}")), percent=float(round_ * 10))
            await work.chat.show(place(group, ana), shown)
    spent = [call for call in telegram.calls if call.posts]
    assert len(spent) <= 20
    await work.chat.tell(place(group, ana), FAILED)
    assert group.by_bot[-1].text.startswith("It failed.")


async def test_t34_no_action_is_shown_in_a_group(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    await work.chat.deliver(place(group, ana), work.delivery(asker=ana.id))
    await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id, job=JobId("another001")))
    assert (group.actions, ana.chat.actions) == ([], [("upload_video", None)])


async def test_an_action_that_nobody_answers_delays_no_clip(telegram, ana, work, monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.line.ACTION_SECONDS", 0.1)
    telegram.fail("sendChatAction", silence(done=False))
    await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    assert len(ana.chat.clips) == 1


async def test_t51_a_group_whose_budget_is_used_up_is_told_later(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    for number in range(20):
        await work.chat.tell(place(group, ana), note(State.QUEUED, "Number 2.", (), job=JobId(f"job{number:07}")))
    with pytest.raises(NotNow) as later:
        await work.chat.tell(place(group, ana), FAILED)
    assert 50 < later.value.after_seconds <= 60
    work.clock.skip(seconds=later.value.after_seconds)
    await work.chat.tell(place(group, ana), FAILED)


async def test_t51_a_flood_answer_silences_that_chat_alone(telegram, ana, ben, work):
    telegram.fail("sendMessage", flood(40))
    with pytest.raises(NotNow) as later:
        await work.chat.tell(place(ana.chat, ana), FAILED)
    assert later.value.after_seconds == 40
    with pytest.raises(NotNow):
        await work.chat.tell(place(ana.chat, ana), FAILED)
    assert len(telegram.called("sendMessage")) == 1
    await work.chat.tell(place(ben.chat, ben), note(State.FAILED, "It failed.", (), job=JobId("bens000001")))
    assert len(ben.chat.by_bot) == 1


async def test_a_lost_answer_to_the_first_note_posts_no_second_one_for_progress(telegram, ana, work):
    where = place(ana.chat, ana)
    telegram.fail("sendMessage", cut(done=True))
    assert await work.chat.show(where, note()) is None
    work.clock.skip(minutes=1)
    await work.chat.show(where, note(headline="Being made, 20 %."))
    assert len(ana.chat.by_bot) == 1
    await work.chat.tell(where, FAILED)
    assert ana.chat.by_bot[-1].text.startswith("It failed.")


async def test_an_ending_whose_answer_is_lost_is_said_to_be_so(telegram, ana, work):
    telegram.fail("sendMessage", cut(done=False))
    with pytest.raises(MaybeDone):
        await work.chat.tell(place(ana.chat, ana), FAILED)


async def test_an_edit_whose_answer_is_lost_may_be_made_again(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    telegram.fail("editMessageText", cut(done=True), server_error())
    for _ in range(2):
        with pytest.raises(MaybeDone):
            await work.chat.tell(where, FAILED)
    await work.chat.tell(where, FAILED)
    assert [post.buttons for post in ana.chat.by_bot if post.buttons] == [["Again"]]


async def test_an_ending_rings_once_whatever_happens(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    telegram.fail("sendMessage", cut(done=True))
    await work.chat.tell(where, FAILED)
    await work.chat.tell(where, FAILED)
    assert [post.text for post in ana.rung()] == ["It failed."]


async def test_in_a_group_an_ending_rings_for_its_asker_alone(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    where = place(group, ana, reply=ana.send_text("/video a cat", group))
    await work.chat.show(where, note())
    await work.chat.tell(where, FAILED)
    assert (len(ana.rung(group)), len(ben.rung(group))) == (1, 0)


async def test_a_stopped_video_rings_nobody(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    await work.chat.tell(where, note(State.CANCELLED, "Stopped.", ()))
    assert ana.rung() == []


async def test_nobody_is_called_by_a_name_in_a_prompt(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    await work.chat.show(place(group, ana), replace(note(), prompt="@ben <b>smiling</b> & more"))
    posted = group.by_bot[0]
    assert "<b>smiling</b> & more" in posted.text
    assert "@ben" not in posted.text
    assert [entity["type"] for entity in posted.entities] == ["bold", "blockquote"]


async def test_a_note_that_somebody_deleted_is_not_posted_again_for_progress(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    ana.delete(ana.chat.by_bot[0])
    for number in range(2):
        work.clock.skip(minutes=1)
        await work.chat.show(where, note(headline=f"Number {number}."))
    assert len(ana.chat.by_bot) == 1
    await work.chat.tell(where, FAILED)
    assert ana.seen()[-1].text.startswith("It failed.")


async def test_a_clip_whose_answer_was_lost_is_known_as_one_by_the_next_progress(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    telegram.fail("editMessageMedia", cut(done=True))
    with pytest.raises(MaybeDone):
        await work.chat.deliver(where, work.delivery(asker=ana.id))
    work.clock.skip(minutes=1)
    await work.chat.show(where, note(State.DELIVERING, "Here it comes."))
    await work.chat.deliver(where, work.delivery(asker=ana.id, repeat=True))
    assert (len(ana.chat.clips), len(ana.rung())) == (1, 1)


async def test_while_a_clip_is_on_its_way_progress_is_dropped(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    telegram.fail("editMessageMedia", late())
    async with asyncio.TaskGroup() as group:
        group.create_task(work.chat.deliver(where, work.delivery(asker=ana.id)))
        await telegram.until(lambda: telegram.called("editMessageMedia"))
        work.clock.skip(minutes=1)
        assert await work.chat.show(where, note(headline="Here it comes.")) is None
        telegram.let_go()
    assert telegram.called("editMessageText") == []


async def test_where_memory_fails_nothing_is_posted_that_might_be_there_already(telegram, ana, work):
    work.memory.troubles = 1
    with pytest.raises(NotNow):
        await work.chat.show(place(ana.chat, ana), note())
    assert ana.chat.by_bot == []


async def test_a_record_that_cannot_be_written_is_known_until_the_process_ends(telegram, ana, work):
    work.memory.values["telegram", "unrelated"] = "x"
    telegram.fail("sendMessage", late())
    async with asyncio.TaskGroup() as group:
        group.create_task(work.chat.show(place(ana.chat, ana), note()))
        await telegram.until(lambda: ana.chat.by_bot)
        work.memory.troubles = 1
        telegram.let_go()
    await work.chat.tell(place(ana.chat, ana), note(State.CANCELLED, "Stopped.", ()))
    assert [post.text.split("\n")[0] for post in ana.chat.by_bot] == ["Stopped."]


async def test_an_unreachable_server_says_that_nothing_was_sent(ana, telegram, tmp_path):
    telegram.address = "http://127.0.0.1:1"
    async with at_work(telegram, tmp_path, listening=False) as work:
        with pytest.raises(Unsent):
            await work.chat.tell(place(ana.chat, ana), FAILED)


async def test_a_token_that_is_refused_leaves_everything_to_be_tried_later(telegram, ana, tmp_path):
    async with at_work(telegram, tmp_path, listening=False, token="1:wrong") as work:
        with pytest.raises(NotNow):
            await work.chat.tell(place(ana.chat, ana), FAILED)


async def test_an_operator_is_written_to_in_private(telegram, ana, work):
    stranger = telegram.person("Stranger", started=False)
    await work.chat.write(work.delivery(asker=ana.id).asker, "The key is not accepted.")
    assert ana.seen()[-1].text == "The key is not accepted."
    with pytest.raises(PlaceGone):
        await work.chat.write(work.delivery(asker=stranger.id).asker, "The key is not accepted.")
    with pytest.raises(PlaceGone):
        await work.chat.write(work.delivery(asker="nobody").asker, "The key is not accepted.")


async def test_a_deleted_clip_takes_its_call_along(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert len(ana.seen()) == 2
    await work.chat.show(where, note(State.DELIVERED, "Deleted.", ()))
    await work.chat.show(where, note(State.DELIVERED, "Deleted.", ()))
    assert ana.seen() == []


async def test_a_clip_too_old_to_be_deleted_becomes_a_plain_picture(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    telegram.fail("deleteMessage", *[bad_request("message can't be deleted for everyone")] * 2)
    await work.chat.show(where, note(State.DELIVERED, "Deleted.", ()))
    assert [(post.text, post.media.kind) for post in ana.seen() if post.media] == [("Deleted.", "photo")]


async def test_a_clip_that_can_neither_be_deleted_nor_changed_stays_without_trouble(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    ana.block_bot()
    await work.chat.show(where, note(State.DELIVERED, "Deleted.", ()))
    assert len(ana.chat.clips) == 1


async def test_an_ending_behind_a_clip_is_a_message_of_its_own(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    await work.chat.show(where, note(State.DELIVERED, "Here is your video.", AFTER))
    await work.chat.tell(where, note(State.UNDELIVERED, "It could not be posted.", ()))
    assert [bool(post.clip) for post in ana.seen()] == [True, False, False]
