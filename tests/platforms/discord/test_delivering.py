"""A clip finds its way: into the note, into the thread, its channel, or the private chat; once, and for its asker."""

from dataclasses import replace

import pytest

from bot.core.model import ButtonAction, Reply, State
from bot.core.ports import NotNow, PlaceGone, TooLarge
from bot.platforms.discord.places import Spoken, spoken_of
from tests.fakes.discord.calls import Call
from tests.fakes.discord.trouble import (
    broken,
    cut_after,
    cut_before,
    half_upload,
    refused,
    too_large,
    too_many,
)
from tests.fakes.discord.world import MIB, May
from tests.platforms.discord.stage import JOB, note, scene

EXPIRED = {"minutes": 16}


@pytest.fixture
async def house(tmp_path):
    async with scene(tmp_path) as made, made.running():
        await made.asks()
        yield made


async def deliver(house, **changes):
    return await house.chat.deliver(house.place, house.delivery(**changes))


# ------------------------------------------------------------------------------------------------ into the note


async def test_d15_the_note_becomes_the_clip_while_its_token_lives(house):
    handle = await deliver(house)
    [message] = house.ana.seen()
    assert [file.name for file in message.media] == [f"reelbot-{JOB}.mp4"]
    assert message.labels == ["Again", "Edit prompt", "Delete"]
    assert handle == f"{house.channel.id}/{message.id}"
    assert house.discord.exchanges_of(Call.CREATE_MESSAGE) == []


async def test_d27_an_edit_whose_answer_is_lost_is_made_again_and_changes_nothing(house):
    house.discord.troubles.next(Call.EDIT_ORIGINAL, cut_after())
    with pytest.raises(OSError, match="way to Discord"):
        await deliver(house)
    await deliver(house, repeat=True)
    assert len(house.clips_seen()) == 1
    assert len(house.discord.posts()) == 1


@pytest.mark.parametrize("trouble", [cut_before(), half_upload(100), broken(504)])
async def test_d30_what_breaks_off_is_for_the_core_to_try_again(house, trouble):
    if trouble.refusal:
        house.discord.troubles.always(Call.CREATE_MESSAGE, broken(503))
        house.clock.advance(**EXPIRED)
    else:
        house.discord.troubles.next(Call.EDIT_ORIGINAL, trouble)
    with pytest.raises(OSError):  # noqa: PT011 whatever it is called, it may be tried again
        await deliver(house, size=200_000)
    house.discord.troubles.over()
    await deliver(house, size=200_000, repeat=True)
    assert len(house.clips_seen()) == 1


async def test_d31_a_wall_before_discord_means_not_now(house):
    house.discord.troubles.next(Call.EDIT_ORIGINAL, too_many(1.0, via=False, page=True))
    with pytest.raises(NotNow):
        await deliver(house)


async def test_a_page_of_the_wall_closes_no_place(house):
    house.discord.troubles.next(Call.EDIT_ORIGINAL, broken(403))
    with pytest.raises(NotNow):
        await deliver(house)


async def test_d31_a_long_rate_limit_means_not_now_for_so_long(house):
    house.clock.advance(**EXPIRED)
    house.discord.troubles.next(Call.CREATE_MESSAGE, too_many(300.0))
    with pytest.raises(NotNow) as refusal:
        await deliver(house)
    assert refusal.value.after_seconds == pytest.approx(300, abs=2)


# ------------------------------------------------------------------------------------------------ as a message


async def test_d12_d13_after_the_tokens_death_the_clip_is_a_message_that_notifies_its_asker(house):
    house.clock.advance(**EXPIRED)
    handle = await deliver(house)
    old, new = house.ana.seen()
    assert (len(old.media), len(new.media)) == (0, 1)
    assert old.labels == []
    assert "Here is your video." in old.text
    assert handle == f"{house.channel.id}/{new.id}"
    assert new.pinged == {house.ana.user}
    assert house.ben.pings() == []


async def test_d12_a_token_that_discord_calls_dead_is_given_up(house):
    house.discord.troubles.next(Call.EDIT_ORIGINAL, refused(50027))
    await deliver(house)
    assert len(house.clips_seen()) == 1


async def test_d80_a_token_that_discord_calls_dead_is_never_used_again(house):
    house.discord.interactions.expire_tokens()
    tries = len(house.discord.exchanges_of(Call.EDIT_ORIGINAL))
    for percent in (20.0, 40.0):
        house.clock.advance(seconds=10)
        await house.chat.show(house.place, note(State.RENDERING, f"{percent} %", percent=percent))
    await deliver(house)
    assert len(house.discord.exchanges_of(Call.EDIT_ORIGINAL)) == tries + 1
    assert "token:" not in str(house.memory.values)
    assert len(house.clips_seen()) == 1


async def test_d25_d26_a_message_whose_answer_is_lost_is_there_once(house):
    house.clock.advance(**EXPIRED)
    house.discord.troubles.next(Call.CREATE_MESSAGE, cut_after())
    with pytest.raises(OSError, match="way to Discord"):
        await deliver(house)
    await deliver(house, repeat=True)
    assert len(house.clips_seen()) == 1
    nonces = {exchange.body.json["nonce"] for exchange in house.discord.exchanges_of(Call.CREATE_MESSAGE)}
    assert len(nonces) == 1
    assert all(len(nonce) <= 25 for nonce in nonces)


async def test_d26_a_message_whose_answer_is_lost_is_found_again_when_its_nonce_is_forgotten(house):
    house.clock.advance(**EXPIRED)
    house.discord.troubles.next(Call.CREATE_MESSAGE, cut_after())
    with pytest.raises(OSError, match="way to Discord"):
        await deliver(house)
    house.clock.advance(hours=2)
    handle = await deliver(house, repeat=True)
    [message] = house.clips_seen()
    assert handle == f"{house.channel.id}/{message.id}"


async def test_a_link_whose_answer_is_lost_is_found_again_when_its_nonce_is_forgotten(house):
    house.link = "https://reel.example/media/signed"
    house.clock.advance(**EXPIRED)
    house.discord.troubles.next(Call.CREATE_MESSAGE, too_large(), cut_after())
    with pytest.raises(OSError, match="way to Discord"):
        await deliver(house)
    house.clock.advance(hours=2)
    handle = await deliver(house, repeat=True)
    [message] = [message for message in house.discord.posts() if any(button.url for button in message.buttons)]
    assert handle == f"{house.channel.id}/{message.id}"


async def test_a_message_whose_answer_is_lost_is_found_again_in_a_busy_channel(house):
    house.clock.advance(**EXPIRED)
    for number in range(120):
        house.channel.say(house.ben.user, f"talk {number}")
    house.discord.troubles.next(Call.CREATE_MESSAGE, cut_after())
    with pytest.raises(OSError, match="way to Discord"):
        await deliver(house)
    house.clock.advance(hours=2)
    await deliver(house, repeat=True)
    assert len(house.clips_seen()) == 1


async def test_an_edit_that_was_made_before_the_token_died_is_not_made_twice(house):
    house.discord.troubles.next(Call.EDIT_ORIGINAL, cut_after())
    with pytest.raises(OSError, match="way to Discord"):
        await deliver(house)
    house.clock.advance(**EXPIRED)
    await deliver(house, repeat=True)
    assert len(house.clips_seen()) == 1
    assert len(house.discord.posts()) == 1


async def test_an_edit_that_came_through_before_its_repetition_found_the_token_dead_is_not_made_up_for(house):
    house.discord.troubles.next(Call.EDIT_ORIGINAL, broken(502, took_effect=True), refused(50027))
    handle = await deliver(house)
    [message] = house.clips_seen()
    assert handle == f"{house.channel.id}/{message.id}"
    assert house.discord.exchanges_of(Call.CREATE_MESSAGE) == []


async def test_d14_a_process_that_does_not_listen_delivers_too(house):
    place, delivery = house.place, house.delivery()
    worker = house.adapter()
    await worker.deliver(place, delivery)
    house.clock.advance(**EXPIRED)
    await worker.tell(place, note(State.DELIVERED, "Deleted.", (), handle=delivery.note.handle))
    await worker.close()
    assert house.clips_seen() == []


async def test_d33_a_note_that_somebody_deleted_does_not_keep_the_clip_away(house):
    house.ana.seen()[0].deleted = True
    await deliver(house)
    assert len(house.clips_seen()) == 1


# ------------------------------------------------------------------------------------------------ other places


@pytest.fixture
async def in_thread(tmp_path):
    async with scene(tmp_path) as made, made.running():
        made.thread = made.channel.thread("about cats")
        made.ana.goes_to(made.thread)
        await made.asks()
        made.clock.advance(**EXPIRED)
        yield made


async def test_a_clip_that_woke_its_thread_is_not_put_into_the_note_as_well(tmp_path):
    async with scene(tmp_path) as house, house.running():
        thread = house.channel.thread("about cats")
        house.ana.goes_to(thread)
        await house.asks()
        thread.archive()
        house.discord.troubles.next(Call.CREATE_MESSAGE, cut_after())
        with pytest.raises(OSError, match="way to Discord"):
            await deliver(house)
        house.clock.advance(minutes=10)
        await deliver(house, repeat=True)
        assert len(house.clips_seen(thread)) == 1


async def test_d72_an_archived_thread_wakes_up_for_its_clip(in_thread):
    in_thread.thread.archive()
    await deliver(in_thread)
    assert len(in_thread.clips_seen(in_thread.thread)) == 1


async def test_d72_a_locked_threads_clip_goes_to_its_channel(in_thread):
    in_thread.thread.archive(locked=True)
    await deliver(in_thread)
    [message] = in_thread.clips_seen(in_thread.channel)
    assert message.pinged == {in_thread.ana.user}


async def test_d73_a_deleted_threads_clip_goes_to_its_channel(in_thread):
    in_thread.thread.delete()
    handle = await deliver(in_thread)
    [message] = in_thread.clips_seen(in_thread.channel)
    assert spoken_of(handle) == Spoken(in_thread.channel.id, message.id)


async def test_a_deleted_channels_clip_goes_to_the_private_chat(in_thread):
    in_thread.channel.delete()
    await deliver(in_thread)
    assert len(in_thread.clips_seen(in_thread.ana.goes_to_dm().here)) == 1


async def test_a_channel_that_was_closed_to_the_bot_is_passed_over(house):
    house.clock.advance(**EXPIRED)
    house.channel.overwrite(house.discord.world.bot, take=May.SEND_MESSAGES)
    await deliver(house)
    assert len(house.clips_seen(house.ana.goes_to_dm().here)) == 1


async def test_a_bot_that_was_thrown_out_of_the_only_server_they_share_has_no_way_left(house):
    house.clock.advance(**EXPIRED)
    house.guild.throw_out()
    with pytest.raises(PlaceGone):
        await deliver(house)


async def test_a_bot_that_was_thrown_out_delivers_in_private_to_whom_it_meets_elsewhere(house):
    house.discord.guild("dogs").join(house.ana.user)
    house.clock.advance(**EXPIRED)
    house.guild.throw_out()
    await deliver(house)
    assert len(house.clips_seen(house.ana.goes_to_dm().here)) == 1


async def test_d75_where_nothing_is_left_the_place_is_gone(in_thread):
    in_thread.channel.delete()
    in_thread.ana.user.takes_dms = False
    with pytest.raises(PlaceGone):
        await deliver(in_thread)
    with pytest.raises(PlaceGone):
        await in_thread.chat.tell(in_thread.place, note(State.UNDELIVERED, "Not posted.", ()))


async def test_d16_where_the_bot_is_not_a_member_the_private_chat_follows_the_token(tmp_path):
    async with scene(tmp_path) as made, made.running():
        elsewhere = made.discord.guild("elsewhere", installed=False)
        elsewhere.join(made.ana.user)
        made.ana.user.has_installed = True
        made.ana.goes_to(elsewhere.channel("general"))
        await made.asks()
        made.clock.advance(**EXPIRED)
        await deliver(made)
        assert len(made.clips_seen(made.ana.goes_to_dm().here)) == 1
        calls = made.discord.exchanges_of(Call.CREATE_MESSAGE)
        assert len(calls) == 1


async def test_private_talk_stays_in_private(tmp_path):
    async with scene(tmp_path) as made, made.running():
        thread = made.channel.thread("secret", people=(made.ana.user, made.discord.world.bot))
        made.ana.goes_to(thread)
        await made.asks()
        made.clock.advance(**EXPIRED)
        thread.delete()
        await deliver(made)
        assert made.channel.posts == []
        assert len(made.clips_seen(made.ana.goes_to_dm().here)) == 1


# ------------------------------------------------------------------------------------------------ sizes


async def test_d18_d19_the_limit_is_what_the_interaction_said_while_its_token_lives(house):
    assert await house.chat.most_bytes(house.place) == 10 * MIB
    house.ana.user.nitro_bytes = 500 * MIB
    await house.asks()
    assert await house.chat.most_bytes(house.place) == 500 * MIB


async def test_d21_afterwards_it_is_the_servers_own(house):
    house.guild.boost(2)
    house.clock.advance(**EXPIRED)
    assert await house.chat.most_bytes(house.place) == 50 * MIB


async def test_d21_private_chats_take_the_least(tmp_path):
    async with scene(tmp_path) as made, made.running():
        made.ana.goes_to_dm()
        await made.asks()
        made.clock.advance(**EXPIRED)
        assert await made.chat.most_bytes(made.place) == 10 * MIB


async def test_d20_d22_a_refused_size_asks_for_what_every_way_takes(house):
    house.ana.user.nitro_bytes = 500 * MIB
    await house.asks()
    house.discord.troubles.next(Call.EDIT_ORIGINAL, too_large(page=True))
    with pytest.raises(TooLarge) as refusal:
        await deliver(house, size=12 * MIB)
    assert 8_000_000 < refusal.value.most_bytes < 10 * MIB


async def test_d23_a_clip_that_fitted_the_token_is_too_large_for_the_server_after_its_death(house):
    house.clock.advance(**EXPIRED)
    with pytest.raises(TooLarge) as refusal:
        await deliver(house, size=11 * MIB)
    assert refusal.value.most_bytes == 10 * MIB


async def test_a_small_clip_that_is_refused_becomes_a_link_where_the_internet_reaches_us(house):
    house.link = "https://reels.example/media/abc"
    house.discord.troubles.next(Call.EDIT_ORIGINAL, too_large())
    await deliver(house)
    [message] = house.ana.seen()
    assert [button.url for button in message.buttons if button.url] == [house.link]
    assert [button.label for button in message.buttons] == ["Watch the video", "Again", "Edit prompt", "Delete"]


async def test_a_link_speaks_the_askers_language(house):
    house.link = "https://reels.example/media/abc"
    house.discord.troubles.next(Call.EDIT_ORIGINAL, too_large())
    await house.chat.deliver(house.place, replace(house.delivery(), language="de"))
    [message] = house.ana.seen()
    assert message.buttons[0].label == "Video ansehen"


async def test_a_small_clip_that_is_refused_gets_smaller_where_nobody_reaches_us(house):
    house.discord.troubles.next(Call.EDIT_ORIGINAL, too_large(), too_large())
    with pytest.raises(TooLarge) as refusal:
        await deliver(house, size=4_000_000)
    assert refusal.value.most_bytes == 2_400_000
    with pytest.raises(TooLarge) as refusal:
        await deliver(house, size=900_000)
    assert refusal.value.most_bytes == 900_000


async def test_d32_a_refused_file_is_opened_anew(house):
    house.discord.troubles.next(Call.EDIT_ORIGINAL, too_large(), None)
    with pytest.raises(TooLarge):
        await deliver(house, size=4_000_000)
    await deliver(house, size=2_000_000, repeat=True)
    [message] = house.clips_seen()
    assert len(message.media[0].content) == 2_000_000


# ------------------------------------------------------------------------------------------------ once more


async def test_a_clip_asked_for_again_comes_where_it_was_asked_for_again(house):
    await deliver(house)
    first = house.place
    elsewhere = house.guild.channel("elsewhere")
    house.ana.goes_to(elsewhere)
    house.core.replies["/job"] = Reply(text="Sending the clip again.", job=JOB)
    await house.ana.slash("job", id=JOB).answered()
    await house.answered()
    handle = f"{house.channel.id}/{house.clips_seen(house.channel)[0].id}"
    again = await house.chat.deliver(first, house.delivery(repeat=True, handle=handle))
    [message] = house.clips_seen(elsewhere)
    assert again == f"{elsewhere.id}/{message.id}"
    assert len(house.clips_seen(house.channel)) == 1
    await house.chat.deliver(first, house.delivery(repeat=True, handle=again))
    assert len(house.clips_seen(elsewhere)) == 1


async def test_a_clip_that_cannot_be_sent_again_is_said_where_it_was_asked_for(house):
    house.core.replies["/job"] = Reply(text="Sending the clip again.", job=JOB)
    asked = house.ana.slash("job", id=JOB)
    await asked.answered()
    await house.answered()
    await house.chat.tell(house.core.heard[0].place, note(State.UNDELIVERED, "Too large.", (ButtonAction.JOB,)))
    assert "Too large." in asked.original.text


async def test_the_button_under_an_undelivered_clip_asks_for_it_again(house):
    await house.chat.tell(house.place, note(State.UNDELIVERED, "Not posted.", (ButtonAction.JOB,)))
    house.core.replies["/job"] = Reply(text="Sending the clip again.", job=JOB)
    await house.ana.press(house.ana.seen()[0], "Send it again").answered()
    await house.answered()
    assert house.core.heard[-1].text == f"/job {JOB}"
    await house.chat.deliver(house.core.heard[0].place, house.delivery(repeat=True))
    assert len(house.clips_seen()) == 1


async def test_a_deleted_clip_goes_and_the_receipt_stays(house):
    handle = await deliver(house)
    house.clock.advance(**EXPIRED)
    house.core.replies["/delete"] = Reply(text="Deleted.", job=JOB, in_note=True)
    place = house.place
    await house.ana.press(house.ana.seen()[0], "Delete").answered()
    await house.answered()
    await house.chat.show(place, note(State.DELIVERED, "Deleted.", (), handle=handle))
    [message] = house.ana.seen()
    assert (message.media, message.labels) == ([], [])
    assert "Deleted." in message.text


async def test_an_operator_is_written_to_in_private(house):
    await house.chat.write(house.core.heard[0].user.id, "The *balance* is used up.")
    [message] = house.ana.seen(house.ana.goes_to_dm().here)
    assert message.content == "The \\*balance\\* is used up."


async def test_an_operator_who_takes_no_private_messages_cannot_be_written_to(house):
    house.ana.user.takes_dms = False
    with pytest.raises(PlaceGone):
        await house.chat.write(house.core.heard[0].user.id, "Anything.")


async def test_every_request_is_one_that_discord_knows(house):
    house.clock.advance(**EXPIRED)
    await deliver(house, repeat=True)
    assert house.discord.wrong_requests == []


async def test_where_the_bot_may_not_look_back_only_the_nonce_stands_against_a_second_message(house):
    house.clock.advance(**EXPIRED)
    house.channel.overwrite(house.discord.world.bot, take=May.READ_MESSAGE_HISTORY)
    house.discord.troubles.next(Call.CREATE_MESSAGE, cut_after())
    with pytest.raises(OSError, match="way to Discord"):
        await deliver(house)
    await deliver(house, repeat=True)
    assert len(house.clips_seen()) == 1


async def test_the_limit_of_a_server_is_asked_for_once_an_hour(house):
    house.clock.advance(**EXPIRED)
    for _ in range(3):
        await house.chat.most_bytes(house.place)
    assert len(house.discord.exchanges_of(Call.GET_GUILD)) == 1
    house.clock.advance(hours=2)
    await house.chat.most_bytes(house.place)
    assert len(house.discord.exchanges_of(Call.GET_GUILD)) == 2


async def test_a_server_that_cannot_be_asked_for_its_limit_gets_the_least(house):
    house.clock.advance(**EXPIRED)
    house.guild.throw_out()
    assert await house.chat.most_bytes(house.place) == 10 * MIB


async def test_an_old_note_that_cannot_be_tidied_does_not_keep_the_clip_back(house):
    house.clock.advance(**EXPIRED)
    house.discord.troubles.always(Call.EDIT_MESSAGE, refused(30046))
    await deliver(house)
    assert len(house.clips_seen()) == 1


async def test_d17_an_ending_that_an_old_note_does_not_take_is_told_in_a_new_message(house):
    house.clock.advance(hours=2)
    house.discord.troubles.always(Call.EDIT_MESSAGE, refused(30046))
    await house.chat.tell(house.place, note(State.FAILED, "It failed.", ()))
    old, new = house.ana.seen()
    assert "It failed." not in old.text
    assert "It failed." in new.text
    assert new.pinged == {house.ana.user}


async def test_where_one_person_asked_for_a_clip_again_without_our_being_there_a_click_lends_its_token(tmp_path):
    async with scene(tmp_path) as made, made.running():
        elsewhere = made.discord.guild("elsewhere", installed=False)
        elsewhere.join(made.ana.user)
        made.ana.user.has_installed = True
        made.ana.goes_to(elsewhere.channel("general"))
        await made.asks()
        handle = await made.chat.show(made.place, note(State.RENDERING))
        place = made.place
        made.clock.advance(**EXPIRED)
        made.core.replies["/cancel"] = Reply(text="Too late.", job=JOB)
        await made.ana.press(made.ana.seen()[0], "Cancel").answered()
        await made.answered()
        assert await made.chat.deliver(place, made.delivery(handle=handle)) == handle
        assert len(made.clips_seen(made.ana.here)) == 1
