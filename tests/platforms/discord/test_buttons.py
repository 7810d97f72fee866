"""Buttons, dialogs and the menu of a message: they work after any restart, for whom they are meant."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.core.model import ButtonAction, Reply, State
from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Message, Picture
from tests.fakes.discord.trouble import refused
from tests.platforms.discord.stage import AFTER, JOB, accepted, note, scene

COMPOSE = f"/video model=preview seconds=6 resolution=768P photo={JOB} a cat smiling, lasting 10s"
CAT = Picture("cat.png", b"\x89PNG\r\n\x1a\ncat")
DOG = Picture("dog.jpg", b"\xff\xd8\xffdog")


@pytest.fixture
async def house(tmp_path):
    async with scene(tmp_path) as made, made.running():
        await made.asks()
        yield made


async def press(house, label, *, by=None):
    asked = (by or house.ana).press(house.ana.seen()[0], label)
    await asked.answered()
    await house.answered()
    return asked


async def finish(house):
    await house.chat.deliver(house.place, house.delivery())


# ------------------------------------------------------------------------------------------------ buttons


async def test_a_press_is_a_command_about_its_job(house):
    house.core.replies["/cancel"] = Reply(text="That video has already ended.")
    await press(house, "Cancel")
    assert house.core.heard[-1].text == f"/cancel {JOB}"
    assert house.ana.seen()[-1].content == "That video has already ended."
    assert len(house.ben.seen()) == 1


async def test_what_the_note_will_say_is_not_said_beside_it(house):
    house.core.replies["/cancel"] = Reply(text="Stopping it, if it can still be stopped.", job=JOB, in_note=True)
    before = len(house.ana.seen())
    await press(house, "Cancel")
    await house.answered()
    assert len(house.ana.seen()) == before


async def test_d48_buttons_work_after_a_restart(tmp_path):
    async with scene(tmp_path) as made:
        async with made.running():
            await made.asks()
        async with made.running():
            await press(made, "Cancel")
        assert made.core.heard[-1].text == f"/cancel {JOB}"


async def test_d49_a_button_is_for_its_owner_alone(house):
    house.ben.press(house.ben.seen()[0], "Cancel")
    message = await house.ben.reads("whoever asked")
    assert not message.seen_by(house.ana.user)
    assert len(house.core.heard) == 1


async def test_everybody_may_report_and_is_answered_alone(house):
    await house.chat.deliver(house.place, house.delivery(buttons=(*AFTER, ButtonAction.REPORT)))
    house.core.replies["/report"] = Reply(text="Thank you.")
    [clip] = house.clips_seen()
    house.ben.press(clip, "Report")
    answer = await house.ben.reads("Thank you.")
    await house.answered()
    heard = house.core.heard[-1]
    assert (heard.text, heard.user.id.id) == (f"/report {JOB}", str(house.ben.user.id))
    assert heard.pressed == f"{clip.channel.id}/{clip.id}"
    assert not answer.seen_by(house.ana.user)
    assert house.clips_seen() == [clip]
    assert clip.labels == ["Again", "Edit prompt", "Delete", "Report"]


async def test_a_button_that_does_not_stand_in_the_message_is_passed_over(house):
    await house.chat.deliver(house.place, house.delivery(buttons=(*AFTER, ButtonAction.REPORT)))
    [clip] = house.clips_seen()
    house.ben.press_id(clip, f"reel:report:zzzzzzzzzz:{house.ana.user.id}")
    house.core.replies["/report"] = Reply(text="Thank you.")
    house.ben.press(clip, "Report")
    await house.ben.reads("Thank you.")
    assert [heard.text for heard in house.core.heard[1:]] == [f"/report {JOB}"]


async def test_a_foreign_button_is_logged(house):
    with capture_logs() as logs:
        house.ben.press(house.ben.seen()[0], "Cancel")
        await house.ben.reads("whoever asked")
    assert [(log["who"], log["what"]) for log in logs if log["event"] == "refused a foreign button"] == [
        (f"discord:{house.ben.user.id}", f"/cancel {JOB}")
    ]


async def test_d49_a_made_up_button_of_another_job_is_not_heard(house):
    house.ana.press_id(house.ana.seen()[0], f"reel:cancel:aaaaaaaaaa:{house.ana.user.id}")
    await press(house, "Cancel")
    assert [incoming.text for incoming in house.core.heard[1:]] == [f"/cancel {JOB}"]


async def test_yes_turns_the_question_into_the_note(house):
    asking = note(State.ASKING, "This video costs 120 credits.", (ButtonAction.YES, ButtonAction.NO))
    await house.chat.tell(house.place, asking)
    house.core.replies["/yes"] = accepted(headline="Waiting for its turn.")
    await press(house, "Yes, make it")
    await house.chat.show(house.place, note(headline="Waiting for its turn."))
    [message] = house.ana.seen()
    assert "Waiting for its turn." in message.text
    assert message.labels == ["Cancel"]


async def test_again_is_a_new_note_and_the_old_clip_stays(house):
    await finish(house)
    house.core.replies["/again"] = accepted(job="bbbbbbbbbb")
    await press(house, "Again")
    old, new = house.ana.seen()
    assert (len(old.media), len(new.media)) == (1, 0)
    assert new.labels == ["Cancel"]


async def test_a_refused_again_is_said_in_private(house):
    await finish(house)
    house.core.replies["/again"] = Reply(text="That costs too much.")
    await press(house, "Again")
    assert [message.content for message in house.ana.seen()[1:]] == ["That costs too much."]
    assert len(house.ben.seen()) == 1


async def test_deleting_needs_no_words(house):
    await finish(house)
    house.core.replies["/delete"] = Reply(text="Deleted.", job=JOB, in_note=True)
    await press(house, "Delete")
    assert len(house.ana.seen()) == 1


async def test_a_click_lends_its_token_where_the_bot_is_not_a_member(tmp_path):
    async with scene(tmp_path) as made, made.running():
        elsewhere = made.discord.guild("elsewhere", installed=False)
        elsewhere.join(made.ana.user)
        made.ana.user.has_installed = True
        made.ana.goes_to(elsewhere.channel("general"))
        await made.asks()
        place, handle = made.place, await made.chat.show(made.place, note(State.RENDERING))
        made.clock.advance(minutes=20)
        assert await made.chat.show(place, note(State.FETCHING, handle=handle)) is None
        made.core.replies["/cancel"] = Reply(text="Stopping it.", job=JOB)
        await press(made, "Cancel")
        assert await made.chat.tell(place, note(State.CANCELLED, "Stopped.", (), handle=handle)) == handle
        assert "Stopped." in made.ana.seen()[0].text


# ------------------------------------------------------------------------------------------------ edit prompt


async def test_d6_edit_prompt_opens_a_dialog_with_the_prompt_in_it(house):
    await finish(house)
    house.core.replies["/edit"] = Reply(text="Change the text.", job=JOB, compose=COMPOSE)
    asked = await press(house, "Edit prompt")
    assert asked.fields["prompt"]["value"] == "a cat smiling, lasting 10s"
    assert asked.fields["options"]["value"] == f"model=preview seconds=6 resolution=768P photo={JOB}"


async def test_a_sent_dialog_is_a_new_wish_with_the_old_choices(house):
    await finish(house)
    house.core.replies["/edit"] = Reply(text="Change the text.", job=JOB, compose=COMPOSE)
    house.core.replies["/video"] = accepted(job="bbbbbbbbbb")
    opened = await press(house, "Edit prompt")
    await house.ana.submit_modal(opened, prompt="a dog, lasting 10s").answered()
    await house.answered()
    text = f"/video a dog, lasting 10s model=preview seconds=6 resolution=768P photo={JOB}"
    assert house.core.heard[-1].text == text
    assert [len(message.media) for message in house.ana.seen()] == [1, 0]


async def test_a_dialog_that_was_open_during_a_restart_is_heard(tmp_path):
    async with scene(tmp_path) as made:
        async with made.running():
            await made.asks()
            await finish(made)
            made.core.replies["/edit"] = Reply(text="Change the text.", job=JOB, compose=COMPOSE)
            opened = await press(made, "Edit prompt")
        async with made.running():
            await made.ana.submit_modal(opened, prompt="a dog").answered()
            await made.answered()
        assert made.core.heard[-1].text.startswith("/video a dog model=preview")


async def test_a_job_that_cannot_be_edited_is_said(house):
    await finish(house)
    house.core.replies["/edit"] = Reply(text="You have no such video.")
    await press(house, "Edit prompt")
    assert house.ana.seen()[-1].content == "You have no such video."


async def test_nobody_sends_another_persons_dialog(house):
    await finish(house)
    house.core.replies["/edit"] = Reply(text="Change the text.", job=JOB, compose=COMPOSE)
    opened = await press(house, "Edit prompt")
    house.ben.submit_modal(opened, prompt="mine")
    await house.ben.reads("whoever asked")
    assert house.core.heard[-1].text == f"/edit {JOB}"


async def test_a_dialog_that_does_not_open_starts_nothing(house):
    await finish(house)
    house.core.replies["/edit"] = Reply(text="Change the text.", job=JOB, compose=COMPOSE)
    before = len(house.discord.exchanges_of(Call.CALLBACK))
    house.discord.troubles.next(Call.CALLBACK, refused(10062))
    house.ana.press(house.ana.seen()[0], "Edit prompt")
    await house.discord.eventually(lambda: len(house.discord.exchanges_of(Call.CALLBACK)) > before)
    assert house.inbox.letters.keys() & {("discord", f"discord:{house.core.heard[-1].key}")} == set()


# ------------------------------------------------------------------------------------------------ animate


async def animate(house, message, **filled):
    opened = await house.ana.context_menu("Animate this image", message).answered()
    await house.ana.submit_modal(opened, **filled).answered()
    await house.answered()
    return opened


async def test_d39_the_picture_of_a_message_is_animated(house):
    message = house.channel.say(house.ben.user, "look", pictures=(CAT,))
    await animate(house, message, prompt="it smiles")
    assert house.core.heard[-1].text == "/video it smiles"
    assert house.core.pictures[-1] == [CAT.content]


async def test_of_several_pictures_one_is_chosen_and_another_may_be_the_last_frame(house):
    message = house.channel.say(house.ben.user, "look", pictures=(CAT, DOG))
    opened = await animate(house, message, prompt="it runs", first="1", last="0")
    assert [option["label"] for option in opened.fields["first"]["options"]] == ["1. cat.png", "2. dog.jpg"]
    assert house.core.pictures[-1] == [DOG.content, CAT.content]


async def test_without_a_choice_the_first_picture_is_animated(house):
    message = house.channel.say(house.ben.user, "look", pictures=(CAT, DOG))
    await animate(house, message)
    assert house.core.heard[-1].text == "/video"
    assert house.core.pictures[-1] == [CAT.content]


async def test_d41_a_forwarded_picture_is_animated(house):
    original = Message(1, house.channel, house.ben.user, "look")
    original.attachments = [house.discord.world.store(CAT, house.channel)]
    message = house.channel.say(house.ben.user, forwarded=[original])
    await animate(house, message, prompt="it smiles")
    assert house.core.pictures[-1] == [CAT.content]


async def test_d37_d41_a_picture_that_lies_elsewhere_is_not_fetched(house):
    embed = {"type": "image", "image": {"url": "http://169.254.169.254/cat.png"}}
    message = house.channel.say(house.ben.user, "look", embeds=[embed])
    await animate(house, message, prompt="it smiles")
    assert "could not load that photo" in house.ana.seen()[-1].content
    assert len(house.core.heard) == 1


async def test_a_message_without_a_picture_is_said_to_have_none(house):
    text = Picture("notes.txt", b"hello")
    message = house.channel.say(house.ben.user, "look", pictures=(text,))
    await house.ana.context_menu("Animate this image", message).answered()
    assert house.ana.seen()[-1].content == "There is no picture in that message."


async def test_pictures_that_were_forgotten_are_asked_for_again(house):
    message = house.channel.say(house.ben.user, "look", pictures=(CAT,))
    opened = await house.ana.context_menu("Animate this image", message).answered()
    house.memory.values.clear()
    await house.ana.submit_modal(opened, prompt="it smiles").answered()
    assert "no longer know which picture" in house.ana.seen()[-1].content


@pytest.mark.parametrize("when", ["opening", "sending"])
async def test_a_memory_in_trouble_opens_nothing(house, when):
    message = house.channel.say(house.ben.user, "look", pictures=(CAT,))
    if when == "opening":
        house.memory.troubles = 1
        await house.ana.context_menu("Animate this image", message).answered()
    else:
        opened = await house.ana.context_menu("Animate this image", message).answered()
        house.memory.troubles = 1
        await house.ana.submit_modal(opened).answered()
    assert "nothing was started or charged" in house.ana.seen()[-1].content


async def test_pictures_are_kept_for_a_while_and_erased_then(house):
    message = house.channel.say(house.ben.user, "look", pictures=(CAT,))
    opened = await house.ana.context_menu("Animate this image", message).answered()
    other = await house.ana.context_menu("Animate this image", message).answered()
    await house.ana.submit_modal(opened, prompt="it smiles").answered()
    await house.answered()
    assert house.core.heard[-1].text == "/video it smiles"
    house.clock.advance(minutes=31)
    await house.discord.eventually(lambda: house.inbox.unanswered == [])
    assert "picked:" not in str(house.memory.values)
    await house.ana.submit_modal(other, prompt="it runs").answered()
    assert "no longer know which picture" in house.ana.seen()[-1].content


async def test_every_request_is_one_that_discord_knows(house):
    message = house.channel.say(house.ben.user, "look", pictures=(CAT, DOG))
    await animate(house, message, prompt="it smiles")
    assert house.discord.wrong_requests == []


async def test_words_that_cannot_be_whispered_any_more_are_not_insisted_on(house):
    house.core.replies["/cancel"] = Reply(text="Stopping it.", job=JOB)
    house.discord.troubles.next(Call.FOLLOW_UP, refused(50027))
    await press(house, "Cancel")
    assert len(house.ana.seen()) == 1


async def test_a_prompt_that_cannot_be_read_in_time_opens_no_dialog(house, monkeypatch):
    monkeypatch.setattr("bot.platforms.discord.front.READ_WITHIN", 0.01)
    await finish(house)
    house.core.before_reply = asyncio.Event().wait
    await house.ana.press(house.ana.seen()[0], "Edit prompt").answered()
    assert "nothing was started or charged" in house.ana.seen()[-1].content


async def test_d41_the_picture_of_a_link_is_fetched_from_discord_and_not_from_the_link(house):
    stored = house.discord.world.store(DOG, house.channel)
    image = {"url": "http://169.254.169.254/dog.jpg", "proxy_url": stored.url}
    message = house.channel.say(house.ben.user, "look", embeds=[{"type": "rich", "title": "a dog", "image": image}])
    await animate(house, message, prompt="it runs")
    assert house.core.pictures[-1] == [DOG.content]


async def test_d41_a_sticker_has_a_picture_unless_it_is_drawn_in_motion(house):
    still, moving = ({"id": str(n), "name": "wave", "format_type": kind} for n, kind in ((1, 1), (2, 3)))
    message = house.channel.say(house.ben.user, stickers=[moving])
    await house.ana.context_menu("Animate this image", message).answered()
    assert house.ana.seen()[-1].content == "There is no picture in that message."
    message = house.channel.say(house.ben.user, stickers=[still])
    opened = await house.ana.context_menu("Animate this image", message).answered()
    assert opened.form is not None
