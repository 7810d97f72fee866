"""What people ask on Discord: heard once, answered in time, and only by those whom it concerns."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.core.model import CommunityId, Paper, Reply
from bot.core.store import StoreTrouble
from bot.platforms.discord.places import spot_of
from tests.fakes.discord.asked import Unanswered
from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Flag, Picture
from tests.fakes.discord.trouble import broken, cut_after, cut_before, refused, slow
from tests.fakes.discord.world import Kind, May
from tests.platforms.discord.stage import JOB, accepted, note, scene

PHOTO = Picture("cat.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
NO = Reply(text="That costs 28 credits and you have 3. Nothing was charged.")


@pytest.fixture
async def house(tmp_path):
    async with scene(tmp_path) as made, made.running():
        yield made


def public(house):
    return [message for message in house.ben.seen() if not message.thinking]


async def test_a_wish_is_heard_with_everything_that_was_typed(house):
    role = house.guild.role("artists")
    house.guild.members[house.ana.user.id].roles.append(role)
    await house.asks(
        "a cat smiling", image=PHOTO, model="preview", seconds=6, resolution="768P", camera="Zoom in, Pan left"
    )
    [incoming] = house.core.heard
    assert incoming.text == "a cat smiling [Zoom in, Pan left] model=preview seconds=6 resolution=768P"
    assert incoming.user.name == "Ana"
    assert incoming.user.language == "en"
    assert incoming.community == CommunityId("discord", str(house.guild.id))
    assert incoming.roles == (str(role.id), *incoming.roles[1:])
    assert incoming.place.channel == str(house.channel.id)
    assert house.core.pictures == [[PHOTO.content]]


async def test_first_and_last_frame_keep_their_order(house):
    last = Picture("last.png", b"\x89PNG\r\n\x1a\nlast")
    await house.asks(image=PHOTO, last_image=last)
    assert house.core.pictures == [[PHOTO.content, last.content]]


async def test_an_accepted_wish_becomes_one_public_note_with_its_buttons(house):
    await house.asks()
    [message] = public(house)
    assert "Number 1 in the queue." in message.text
    assert "a cat smiling" in message.text
    assert "preview · 6 s" in message.text
    assert message.labels == ["Cancel"]
    assert message.flags & Flag.IS_COMPONENTS_V2


async def test_d4_d5_a_refusal_is_for_the_person_alone(house):
    house.core.replies["*"] = NO
    await house.asks()
    assert public(house) == []
    assert [message.content for message in house.ana.seen()] == [NO.text]


async def test_d80_nothing_more_is_said_by_a_token_that_died(house):
    house.core.replies["*"] = NO
    house.discord.troubles.next(Call.EDIT_ORIGINAL, refused(50027))
    await house.asks()
    assert len(house.discord.exchanges_of(Call.EDIT_ORIGINAL)) == 1
    assert house.discord.exchanges_of(Call.FOLLOW_UP) == []


async def test_a_wrong_camera_move_is_refused_before_anything_is_heard(house):
    asked = house.ana.slash("video", prompt="a cat", camera="Somersault")
    await asked.answered()
    assert [message.content for message in house.ana.seen()] == [
        "“Somersault” is not a camera move. /models lists them."
    ]
    assert (public(house), house.core.heard) == ([], [])


async def test_remarks_about_a_picture_are_whispered(house):
    house.core.replies["*"] = replace(accepted(), text="The photo was very long, so I added edges.")
    await house.asks(image=PHOTO)
    assert len(public(house)) == 1
    assert house.ana.seen()[-1].content == "The photo was very long, so I added edges."


@pytest.mark.parametrize("command", ["jobs", "credits", "models", "help", "privacy", "language", "forget", "cancel"])
async def test_d3_d5_what_concerns_oneself_is_answered_in_private(house, command):
    house.core.replies["*"] = Reply(text=f"All about {command}.")
    await house.ana.slash(command).answered()
    await house.answered()
    assert [incoming.text for incoming in house.core.heard] == [f"/{command}"]
    assert [message.content for message in house.ana.seen()] == [f"All about {command}."]
    assert public(house) == []


async def test_again_without_an_id_means_the_latest(house):
    await house.ana.slash("again").answered()
    await house.answered()
    assert house.core.heard[-1].text == "/again"


async def test_erasing_needs_a_second_word(house):
    await house.ana.slash("forget", confirm="yes").answered()
    await house.answered()
    assert house.core.heard[-1].text == "/forget yes"


async def test_a_paper_comes_as_a_file_for_the_person_alone(house):
    house.core.replies["/export"] = Reply(text="Here.", paper=Paper("reelbot-export.json", b"{}"))
    await house.ana.slash("export").answered()
    await house.answered()
    [message] = house.ana.seen()
    assert [(file.name, file.content) for file in message.attachments] == [("reelbot-export.json", b"{}")]
    assert public(house) == []


async def test_a_long_answer_comes_in_pages(house):
    house.core.replies["/models"] = Reply(text="\n".join(f"model {n} is a fine one" for n in range(200)))
    await house.ana.slash("models").answered()
    await house.answered()
    texts = [message.content for message in house.ana.seen()]
    assert len(texts) == 3
    assert all(len(text) <= 2000 for text in texts)
    assert "model 0 is" in texts[0]
    assert "model 199 is" in texts[-1]


async def test_a_note_of_a_running_job_is_shown_to_the_person_alone(house):
    house.core.replies["/job"] = Reply(text="", job=JOB, note=note())
    await house.ana.slash("job").answered()
    await house.answered()
    assert public(house) == []
    assert house.ana.seen()[-1].labels == ["Cancel"]


async def test_a_job_that_runs_is_no_reason_to_show_it_to_everybody(house):
    house.core.replies["/job"] = Reply(text="", job=JOB, note=note())
    await house.ana.slash("job", id=JOB).answered()
    await house.answered()
    assert public(house) == []
    assert house.ana.seen()[-1].labels == ["Cancel"]


# ------------------------------------------------------------------------------------------------ in time, and once


async def test_d1_the_acknowledgement_does_not_wait_for_the_core(house):
    waiting = asyncio.Event()
    house.core.before_reply = waiting.wait
    asked = house.ana.slash("video", prompt="a cat")
    await asked.answered()
    assert asked.original.thinking
    waiting.set()
    await house.answered()
    assert not asked.original.thinking


async def test_d9_a_repeated_interaction_is_heard_once(house):
    asked = await house.asks()
    house.ana.again(asked)
    await house.asks("another one")
    assert [incoming.text for incoming in house.core.heard] == ["a cat smiling", "another one"]
    assert len({incoming.key for incoming in house.core.heard}) == 2


async def test_d9_an_interaction_that_comes_twice_at_once_is_heard_once(house):
    waiting = asyncio.Event()
    house.core.before_reply = waiting.wait
    asked = house.ana.slash("video", prompt="a cat")
    house.ana.again(asked)
    await asked.answered()
    waiting.set()
    await house.answered()
    assert len(house.core.heard) == 1


async def test_d10_what_can_no_longer_be_answered_is_not_heard(house):
    house.ana.slash("video", prompt="too late", age_seconds=10)
    await house.discord.eventually(lambda: house.discord.exchanges_of(Call.CALLBACK))
    await house.answered()
    await house.asks("in time")
    assert [incoming.text for incoming in house.core.heard] == ["in time"]


async def test_d2_a_refused_acknowledgement_starts_nothing(house):
    house.discord.troubles.next(Call.CALLBACK, refused(10062))
    asked = house.ana.slash("video", prompt="a cat")
    await house.discord.eventually(lambda: house.discord.exchanges_of(Call.CALLBACK))
    await house.answered()
    with pytest.raises(Unanswered):
        await asked.answered(0.05)
    assert house.core.heard == []


@pytest.mark.parametrize("trouble", [cut_after(), cut_before(), broken(503)])
async def test_an_acknowledgement_whose_answer_is_lost_is_tried_again(house, trouble):
    house.discord.troubles.next(Call.CALLBACK, trouble)
    await house.asks()
    assert len(house.core.heard) == 1
    [message] = public(house)
    assert message.labels == ["Cancel"]


async def test_d2_a_refusal_after_a_lost_answer_does_not_say_that_the_lost_one_was_refused(house):
    house.discord.troubles.next(Call.CALLBACK, cut_after(), refused(10062))
    await house.asks()
    assert len(house.core.heard) == 1
    assert len(public(house)) == 1


async def test_d2_where_no_acknowledgement_was_taken_a_refusal_after_a_lost_answer_starts_nothing(house):
    house.discord.troubles.next(Call.CALLBACK, cut_before(), refused(10062))
    house.ana.slash("video", prompt="a cat")
    await house.discord.eventually(lambda: house.discord.exchanges_of(Call.GET_ORIGINAL))
    await house.answered()
    assert house.core.heard == []


async def test_where_every_answer_is_lost_discord_is_asked_whether_it_heard(house):
    house.discord.troubles.next(Call.CALLBACK, slow(30, took_effect=True))
    await house.asks()
    assert len(house.discord.exchanges_of(Call.GET_ORIGINAL)) == 1
    assert len(house.core.heard) == 1
    assert len(public(house)) == 1


async def test_an_inbox_in_trouble_is_said_and_nothing_starts(house):
    house.inbox.troubles = 1
    asked = house.ana.slash("video", prompt="a cat")
    await asked.answered()
    assert "nothing was started or charged" in house.ana.seen()[-1].content
    assert (public(house), house.core.heard) == ([], [])


async def test_a_memory_in_trouble_is_said_and_nothing_starts(house):
    house.memory.troubles = 1
    await house.asks()
    assert "nothing was started or charged" in house.ana.seen()[-1].content
    assert (public(house), house.core.heard) == ([], [])


async def test_an_answer_that_meets_a_database_in_trouble_is_tried_again_and_ends_nobodys_chat(house):
    def worst_moment():
        house.core.before_reply = lambda: None
        house.clock.advance(minutes=20)
        house.memory.troubles = 2

    house.core.before_reply = worst_moment
    await house.asks()
    await house.asks()
    assert len(house.core.heard) == 2
    assert house.memory.troubles == 0


async def test_a_bug_answers_and_leaves_the_others_alone(house):
    def bug():
        raise ZeroDivisionError

    house.core.before_reply = bug
    with capture_logs() as lines:
        await house.asks()
    assert [line["event"] for line in lines if line["log_level"] == "error"] == [
        "a bug kept an interaction from being worked on"
    ]
    assert "Something went wrong on our side" in house.ana.seen()[-1].content
    house.core.before_reply = None
    await house.asks()
    assert len(public(house)) == 1


async def test_an_answer_that_does_not_arrive_is_said_again(house):
    house.discord.troubles.next(Call.EDIT_ORIGINAL, cut_before(), cut_after())
    await house.asks()
    assert len(public(house)) == 1
    assert len(house.discord.posts()) == 1


# ------------------------------------------------------------------------------------------------ after a crash


async def test_what_was_acknowledged_before_a_crash_is_worked_on_after_it(tmp_path):
    async with scene(tmp_path) as made:
        async with made.running():
            stuck = asyncio.Event()
            made.core.before_reply = stuck.wait
            asked = made.ana.slash("video", prompt="a cat", image=PHOTO)
            await asked.answered()
            await made.discord.eventually(lambda: made.core.heard)
        made.core.before_reply = None
        async with made.running():
            await made.answered()
        assert len({incoming.key for incoming in made.core.heard}) == 1
        assert made.core.pictures[-1] == [PHOTO.content]
        assert "Number 1" in asked.original.text
        assert len(made.discord.posts()) == 1


async def test_a_refusal_that_a_crash_cut_off_after_the_response_was_taken_back_is_said_after_it(tmp_path):
    async with scene(tmp_path) as made:
        made.core.replies["*"] = NO
        made.discord.troubles.next(Call.FOLLOW_UP, slow(30))
        async with made.running():
            asked = made.ana.slash("video", prompt="a cat")
            await asked.answered()
            await made.discord.eventually(lambda: asked.original is not None and asked.original.deleted)
        async with made.running():
            await made.answered()
        assert [message.content for message in made.ana.seen()] == [NO.text]
        assert public(made) == []


async def test_a_wish_whose_card_was_deleted_during_a_crash_is_worked_on_all_the_same(tmp_path):
    async with scene(tmp_path) as made:
        async with made.running():
            made.core.before_reply = asyncio.Event().wait
            asked = made.ana.slash("video", prompt="a cat")
            await asked.answered()
            await made.discord.eventually(lambda: made.core.heard)
        asked.original.deleted = True
        made.core.before_reply = None
        async with made.running():
            await made.answered()
        assert len(made.core.heard) == 2


async def test_what_was_not_acknowledged_before_a_crash_is_forgotten(tmp_path):
    async with scene(tmp_path) as made:
        made.discord.troubles.next(Call.CALLBACK, slow(30))
        async with made.running():
            made.ana.slash("video", prompt="a cat")
            await made.discord.eventually(lambda: made.inbox.unanswered)
        async with made.running():
            await made.answered()
        assert made.core.heard == []


async def test_a_letter_that_cannot_be_read_is_put_aside(tmp_path):
    async with scene(tmp_path) as made:
        await made.inbox.put("discord", "discord:1", "{}")
        async with made.running():
            await made.answered()
        assert made.core.heard == []


async def test_d66_what_an_admin_asked_before_a_crash_is_asked_of_discord_again(tmp_path):
    async with scene(tmp_path) as made:
        roles = made.guild.members[made.ana.user.id].roles
        roles.append(made.guild.role("boss", May.MANAGE_GUILD))
        async with made.running():
            await made.asks()
            made.core.before_reply = asyncio.Event().wait
            await made.ana.slash("credits").answered()
            await made.discord.eventually(lambda: len(made.core.heard) == 2)
        roles.clear()
        made.core.before_reply = None
        async with made.running():
            await made.answered()
        assert [incoming.admin for incoming in made.core.heard] == [True, True, False]


# ------------------------------------------------------------------------------------------------ pictures


async def test_d35_d36_a_picture_whose_link_is_dead_is_said_and_nothing_starts(house):
    house.discord.troubles.always(Call.DOWNLOAD, refused(10008))
    await house.asks(image=PHOTO)
    assert "could not load that photo" in house.ana.seen()[-1].content
    assert (public(house), house.core.heard) == ([], [])


async def test_a_picture_whose_download_breaks_off_is_fetched_again(house):
    house.discord.troubles.next(Call.DOWNLOAD, broken(503))
    await house.asks(image=PHOTO)
    assert house.core.pictures == [[PHOTO.content]]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (Picture("huge.png", bytes(26_000_000)), "too large: at most 25 MB"),
        (Picture("film.mp4", b"film"), "not a photo I can read"),
    ],
)
async def test_d34_d38_what_is_no_picture_or_too_large_is_said_before_anything_begins(house, file, words):
    house.guild.boost(3)
    await house.ana.slash("video", prompt="a cat", last_image=file).answered()
    assert words in house.ana.seen()[-1].content
    assert (house.channel.posts, house.core.heard) == ([], [])
    assert house.discord.exchanges_of(Call.DOWNLOAD) == []


async def test_a_refusal_that_can_be_foreseen_is_never_public(tmp_path):
    async def foresee(incoming, pictures):
        assert (incoming.text, pictures) == ("a cat smiling", 1)
        return "That costs 28 credits and you have 3."

    async with scene(tmp_path) as made:
        made.foresee = foresee
        made.chat = made.adapter()
        async with made.running():
            await made.asks(image=PHOTO)
        assert made.ana.seen()[-1].content == "That costs 28 credits and you have 3."
        assert (made.channel.posts, made.core.heard) == ([], [])


async def test_what_cannot_be_foreseen_in_time_is_begun(tmp_path):
    async def foresee(_incoming, _pictures):
        raise StoreTrouble("locked")

    async with scene(tmp_path) as made:
        made.foresee = foresee
        made.chat = made.adapter()
        async with made.running():
            await made.asks()
        assert len(made.channel.posts) == 1


async def test_no_picture_stays_on_the_disk(house):
    await house.asks(image=PHOTO)
    assert house.files.left_in_scratch == []


# ------------------------------------------------------------------------------------------------ places


async def test_d71_a_thread_is_answered_in_and_counts_as_its_channel(house):
    thread = house.channel.thread("about cats")
    house.ana.goes_to(thread)
    await house.asks()
    assert len(thread.posts) == 1
    assert house.place.channel == str(house.channel.id)
    spot = spot_of(house.place)
    assert (spot.channel, spot.parent, spot.posts) == (thread.id, house.channel.id, True)


async def test_d74_a_forum_post_is_answered_in_and_has_no_channel_above_it_to_post_to(house):
    post = house.guild.forum("films").thread("my film")
    house.ana.goes_to(post)
    await house.asks()
    assert len(post.posts) == 1
    assert spot_of(house.place).parent is None


async def test_a_private_thread_is_not_spoken_of_outside(house):
    thread = house.channel.thread("secret", people=(house.ana.user, house.discord.world.bot))
    house.ana.goes_to(thread)
    await house.asks()
    assert spot_of(house.place).parent is None


async def test_a_voice_channels_chat_is_a_channel(house):
    voice = house.guild.channel("talk", kind=Kind.VOICE)
    house.ana.goes_to(voice)
    await house.asks()
    assert len(voice.posts) == 1


async def test_d76_a_private_chat_has_no_community_and_no_channel(house):
    house.ana.goes_to_dm()
    await house.asks()
    assert house.core.heard[0].community is None
    assert house.place.channel == ""
    assert spot_of(house.place).posts


async def test_d59_a_server_that_never_installed_the_bot_has_no_say(house):
    elsewhere = house.discord.guild("elsewhere", installed=False)
    elsewhere.join(house.ana.user)
    house.ana.user.has_installed = True
    house.ana.goes_to(elsewhere.channel("general"))
    await house.asks()
    assert house.core.heard[0].community is None
    assert not spot_of(house.place).posts
    assert "Number 1" in house.ana.seen()[-1].text


async def test_d58_where_apps_of_ones_own_are_not_allowed_everything_is_private(house):
    elsewhere = house.discord.guild("elsewhere", installed=False)
    elsewhere.join(house.ana.user)
    house.ana.user.has_installed = True
    strict = elsewhere.channel("strict")
    strict.overwrite(elsewhere.everyone, take=May.USE_EXTERNAL_APPS)
    house.ana.goes_to(strict)
    await house.asks()
    assert "Number 1" in house.ana.seen()[-1].text


# ------------------------------------------------------------------------------------------------ words


async def test_d28_d29_prompts_are_text_and_ping_nobody(house):
    prompt = f"@everyone <@{house.ben.user.id}> **bold** [click](https://evil.example) <#1>"
    house.core.replies["*"] = accepted(prompt=prompt)
    await house.asks(prompt)
    [message] = public(house)
    assert "**bold**" not in message.text
    assert "<@" not in message.text.replace("\\<", "")
    assert not message.pinged


async def test_d78_a_long_prompt_is_shown_as_an_excerpt_and_heard_whole(house):
    prompt = "cat " * 1400
    house.core.replies["*"] = accepted(prompt=prompt)
    await house.asks(prompt)
    assert house.core.heard[0].text == prompt.strip()
    assert len(public(house)[0].text) < 600


async def test_a_prompt_that_looks_like_a_command_is_a_prompt(house):
    await house.asks("/forget yes")
    assert house.core.heard[0].text == "/video /forget yes"


async def test_every_request_is_one_that_discord_knows(house):
    await house.asks(image=PHOTO)
    assert house.discord.wrong_requests == []
