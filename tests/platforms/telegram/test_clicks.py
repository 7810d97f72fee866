"""Buttons carry signed short ids, work for their owner after any restart, and are always answered."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.core.model import Button, ButtonAction, JobId, Paper, Reply, State
from bot.core.signing import Signer
from bot.platforms.telegram.buttons import MOST_BYTES, Buttons
from bot.platforms.telegram.places import address_of
from tests.fakes.inbox import FakeMemory
from tests.fakes.telegram.faults import bad_request, cut, flood, silence
from tests.platforms.telegram.at_work import AFTER, JOB, SIGNER, FastClock, at_work, note, place, until

LARGEST_USER = 2**52 - 1


@pytest.fixture
async def work(telegram, tmp_path):
    async with at_work(telegram, tmp_path) as working:
        yield working


@pytest.mark.parametrize("action", list(ButtonAction))
def test_t49_a_button_fits_into_64_bytes_for_everybody_and_comes_back_as_it_was(action):
    buttons = Buttons(signer=SIGNER, clock=FastClock())
    written = buttons.written(Button(action, "x", JOB), LARGEST_USER)
    read = buttons.read(written)
    assert len(written.encode()) <= MOST_BYTES
    assert (read.action, read.job, read.owner) == (action, JOB, LARGEST_USER)


@pytest.mark.parametrize("forged", ["", "cancel", "x.y.z", "c" * 64, "\ud800"])
def test_t49_what_we_did_not_sign_is_no_button(forged):
    assert Buttons(signer=SIGNER, clock=FastClock()).read(forged) is None


def test_a_button_of_another_house_is_none_of_ours():
    theirs = Buttons(signer=Signer(b"another secret, just as long"), clock=FastClock())
    written = theirs.written(Button(ButtonAction.DELETE, "x", JOB), 1)
    assert Buttons(signer=SIGNER, clock=FastClock()).read(written) is None


def test_many_buttons_stand_in_rows():
    drawn = tuple(Button(action, action.value, JOB) for action in ButtonAction)
    rows = Buttons(signer=SIGNER, clock=FastClock()).keyboard(drawn, 1).inline_keyboard
    assert [len(row) for row in rows] == [3, 3, 2]


async def test_a_click_becomes_a_command_in_the_place_of_its_message(telegram, ana, work):
    forum = telegram.forum("Films", ana, topics=("Cats",))
    await work.chat.deliver(place(forum, ana, topic=forum.topic("Cats")), work.delivery(asker=ana.id))
    ana.press(forum.clips[0], "Again")
    await work.answered()
    incoming = work.core.heard[0]
    address = address_of(incoming.place)
    assert (incoming.text, incoming.community.id) == (f"/again {JOB}", str(forum.id))
    assert (address.topic, address.reply, address.asker) == (forum.topic("Cats").id, forum.clips[0].id, ana.id)


async def test_everybody_may_report_and_is_answered_alone(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    buttons = (*AFTER, ButtonAction.REPORT)
    done = replace(work.delivery(asker=ana.id), note=note(State.DELIVERED, "Here it is.", buttons))
    await work.chat.deliver(place(group, ana), done)
    posts = len(group.by_bot)
    work.core.replies[f"/report {JOB}"] = Reply("Thank you. " + "so " * 100)
    answer = await ben.press(group.clips[0], "Report").answer()
    await work.answered()
    heard = work.core.heard[-1]
    assert (heard.text, heard.user.id.id, heard.community.id) == (f"/report {JOB}", str(ben.id), str(group.id))
    assert (answer["text"][:10], len(answer["text"]), answer["alert"]) == ("Thank you.", 200, True)
    assert len(group.by_bot) == posts


async def test_foreign_and_forged_buttons_are_logged(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    await work.chat.show(place(group, ana), note())
    with capture_logs() as logs:
        await ben.press(group.by_bot[0], "Cancel").answer()
        await ben.press_forged(group.by_bot[0], "made up").answer()
        await work.answered()
    refused = [log for log in logs if log["event"] == "refused a foreign button"]
    assert [(log["who"], log["forged"]) for log in refused] == [
        (f"telegram:{ben.id}", False), (f"telegram:{ben.id}", True),
    ]  # fmt: skip
    assert work.core.heard == []


async def test_a_short_answer_comes_on_the_button(telegram, ana, work):
    await work.chat.show(place(ana.chat, ana), note())
    work.core.replies[f"/cancel {JOB}"] = Reply("Stopping it, if it can still be stopped.", job=JOB)
    press = ana.press(ana.chat.by_bot[0], "Cancel")
    assert (await press.answer())["text"] == "Stopping it, if it can still be stopped."
    await work.answered()
    assert len(ana.chat.by_bot) == 1


async def test_what_the_note_will_say_comes_on_the_button_or_not_at_all(telegram, ana, work):
    await work.chat.show(place(ana.chat, ana), note())
    work.core.replies[f"/cancel {JOB}"] = Reply("Stopping it, if it can still be stopped.", job=JOB, in_note=True)
    telegram.fail("answerCallbackQuery", bad_request("query is too old and response timeout expired"))
    ana.press(ana.chat.by_bot[0], "Cancel")
    await work.answered()
    assert len(ana.chat.by_bot) == 1


async def test_a_long_answer_comes_as_a_message_and_the_button_is_answered_all_the_same(telegram, ana, work):
    await work.chat.show(place(ana.chat, ana), note())
    work.core.replies[f"/cancel {JOB}"] = Reply("so " * 100)
    press = ana.press(ana.chat.by_bot[0], "Cancel")
    assert (await press.answer())["text"] == ""
    await work.answered()
    assert ana.chat.by_bot[-1].text.startswith("so so")


async def test_a_yes_draws_the_note_it_stands_under(telegram, ana, work):
    asking = note(State.ASKING, "This costs 120 credits.", (ButtonAction.YES, ButtonAction.NO))
    await work.chat.tell(place(ana.chat, ana), asking)
    work.clock.skip(minutes=1)
    work.core.replies[f"/yes {JOB}"] = Reply("", job=JOB, accepted=True, note=note(State.QUEUED, "Number 2."))
    press = ana.press(ana.chat.by_bot[0], "Yes")
    assert (await press.answer())["text"] == ""
    await work.answered()
    assert [post.text.split("\n")[0] for post in ana.chat.by_bot] == ["Number 2."]


async def test_edit_hands_the_prompt_back_with_what_it_was_made_of(telegram, ana, work):
    await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    composed = "/video model=hailuo seconds=6 resolution=768P photo=k3f9q0x2ab a <cat> & @ben"
    work.core.replies[f"/edit {JOB}"] = Reply("Change the text and send it again.", compose=composed)
    ana.press(ana.chat.clips[0], "Edit")
    await work.answered()
    handed = ana.seen()[-1]
    assert handed.text == f"Change the text and send it again.\n{composed}"
    assert ("code" in [entity["type"] for entity in handed.entities], handed.markup["selective"]) == (True, True)


async def test_a_prompt_too_long_for_one_message_is_handed_back_in_several(telegram, ana, work):
    await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    work.core.replies[f"/edit {JOB}"] = Reply("Change the text.", compose="/video " + "word " * 900)
    ana.press(ana.chat.clips[0], "Edit")
    await work.answered()
    assert sum(post.text.count("word") for post in ana.seen()) == 900


async def test_t49_somebody_elses_button_is_refused_before_the_core_hears_of_it(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    await work.chat.show(place(group, ana), note())
    press = ben.press(group.by_bot[0], "Cancel")
    assert "whoever asked" in (await press.answer())["text"]
    assert work.core.heard == []


async def test_t49_a_forged_button_is_answered_too(telegram, ana, work):
    await work.chat.show(place(ana.chat, ana), note())
    press = ana.press_forged(ana.chat.by_bot[0], "delete everything")
    assert "no longer works" in (await press.answer())["text"]
    assert work.core.heard == []


async def test_buttons_work_after_a_restart(telegram, ana, tmp_path):
    memory = FakeMemory()
    async with at_work(telegram, tmp_path, memory=memory, listening=False) as work:
        await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    async with at_work(telegram, tmp_path, memory=memory) as work:
        ana.press(ana.chat.clips[0], "Delete")
        await work.answered()
        assert work.core.texts == [f"/delete {JOB}"]


async def test_t50_a_button_too_old_to_show_its_message_is_obeyed_in_its_topic(telegram, ana, work):
    forum = telegram.forum("Films", ana, topics=("Cats",))
    await work.chat.deliver(place(forum, ana, topic=forum.topic("Cats")), work.delivery(asker=ana.id))
    ana.press_forged(forum.clips[0], forum.clips[0].button("Again")["callback_data"], old=True)
    await work.answered()
    assert address_of(work.core.heard[0].place).topic == forum.topic("Cats").id


async def test_t50_where_the_topic_is_not_remembered_the_button_is_obeyed_all_the_same(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    await work.chat.deliver(place(group, ana), work.delivery(asker=ana.id))
    unknown = Button(ButtonAction.AGAIN, "Again", JobId("another001"))
    written = Buttons(signer=SIGNER, clock=work.clock).written(unknown, ana.id)
    ana.press_forged(group.clips[0], written, old=True)
    await work.answered()
    ana.press_forged(group.clips[0], written.replace("x", "x"), old=True)
    work.memory.troubles = 1
    await until(lambda: len(work.core.heard) == 2)
    assert [address_of(incoming.place).topic for incoming in work.core.heard] == [None, None]


async def test_t49_an_answer_that_comes_too_late_for_the_button_comes_as_a_message(telegram, ana, work):
    await work.chat.show(place(ana.chat, ana), note())
    work.core.replies[f"/cancel {JOB}"] = Reply("That video has already ended.")
    telegram.fail("answerCallbackQuery", bad_request("query is too old and response timeout expired"))
    ana.press(ana.chat.by_bot[0], "Cancel")
    await work.answered()
    assert ana.chat.by_bot[-1].text == "That video has already ended."


async def test_an_answer_on_the_button_that_may_have_come_is_not_said_twice(telegram, ana, work):
    await work.chat.show(place(ana.chat, ana), note())
    telegram.fail("answerCallbackQuery", cut(done=True))
    ana.press(ana.chat.by_bot[0], "Cancel")
    await work.answered()
    assert len(ana.chat.by_bot) == 1


async def test_a_button_that_never_gets_its_answer_through_is_not_waited_for(telegram, ana, work, monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.line.ANSWER_SECONDS", 0.1)
    await work.chat.show(place(ana.chat, ana), note())
    telegram.fail("answerCallbackQuery", silence(done=False))
    ana.press(ana.chat.by_bot[0], "Cancel")
    await work.answered()
    assert len(work.core.heard) == 1


async def test_a_click_without_a_message_is_passed_over(telegram, ana, work):
    telegram.announce("callback_query", {"id": "1", "from": ana.user, "chat_instance": "x", "data": "y"})
    await work.answered()
    assert work.core.heard == []


async def test_a_reply_may_bring_buttons_of_its_own(telegram, ana, work):
    job = Button(ButtonAction.JOB, "Send it again", JOB)
    work.core.replies["/jobs"] = Reply("Your latest videos:", buttons=(job,))
    ana.send_text("/jobs")
    await work.answered()
    assert ana.chat.by_bot[0].buttons == ["Send it again"]


# ------------------------------------------------------------------------------------------ for one alone


async def test_in_a_group_what_concerns_one_alone_is_answered_in_private(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    work.core.replies["/credits@reel_test_bot"] = Reply("You have 100 credits.")
    ana.send_text("/credits@reel_test_bot", group)
    await work.answered()
    assert ana.chat.by_bot[0].text == "You have 100 credits."
    assert group.by_bot[0].text == "I have answered you in our private chat."
    assert group.by_bot[0].rows[0][0]["url"] == "https://t.me/reel_test_bot?start=credits"


async def test_whoever_never_wrote_to_us_is_shown_the_way(telegram, work):
    shy = telegram.person("Shy", started=False)
    group = telegram.supergroup("Cats", shy)
    work.core.replies["/export"] = Reply("Here is all.", paper=Paper("reelbot-export.json", b"{}"))
    shy.send_text("/export", group)
    await work.answered()
    assert "open our private chat first" in group.by_bot[0].text
    assert group.by_bot[0].rows[0][0]["url"] == "https://t.me/reel_test_bot?start=export"
    shy.start("export")
    await work.answered()
    assert shy.chat.by_bot[0].media.file.content == b"{}"


async def test_a_paper_comes_as_a_file_with_its_words(telegram, ana, work):
    work.core.replies["/export"] = Reply("Here is all.", paper=Paper("reelbot-export.json", b'{"you": 1}'))
    ana.send_text("/export")
    await work.answered()
    handed = ana.chat.by_bot[0]
    assert (handed.text, handed.media.file.name, handed.media.file.content) == (
        "Here is all.",
        "reelbot-export.json",
        b'{"you": 1}',
    )


USAGE = Reply("Your videos\nSince 1 Nov: 3 videos.", picture=Paper("usage.png", b"\x89PNG a chart"))


def shown(posts):
    """What a person sees of these posts: words, or the bytes of a picture."""
    return [post.media.file.content if post.media else post.text for post in posts]


async def test_a_picture_comes_below_its_words_and_rings_once(telegram, ana, work):
    work.core.replies["/usage 7"] = USAGE
    ana.send_text("/usage 7")
    await work.answered()
    assert shown(ana.chat.by_bot) == [USAGE.text, USAGE.picture.content]
    assert [post.text for post in ana.rung()] == [USAGE.text]


async def test_words_too_long_for_a_caption_keep_their_picture(telegram, ana, work):
    work.core.replies["/usage"] = replace(USAGE, text="a day\n" * 1500)
    ana.send_text("/usage")
    await work.answered()
    assert [bool(post.media) for post in ana.chat.by_bot] == [False, False, False, True]


@pytest.mark.parametrize("command", ["usage", "blocked"])
async def test_in_a_group_nobody_else_reads_what_was_spent_or_is_blocked(telegram, ana, work, command):
    group = telegram.supergroup("Cats", ana)
    work.core.replies[f"/{command}"] = USAGE
    ana.send_text(f"/{command}", group)
    await work.answered()
    assert shown(ana.chat.by_bot) == [USAGE.text, USAGE.picture.content]
    assert shown(group.by_bot) == ["I have answered you in our private chat."]


async def test_an_anonymous_admin_has_no_private_chat_and_is_answered_where_they_ask(telegram, ana, work):
    forum = telegram.forum("Films", ana, topics=("Cats",))
    work.core.replies["/usage"] = USAGE
    ana.send_text("/usage", forum, topic=forum.topic("Cats"), mask="group")
    await work.answered()
    assert shown(forum.by_bot) == [USAGE.text, USAGE.picture.content]
    assert {post.topic for post in forum.by_bot} == {forum.topic("Cats").id}


async def test_where_pictures_are_forbidden_the_words_are_answer_enough(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    group.mute_bot(frozenset({"can_send_messages"}))
    work.core.replies["/usage"] = USAGE
    ana.send_text("/usage", group, mask="group")
    await work.answered()
    assert shown(group.by_bot) == [USAGE.text]


async def test_a_picture_that_telegram_does_not_like_takes_nothing_from_the_words(telegram, ana, work):
    telegram.fail("sendPhoto", bad_request("PHOTO_INVALID_DIMENSIONS"))
    work.core.replies["/usage"] = USAGE
    ana.send_text("/usage", telegram.supergroup("Cats", ana))
    await work.answered()
    assert shown(ana.chat.by_bot) == [USAGE.text]


async def test_a_picture_that_verifiably_was_not_sent_is_sent_again(telegram, ana, work):
    telegram.fail("sendPhoto", flood(5))
    work.core.replies["/usage"] = USAGE
    ana.send_text("/usage")
    await work.answered()
    assert shown(ana.chat.by_bot) == [USAGE.text, USAGE.picture.content]


async def test_a_click_that_is_answered_with_a_picture_shows_it(telegram, ana, work):
    await work.chat.show(place(ana.chat, ana), note())
    work.core.replies[f"/cancel {JOB}"] = USAGE
    ana.press(ana.chat.by_bot[0], "Cancel")
    await work.answered()
    assert shown(ana.chat.by_bot[1:]) == [USAGE.text, USAGE.picture.content]


async def test_a_delivered_note_keeps_its_buttons_for_the_asker_alone(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    await work.chat.deliver(place(group, ana), replace(work.delivery(asker=ana.id)))
    for action in AFTER:
        press = ben.press(group.clips[0], action.value.title())
        assert "whoever asked" in (await press.answer())["text"]
    assert work.core.heard == []
