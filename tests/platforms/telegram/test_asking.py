"""What people write and send becomes one `Incoming`, or one clear sentence."""

import pytest

from bot.core.admin_commands import ADMIN_COMMANDS, OPERATOR_COMMANDS
from bot.core.commands import COMMANDS
from bot.core.model import CommunityId, Reply
from bot.platforms.telegram.places import address_of
from tests.fakes.telegram.faults import bad_request, cut, server_error
from tests.platforms.telegram.at_work import ScriptedCore, at_work, until


@pytest.fixture
async def work(telegram, tmp_path):
    async with at_work(telegram, tmp_path) as working:
        yield working


async def said_last(telegram, person, count=1, chat=None):
    """The bot's latest message, once it has written so many."""
    chat = chat or person.chat
    return (await until(lambda: chat.by_bot[count - 1 :]))[-1].text


# ------------------------------------------------------------------------------------------ private chats


async def test_a_photo_with_a_caption_in_a_private_chat_is_a_wish_with_its_largest_size(telegram, ana, work):
    ana.send_photo("a cat smiling", content=b"the photo itself")
    await work.answered()
    incoming = work.core.heard[0]
    assert (incoming.text, work.core.photos[0], incoming.community) == ("a cat smiling", [b"the photo itself"], None)


async def test_pictures_are_gone_from_our_disk_once_the_core_has_seen_them(telegram, ana, work):
    ana.send_photo("a cat smiling")
    await work.answered()
    assert work.files.left_in_scratch == []


async def test_an_image_sent_as_a_file_is_a_photo_too_heic_included(telegram, ana, work):
    ana.send_document("a cat", content=b"heic bytes", name="IMG_1.HEIC", mime="application/octet-stream")
    await work.answered()
    assert work.core.photos == [[b"heic bytes"]]


async def test_plain_words_in_a_private_chat_are_a_wish(telegram, ana, work):
    ana.send_text("a boat at dusk")
    await work.answered()
    assert work.core.texts == ["a boat at dusk"]


async def test_words_that_answer_a_photo_in_a_private_chat_bring_the_photo(telegram, ana, work):
    photo = ana.send_photo(content=b"photo")
    await work.answered()
    ana.send_text("let it rain", reply_to=photo)
    await work.answered()
    assert (work.core.texts[-1], work.core.photos[-1]) == ("let it rain", [b"photo"])


async def test_a_command_that_answers_a_photo_is_not_burdened_with_it(telegram, ana, work):
    photo = ana.send_photo(content=b"photo")
    await work.answered()
    ana.send_text("/credits", reply_to=photo)
    await work.answered()
    assert (work.core.texts[-1], work.core.photos[-1]) == ("/credits", [])


async def test_a_caption_longer_than_a_prompt_may_be_is_handed_on_for_the_core_to_judge(telegram, ana, work):
    ana.send_photo("x" * 1500)
    await work.answered()
    assert work.core.texts == ["x" * 1500]


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ("", "/start"),
        ("job_k3f9q0x2ab", "/job k3f9q0x2ab"),
        ("credits", "/credits"),
        ("usage", "/usage"),
        ("again_k3f9q0x2ab", "/start"),
        ("forget", "/start"),
    ],
)
async def test_a_deep_link_shows_things_and_starts_nothing(telegram, ana, work, payload, text):
    ana.start(payload)
    await work.answered()
    assert work.core.texts == [text]


@pytest.mark.parametrize(
    ("send", "sentence"),
    [
        (lambda ana: ana.send_sticker(), "reply to it"),
        (lambda ana: ana.send_sticker(animated=True), "moves already"),
        (lambda ana: ana.send_sticker(film=True), "moves already"),
        (lambda ana: ana.send_film("make it longer"), "not from videos"),
        (lambda ana: ana.send_film("a GIF", kind="animation"), "not from videos"),
        (lambda ana: ana.send_document("x", name="film.mp4", mime="video/mp4"), "not from videos"),
        (lambda ana: ana.send_document("x", name="tax.pdf", mime="application/pdf"), "not a photo"),
        (lambda ana: ana.send_document("x", size=20_000_001), "at most 20 MB"),
        (lambda ana: ana.send_voice(), "text and photos"),
    ],
    ids=["sticker", "moving", "filmed", "video", "gif", "video file", "paper", "too big", "voice"],
)
async def test_what_cannot_be_animated_is_refused_in_one_sentence(telegram, ana, work, send, sentence):
    send(ana)
    await work.answered()
    assert sentence in await said_last(telegram, ana)
    assert (work.core.heard, len(ana.chat.by_bot)) == ([], 1)


async def test_a_reply_to_a_still_sticker_animates_it(telegram, ana, work):
    sticker = ana.send_sticker()
    await work.answered()
    ana.send_text("let it wave", reply_to=sticker)
    await work.answered()
    assert (work.core.texts, work.core.photos) == (["let it wave"], [[b"RIFF....WEBP"]])


async def test_a_photo_that_telegram_finds_too_big_is_refused_in_one_sentence(telegram, ana, work):
    telegram.fail("getFile", bad_request("file is too big"))
    ana.send_photo("a cat")
    await work.answered()
    assert "at most 20 MB" in await said_last(telegram, ana)


async def test_a_photo_that_cannot_be_had_is_asked_for_again(telegram, ana, work):
    telegram.fail("getFile", bad_request("wrong file_id or the file is temporarily unavailable"))
    ana.send_photo("a cat")
    await work.answered()
    assert "send it again" in await said_last(telegram, ana)
    assert work.core.heard == []


async def test_a_broken_download_is_tried_again(telegram, ana, work):
    telegram.fail("getFile", server_error())
    telegram.fail("file", cut(done=False), server_error())
    ana.send_photo("a cat", content=b"photo")
    await work.answered()
    assert work.core.photos == [[b"photo"]]


async def test_a_download_that_stays_broken_ends_in_a_sentence(telegram, ana, work):
    telegram.fail("file", *[server_error()] * 4)
    ana.send_photo("a cat")
    await work.answered()
    assert "could not be loaded" in await said_last(telegram, ana)


async def test_what_carries_no_words_and_no_file_is_passed_over(telegram, ana, work):
    telegram.announce("message", {
        "message_id": 77, "date": 1, "chat": ana.chat.to_json(), "from": ana.user, "delete_chat_photo": True,
    })  # fmt: skip
    await work.answered()
    assert (work.core.heard, ana.chat.by_bot) == ([], [])


async def test_updates_that_we_never_asked_for_are_put_away(telegram, ana, work):
    post = ana.send_text("a cat")
    await work.answered()
    telegram.updates.allow(["message", "edited_message", "channel_post"])
    ana.edit(post, "a dog")
    await until(lambda: telegram.updates.pending == [])
    await work.answered()
    assert work.core.texts == ["a cat"]


# ------------------------------------------------------------------------------------------ T19, albums


async def test_t19_an_album_of_two_is_first_and_last_frame_in_the_order_it_was_sent(telegram, ana, work):
    ana.send_album([b"first", b"last"], "from day to night")
    await work.answered()
    assert (work.core.texts, work.core.photos) == (["from day to night"], [[b"first", b"last"]])


async def test_t19_pieces_that_come_in_another_order_are_put_right(telegram, ana, work):
    ana.send_album([b"first", b"last"], "from day to night")
    telegram.updates.pending.reverse()
    await work.answered()
    assert work.core.photos == [[b"first", b"last"]]


async def test_t19_more_than_two_are_refused_once_and_not_even_fetched(telegram, ana, work):
    ana.send_album([b"1", b"2", b"3"], "all of them")
    await work.answered()
    assert [post.text for post in ana.chat.by_bot] == ["Two photos at most: the first frame and the last frame."]
    assert (work.core.heard, telegram.downloads) == ([], [])


async def test_t19_a_piece_that_comes_too_late_starts_nothing(telegram, ana, work):
    ana.send_album([b"first", b"last"], "from day to night")
    late = telegram.updates.pending.pop()
    await work.answered()
    telegram.updates.pending.append(late)
    telegram.updates._wake()
    await until(lambda: not telegram.updates.pending)
    await work.answered()
    assert len(work.core.heard) == 1


async def test_t19_an_album_with_a_film_in_it_is_refused_once(telegram, ana, work):
    ana.send_album([b"first"], "both")
    album = ana.chat.posts[-1].album
    film = ana.send_film("")
    telegram.updates.pending[-1]["message"]["media_group_id"] = album
    await work.answered()
    assert film.chat.by_bot[0].text.startswith("I start from photos")
    assert (len(film.chat.by_bot), work.core.heard) == (1, [])


async def test_t19_an_album_in_a_group_counts_if_one_caption_is_a_command(telegram, ana, work):
    telegram.privacy = False
    group = telegram.group("Cats", ana)
    ana.send_album([b"first", b"last"], "/video from day to night", group)
    await work.answered()
    assert (work.core.texts, work.core.photos) == (["/video from day to night"], [[b"first", b"last"]])


async def test_t19_an_album_that_nobody_sent_to_us_is_passed_over(telegram, ana, work):
    telegram.privacy = False
    group = telegram.group("Cats", ana)
    ana.send_album([b"first", b"last"], "my holidays", group)
    await work.answered()
    assert (work.core.heard, group.by_bot) == ([], [])


# ------------------------------------------------------------------------------------------ groups


async def test_t22_a_command_in_a_caption_counts_in_a_group(telegram, ana, work):
    telegram.privacy = False
    group = telegram.supergroup("Cats", ana)
    ana.send_photo("/video@reel_test_bot a cat smiling", group, content=b"photo")
    await work.answered()
    incoming = work.core.heard[0]
    assert (incoming.text, work.core.photos) == ("/video@reel_test_bot a cat smiling", [[b"photo"]])
    assert incoming.community == CommunityId("telegram", str(group.id))


async def test_t42_a_reply_to_anybodys_photo_animates_it(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    photo = ben.send_photo("look", group, content=b"photo")
    ana.send_text("/video@reel_test_bot let it rain", group, reply_to=photo)
    await work.answered()
    assert (work.core.heard[0].user.name, work.core.photos) == ("Ana", [[b"photo"]])


async def test_a_reply_to_a_photo_in_another_chat_animates_it_too(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    photo = ana.send_photo("mine", content=b"photo")
    ana.send_text("/video let it rain", group, elsewhere=photo)
    await work.answered()
    assert work.core.photos[-1] == [b"photo"]


async def test_a_reply_to_a_film_is_refused_in_one_sentence(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    film = ana.send_film("", group)
    ana.send_text("/video longer", group, reply_to=film)
    assert "not from videos" in await said_last(telegram, ana, chat=group)


@pytest.mark.parametrize("text", ["hello", "look: /video", "/video@other_bot a cat", "/strange thing", "/ video"])
async def test_t41_what_is_not_meant_for_us_in_a_group_is_passed_over(telegram, ana, work, text):
    telegram.privacy = False
    group = telegram.group("Cats", ana)
    ana.send_text(text, group)
    await work.answered()
    assert (work.core.heard, group.by_bot) == ([], [])


async def test_an_unknown_command_that_names_us_is_handed_on(telegram, ana, work):
    group = telegram.group("Cats", ana)
    ana.send_text("/dance@reel_test_bot", group)
    await work.answered()
    assert work.core.texts == ["/dance@reel_test_bot"]


async def test_a_film_with_a_command_in_a_group_is_refused_in_one_sentence(telegram, ana, work):
    telegram.privacy = False
    group = telegram.group("Cats", ana)
    ana.send_film("/video longer", group)
    assert "not from videos" in await said_last(telegram, ana, chat=group)


async def test_t23_editing_an_old_wish_starts_nothing(telegram, ana, work):
    post = ana.send_text("/video a cat")
    await work.answered()
    ana.edit(post, "/video a dog")
    ana.send_text("/help")
    await until(lambda: len(work.core.heard) == 2)
    assert work.core.texts == ["/video a cat", "/help"]


async def test_t37_a_topic_is_kept_where_there_is_one_and_only_there(telegram, ana, work):
    forum = telegram.forum("Films", ana, topics=("Cats",))
    ana.send_text("/video a cat", forum, topic=forum.topic("Cats"))
    await work.answered()
    ana.send_text("/video a dog", forum)
    await work.answered()
    group = telegram.supergroup("No topics", ana)
    root = ana.send_text("hello", group)
    ana.send_text("/video a bird", group, reply_to=root)
    await until(lambda: len(work.core.heard) == 3)
    topics = [address_of(incoming.place).topic for incoming in work.core.heard]
    assert topics == [forum.topic("Cats").id, None, None]
    assert [incoming.place.channel for incoming in work.core.heard] == [str(forum.topic("Cats").id), "1", ""]


async def test_t47_an_anonymous_admin_is_one_and_nobody_who_could_be_charged(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    photo = ana.send_photo("look", group)
    ana.send_text("/video a cat", group, mask="group", reply_to=photo)
    await work.answered()
    ana.send_text("/limits set member_daily 5", group, mask="group")
    await work.answered()
    heard = [(incoming.anonymous, incoming.admin, incoming.pictures) for incoming in work.core.heard]
    assert (heard, telegram.downloads) == ([(True, False, ()), (True, True, ())], [])


async def test_t47_somebody_who_writes_as_a_channel_is_nobody_and_no_admin(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    ana.send_text("/limits set member_daily 5", group, mask="channel")
    await work.answered()
    assert [(incoming.anonymous, incoming.admin) for incoming in work.core.heard] == [(True, False)]


async def test_t46_rights_are_looked_up_where_they_matter_alone(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    for person, text in ((ana, "/video a cat"), (ana, "/limits"), (ben, "/limits show"), (ana, "/help")):
        person.send_text(text, group)
        await work.answered()
    ana.send_text("/limits")
    await work.answered()
    assert [incoming.admin for incoming in work.core.heard] == [False, True, False, True, False]
    assert len(telegram.called("getChatAdministrators")) == 1


@pytest.mark.parametrize(
    ("command", "admin"),
    [("usage", True), ("block", True), ("unblock", True), ("blocked", True), ("report", False), ("grant", False)],
)
async def test_the_core_is_told_of_an_admin_where_its_answer_depends_on_it(telegram, ana, ben, work, command, admin):
    group = telegram.supergroup("Cats", ana, (ben,))
    for person in (ana, ben):
        person.send_text(f"/{command} words cat", group)
        await work.answered()
    ana.send_text(f"/{command}@reel_test_bot", group, mask="group")
    await work.answered()
    assert [incoming.admin for incoming in work.core.heard] == [admin, False, admin]


async def test_every_command_of_the_core_is_heard_in_a_group(telegram, ana, work):
    telegram.privacy = False
    group = telegram.supergroup("Cats", ana)
    names = dict.fromkeys((*COMMANDS, *ADMIN_COMMANDS, *OPERATOR_COMMANDS))
    for name in names:
        ana.send_text(f"/{name}", group)
        await work.answered()
    assert work.core.texts == [f"/{name}" for name in names]
    assert {"limits", "block", "unblock", "blocked", "report", "usage", "grant"} <= names.keys()


async def test_t46_usage_does_not_wait_for_rights_that_cannot_be_found_out(telegram, ana, work):
    telegram.fail("getChatAdministrators", server_error(), server_error())
    ana.send_text("/usage", telegram.supergroup("Cats", ana))
    await work.answered()
    assert [(incoming.text, incoming.admin) for incoming in work.core.heard] == [("/usage", False)]


async def test_t46_rights_that_cannot_be_found_out_are_said_to_be_so(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    telegram.fail("getChatAdministrators", server_error(), server_error())
    ana.send_text("/limits set member_daily 5", group)
    await work.answered()
    assert "could not find out" in await said_last(telegram, ana, chat=group)
    ana.send_text("/help", group)
    await work.answered()
    assert [(incoming.text, incoming.admin) for incoming in work.core.heard] == [("/help", False)]


async def test_other_bots_and_forwarded_channel_posts_are_passed_over(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    for number, sender in enumerate(({"id": 5, "is_bot": True}, {"id": 777000, "is_bot": False})):
        message = {"message_id": 900 + number, "date": 1, "chat": group.to_json(), "text": "/video a cat"}
        telegram.announce("message", {**message, "from": {"first_name": "x", **sender}})
    await work.answered()
    await until(lambda: not telegram.updates.pending)
    await work.answered()
    assert work.core.heard == []


async def test_a_person_without_a_language_is_spoken_to_in_english(telegram, work):
    quiet = telegram.person("Quiet", language=None)
    quiet.send_text("hello")
    await work.answered()
    assert work.core.heard[0].user.language == "en"


async def test_a_language_is_taken_without_its_region(telegram, work):
    telegram.person("Bia", language="pt-br").send_text("olá")
    await work.answered()
    assert work.core.heard[0].user.language == "pt"


# ------------------------------------------------------------------------------------------ edit prompt


async def test_new_words_that_answer_an_edit_keep_the_choices_of_the_earlier_video(telegram, ana, tmp_path):
    composed = "/video model=hailuo seconds=6 resolution=768P photo=k3f9q0x2ab a cat"
    core = ScriptedCore(replies={"edit please": Reply("Change the text and send it again.", compose=composed)})
    async with at_work(telegram, tmp_path, core=core) as work:
        ana.send_text("edit please")
        await work.answered()
        asked = ana.seen()[-1]
        assert (asked.markup["force_reply"], composed in asked.text) == (True, True)
        ana.send_text("a dog", reply_to=asked)
        await work.answered()
        ana.send_text(composed + " asleep", reply_to=asked)
        await until(lambda: len(core.heard) == 3)
    choices = "/video model=hailuo seconds=6 resolution=768P photo=k3f9q0x2ab"
    assert core.texts[1:] == [f"{choices} a dog", f"{choices} a cat asleep"]


async def test_an_answer_to_any_other_message_of_ours_is_just_words(telegram, ana, work):
    ana.send_text("hello")
    await work.answered()
    ana.send_text("a dog", reply_to=ana.chat.by_bot[0])
    await work.answered()
    assert work.core.texts[-1] == "a dog"
