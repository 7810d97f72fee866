"""An update is confirmed only after it is saved, answered once, and heard over every trouble of the network."""

import logging

import pytest
from structlog.testing import capture_logs

from bot.core.admin_commands import ADMIN_COMMANDS
from bot.core.model import Reply
from bot.core.store import StoreTrouble
from tests.fakes.inbox import FakeInbox, FakeMemory
from tests.fakes.telegram.faults import (
    bad_request,
    conflict,
    flood,
    not_found,
    page,
    server_error,
    silence,
    unauthorized,
)
from tests.fakes.telegram.updates import Webhook
from tests.platforms.telegram.at_work import JOB, FastClock, ScriptedCore, at_work, note, place, until


@pytest.fixture
async def work(telegram, tmp_path):
    async with at_work(telegram, tmp_path) as working:
        yield working


# ------------------------------------------------------------------------------------------ T5 T6, at least once


async def test_t5_an_update_is_confirmed_only_after_it_is_saved(telegram, ana, work):
    await until(lambda: telegram.updates.is_polled)
    work.inbox.troubles = 2
    ana.send_text("a cat")
    await until(lambda: work.chat.problem)
    assert telegram.updates.confirmed == []
    await work.answered()
    assert (work.core.texts, work.chat.problem) == (["a cat"], None)
    await until(lambda: telegram.updates.confirmed)


async def test_an_inbox_that_cannot_be_read_yet_is_read_later(telegram, ana, tmp_path):
    inbox = FakeInbox()
    inbox.troubles = 2
    async with at_work(telegram, tmp_path, inbox=inbox) as work:
        ana.send_text("a cat")
        await work.answered()


async def test_t6_what_was_saved_before_the_end_is_answered_by_the_next_start(telegram, ana, tmp_path):
    inbox, core = FakeInbox(), ScriptedCore()
    core.gate.clear()
    async with at_work(telegram, tmp_path, inbox=inbox, core=core):
        ana.send_text("a cat")
        await until(lambda: core.heard and not telegram.updates.pending)
    core.gate.set()
    async with at_work(telegram, tmp_path, inbox=inbox, core=core) as work:
        await work.answered()
    assert (core.texts, len({incoming.key for incoming in core.heard})) == (["a cat", "a cat"], 1)
    assert [post.text for post in ana.chat.by_bot] == ["You said: a cat"]


async def test_t6_an_album_that_was_cut_short_is_put_together_by_the_next_start(telegram, ana, tmp_path):
    inbox = FakeInbox()
    slow = FastClock(speed=0.1)
    async with at_work(telegram, tmp_path, inbox=inbox, clock=slow):
        ana.send_album([b"first", b"last"], "from day to night")
        await inbox.until(lambda: len(inbox.unanswered) == 2)
    async with at_work(telegram, tmp_path, inbox=inbox) as work:
        await work.answered()
    assert work.core.photos == [[b"first", b"last"]]


async def test_t7_the_same_update_twice_is_answered_once(telegram, ana, work):
    ana.send_text("a cat")
    telegram.updates.duplicate()
    await work.answered()
    telegram.updates.replay()
    await until(lambda: not telegram.updates.pending)
    await work.answered()
    assert (work.core.texts, len(ana.chat.by_bot)) == (["a cat"], 1)


async def test_t7_the_same_update_after_a_restart_is_answered_once(telegram, ana, tmp_path):
    inbox, core = FakeInbox(), ScriptedCore()
    for _ in range(2):
        async with at_work(telegram, tmp_path, inbox=inbox, core=core) as work:
            if not core.heard:
                ana.send_text("a cat")
            await work.answered()
            await until(lambda: telegram.updates.confirmed)
        telegram.updates.replay()
    assert core.texts == ["a cat"]


async def test_t7_ids_that_begin_anew_after_a_quiet_week_are_heard(telegram, ana, work, monkeypatch):
    monkeypatch.setattr("tests.fakes.telegram.updates.MOST_WAIT", 0.05)
    before = ana.send_text("before")
    await work.answered()
    await until(lambda: telegram.updates.offsets[-1] is None, 10)
    telegram.updates.pending.append({"update_id": 17, "message": before.to_json() | {"text": "after", "message_id": 9}})
    await until(lambda: len(work.core.heard) == 2)
    assert work.core.texts == ["before", "after"]


async def test_a_letter_that_cannot_be_put_away_is_tried_again(telegram, ana, work):
    work.core.gate.clear()
    ana.send_text("a cat")
    await until(lambda: work.core.heard)
    work.inbox.troubles = 2
    work.core.gate.set()
    await work.answered()
    assert len(ana.chat.by_bot) == 1


async def test_a_letter_that_can_never_be_put_away_is_left_for_the_next_start(telegram, ana, work):
    work.core.gate.clear()
    ana.send_text("a cat")
    await until(lambda: work.core.heard)
    work.inbox.troubles = 5
    work.core.gate.set()
    await until(lambda: ana.chat.by_bot)
    await until(lambda: not work.inbox.troubles)
    assert len(work.inbox.unanswered) == 1


async def test_a_bug_in_one_letter_is_apologised_for_and_silences_nobody(telegram, ana, work):
    work.core.replies["boom"] = work.core.replies[f"/cancel {JOB}"] = RuntimeError("a bug")
    ana.send_text("boom")
    await work.answered()
    await work.chat.show(place(ana.chat, ana), note())
    shown = ana.chat.by_bot[-1]
    press = ana.press(shown, "Cancel")
    assert "went wrong on our side" in (await press.answer())["text"]
    ana.delete(shown)
    await work.answered()
    ana.send_text("a cat")
    await work.answered()
    assert [post.text for post in ana.seen() if post.by_bot] == [
        "Something went wrong on our side. It has been written down for whoever runs this bot.",
        "You said: a cat",
    ]


async def test_a_bug_over_an_album_puts_all_of_it_away(telegram, ana, work):
    work.core.replies["both"] = RuntimeError("a bug")
    ana.send_album([b"first", b"last"], "both")
    await work.answered()
    assert len(ana.chat.by_bot) == 1


async def test_a_letter_that_is_no_update_is_put_away(telegram, ana, tmp_path):
    inbox = FakeInbox()
    inbox.letters["telegram", "strange"] = "[]"
    async with at_work(telegram, tmp_path, inbox=inbox) as work:
        await work.answered()
    assert work.core.heard == []


async def test_an_update_that_the_library_cannot_read_stops_nothing_behind_it(telegram, ana, work, caplog):
    # The library logs a traceback of it, and writing one looks at source files, which counts as blocking here.
    caplog.set_level(logging.CRITICAL + 1, logger="telegram.Bot")
    telegram.updates.pending.append({"update_id": 700_000_000, "message": {"message_id": 5}})
    ana.send_text("a cat")
    await until(lambda: work.core.texts == ["a cat"])
    await work.answered()
    await until(lambda: not telegram.updates.pending)
    telegram.complaints.clear()  # the fake is right to complain of it


async def test_messages_of_one_person_are_answered_one_after_the_other(telegram, ana, ben, work):
    work.core.gate.clear()
    ana.send_text("first")
    ana.send_text("second")
    ben.send_text("somebody else's")
    await until(lambda: len(work.core.heard) == 2)
    await work.rest()
    assert sorted(work.core.texts) == ["first", "somebody else's"]
    work.core.gate.set()
    await work.answered()
    assert [post.text for post in ana.chat.by_bot] == ["You said: first", "You said: second"]


# ------------------------------------------------------------------------------------------ T9, polling


@pytest.mark.parametrize("fault", [unauthorized, not_found, conflict, server_error, page, lambda: flood(1)])
async def test_t9_no_answer_ends_listening(telegram, ana, work, fault):
    await until(lambda: telegram.updates.is_polled)
    telegram.fail("getUpdates", fault(), fault(), fault())
    ana.send_text("wakes the poll")
    await work.answered()
    ana.send_text("a cat")
    await work.answered()
    assert work.core.texts == ["wakes the poll", "a cat"]
    await until(lambda: work.chat.problem is None)


async def test_t9_another_poller_is_noticed_said_once_and_survived(telegram, ana, tmp_path):
    with capture_logs() as logs:
        telegram.fail("getUpdates", *[conflict()] * 3)
        async with at_work(telegram, tmp_path) as work:
            await until(lambda: work.chat.problem)
            assert "Another process" in work.chat.problem
            ana.send_text("a cat")
            await work.answered()
            assert work.chat.problem is None
    said = [line for line in logs if "Another process" in str(line.get("problem"))]
    assert len(said) == 1


async def test_t9_a_poll_that_never_ends_is_given_up(telegram, ana, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.polling.PATIENCE_SECONDS", 0.3)
    telegram.fail("getUpdates", silence(done=False))
    async with at_work(telegram, tmp_path) as work:
        ana.send_text("a cat")
        await work.answered()


async def test_t4_a_webhook_that_stands_in_the_way_is_taken_down_and_nothing_is_lost(telegram, ana, tmp_path):
    telegram.updates.webhook = Webhook("http://127.0.0.1:1/elsewhere", "", 40)
    ana.send_text("a cat")
    telegram.fail("deleteWebhook", server_error())
    async with at_work(telegram, tmp_path) as work:
        await work.answered()
    assert (work.core.texts, telegram.updates.webhook.url) == (["a cat"], "")


async def test_t10_the_kinds_of_updates_are_named_every_time(telegram, work):
    await until(lambda: telegram.updates.is_polled)
    call = telegram.called("getUpdates")[0]
    assert call.json("allowed_updates") == ["message", "callback_query", "my_chat_member"]


async def test_a_server_that_is_not_there_yet_is_waited_for(telegram, ana, tmp_path):
    telegram.fail("getMe", server_error(), unauthorized())
    async with at_work(telegram, tmp_path) as work:
        ana.send_text("a cat")
        await until(lambda: work.chat.problem)
        await work.answered()
        assert work.chat.problem is None


# ------------------------------------------------------------------------------------------ menus


async def test_t43_menus_are_set_by_scope_and_language_once(telegram, tmp_path):
    memory = FakeMemory()
    telegram.fail("setMyCommands", server_error())
    async with at_work(telegram, tmp_path, memory=memory, clock=FastClock(speed=1000.0)):
        await until(lambda: ("telegram", "menus") in memory.values)
    names = {scope: [one["command"] for one in menu] for (scope, _), menu in telegram.commands.items()}
    assert names['{"type": "all_group_chats"}'][:2] == ["video", "again"]
    assert "report" in names['{"type": "all_group_chats"}']
    assert names['{"type": "all_chat_administrators"}'][-len(ADMIN_COMMANDS) - 1 :] == ["usage", *ADMIN_COMMANDS]
    assert {"usage", "report"} <= set(names['{"type": "all_private_chats"}'])
    assert "language" in names['{"type": "all_private_chats"}']
    before = len(telegram.called("setMyCommands"))
    async with at_work(telegram, tmp_path, memory=memory) as work:
        await work.rest()
    assert len(telegram.called("setMyCommands")) == before


# ------------------------------------------------------------------------------------------ T40, upgrades


async def test_t40_an_upgrade_takes_the_community_along_once_for_both_messages(telegram, ana, work):
    group = telegram.group("Cats", ana)
    upgraded = group.upgrade()
    await work.answered()
    assert work.moved == [(f"telegram:{group.id}", f"telegram:{upgraded.id}")]


async def test_t40_an_upgrade_that_cannot_be_written_down_is_left_for_the_next_start(telegram, ana, tmp_path):
    inbox, memory = FakeInbox(), FakeMemory()
    memory.troubles = 10
    async with at_work(telegram, tmp_path, inbox=inbox, memory=memory) as work:
        telegram.group("Cats", ana).upgrade()
        await inbox.until(lambda: len(inbox.letters) == 2)
        await work.rest(0.2)
        assert len(inbox.unanswered) == 2
    memory.troubles = 0
    async with at_work(telegram, tmp_path, inbox=inbox, memory=memory) as work:
        await work.answered()
    assert work.moved != []


# ------------------------------------------------------------------------------------------ answers


async def test_an_answer_that_verifiably_was_not_sent_is_sent_later(telegram, ana, work):
    telegram.fail("sendMessage", flood(5), flood(1))
    ana.send_text("a cat")
    await work.answered()
    assert [post.text for post in ana.chat.by_bot] == ["You said: a cat"]


async def test_t30_an_answer_that_may_be_there_is_not_sent_again(telegram, ana, work):
    telegram.fail("sendMessage", page(done=True))
    ana.send_text("a cat")
    await work.answered()
    assert len(ana.chat.by_bot) == 1


async def test_t51_a_flooded_group_keeps_nobody_else_waiting(telegram, ana, ben, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.counter.AT_ONCE", 1)
    people = [telegram.person(f"Person {number}") for number in range(3)]
    group = telegram.supergroup("Cats", ana, tuple(people))
    async with at_work(telegram, tmp_path) as work:
        telegram.fail("sendMessage", *[flood(300)] * 3)
        for person in people:
            person.send_text("/models", group)
        await until(lambda: len(work.core.heard) == 3)
        telegram.heal()
        ben.send_text("a cat")
        await until(lambda: ben.chat.by_bot)
        assert len(work.inbox.unanswered) >= 1


async def test_an_answer_nobody_takes_for_ten_minutes_is_given_up(telegram, ana, work):
    telegram.fail("sendMessage", flood(601))
    ana.send_text("a cat")
    await work.answered()
    assert ana.chat.by_bot == []


async def test_an_answer_in_a_closed_topic_comes_in_general(telegram, ana, work):
    forum = telegram.forum("Films", ana, topics=("Cats",))
    forum.close_topic(forum.topic("Cats"))
    ana.send_text("/help", forum, topic=forum.topic("Cats"))
    await work.answered()
    assert len([post for post in ana.seen(forum, forum.general) if post.by_bot]) == 1


async def test_an_answer_that_nobody_can_get_is_let_go(telegram, ana, work):
    telegram.fail("sendMessage", bad_request("something strange"))
    ana.send_text("a cat")
    await work.answered()
    assert (ana.chat.by_bot, work.inbox.unanswered) == ([], [])


async def test_a_long_answer_comes_in_several_messages(telegram, ana, work):
    work.core.replies["/models"] = Reply("\n".join(f"model {number}: " + "x" * 90 for number in range(60)))
    ana.send_text("/models")
    await work.answered()
    texts = [post.text for post in ana.chat.by_bot]
    assert len(texts) == 2
    assert "\n".join(texts) == work.core.replies["/models"].text


async def test_an_answer_without_words_says_nothing(telegram, ana, work):
    work.core.replies["a cat"] = Reply("")
    ana.send_text("a cat")
    await work.answered()
    assert ana.chat.by_bot == []


async def test_an_accepted_wish_gets_its_note_and_then_what_there_is_to_remark(telegram, ana, work):
    work.core.replies["a cat"] = Reply("I added edges.", job=JOB, accepted=True, note=note())
    wish = ana.send_text("a cat")
    await work.answered()
    assert [(post.text.split("\n")[0], post.reply_to) for post in ana.chat.by_bot] == [
        ("Being made.", wish),
        ("I added edges.", wish),
    ]


async def test_a_note_that_is_asked_for_comes_down_to_the_reader(telegram, ana, work):
    work.core.replies["a cat"] = Reply("", job=JOB, accepted=True, note=note())
    work.core.replies["/job"] = Reply("", job=JOB, note=note(headline="Being made, 40 %."))
    for text in ("a cat", "hello", "/job"):
        ana.send_text(text)
        await work.answered()

    def seen():
        return [post.text.split("\n")[0] for post in ana.seen() if post.by_bot]

    # A moment later, for another process may be at the same message.
    await until(lambda: seen() == ["You said: hello", "Being made, 40 %."])


async def test_a_note_that_is_asked_for_in_another_chat_stays_and_so_does_its_clip(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    await work.chat.show(place(group, ana), note())
    work.core.replies["/job"] = Reply("", job=JOB, note=note(headline="Being made, 40 %."))
    ana.send_text("/job")
    await work.answered()
    assert [post.text.split("\n")[0] for post in ana.seen() if post.by_bot] == ["Being made, 40 %."]
    await work.chat.deliver(place(group, ana), work.delivery(asker=ana.id))
    assert (len(group.clips), len(ana.chat.clips)) == (1, 0)


async def test_a_note_of_a_delivered_clip_points_to_it(telegram, ana, work):
    await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    work.core.replies["/job"] = Reply("", job=JOB, note=work.delivery(asker=ana.id).note)
    ana.send_text("/job")
    await work.answered()
    assert (ana.chat.by_bot[-1].reply_to, len(ana.chat.clips)) == (ana.chat.clips[0], 1)
    group = telegram.supergroup("Cats", ana)
    wish = ana.send_text("/job", group)
    await work.answered()
    assert group.by_bot[-1].reply_to is wish


async def test_nobody_is_called_by_a_name_in_an_answer(telegram, ana, work):
    ana.send_text("hello @ben")
    await work.answered()
    assert "@ben" not in ana.chat.by_bot[0].text


# ------------------------------------------------------------------------------------------ closing


async def test_taking_before_listening_leaves_the_update_with_telegram(telegram, tmp_path):
    async with at_work(telegram, tmp_path, listening=False) as work:
        with pytest.raises(StoreTrouble):
            await work.chat._take("1", "{}")
