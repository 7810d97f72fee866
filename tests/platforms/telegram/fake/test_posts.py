"""What the bot posts on the fake is seen by people, and refused where the real server refuses it."""

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InputMediaVideo,
    ReplyParameters,
)
from telegram.error import (
    BadRequest,
    Forbidden,
    NetworkError,
    RetryAfter,
)

from tests.platforms.telegram.fake.here import CLIP, keyboard


class TestSending:
    async def test_words_are_seen_without_their_marks(self, bot, ana):
        sent = await bot.send_message(ana.id, "<b>Being made</b> &lt;3 <i>soon</i>", parse_mode="HTML")
        assert [post.text for post in ana.seen()] == ["Being made <3 soon"]
        assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [
            ("bold", 0, 10),
            ("italic", 14, 4),
        ]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("a <cat", "unsupported start tag"),
            ("<b>cat", "can't find end tag"),
            ("cat</b>", "unmatched end tag"),
            ("<cat>", "unsupported start tag"),
        ],
    )
    async def test_marks_that_do_not_fit_are_refused(self, bot, ana, text, words):
        with pytest.raises(BadRequest, match=words):
            await bot.send_message(ana.id, text, parse_mode="HTML")

    @pytest.mark.parametrize(("text", "words"), [("   ", "must be non-empty"), ("x" * 4097, "is too long")])
    async def test_texts_that_do_not_fit_are_refused(self, bot, ana, text, words):
        with pytest.raises(BadRequest, match=words):
            await bot.send_message(ana.id, text)

    async def test_a_caption_that_is_too_long_is_refused(self, bot, ana):
        with pytest.raises(BadRequest, match="caption is too long"):
            await bot.send_video(ana.id, CLIP, caption="x" * 1025)

    async def test_a_clip_is_seen_as_it_was_described(self, bot, ana):
        await bot.send_video(
            ana.id, CLIP, width=640, height=360, duration=6, supports_streaming=True, caption="done",
            thumbnail=b"\xff\xd8 small", filename="cat.mp4",
        )  # fmt: skip
        (post,) = ana.seen()
        clip = post.clip
        assert (clip.width, clip.height, clip.duration, clip.streams) == (640, 360, 6, True)
        assert (clip.file.content, clip.thumbnail.content, post.text) == (CLIP, b"\xff\xd8 small", "done")

    async def test_a_file_id_is_sent_again_without_its_bytes(self, bot, telegram, ana, ben):
        first = await bot.send_video(ana.id, CLIP, width=640, height=360)
        second = await bot.send_video(ben.id, first.video.file_id)
        assert (second.video.file_id, second.video.width) == (first.video.file_id, 640)
        assert [len(call.uploads) for call in telegram.called("sendVideo")] == [1, 0]

    async def test_a_file_that_is_too_large_is_refused_with_413(self, bot, telegram, ana):
        telegram.most_upload = 400
        with pytest.raises(NetworkError, match="Request Entity Too Large"):
            await bot.send_video(ana.id, CLIP)
        telegram.most_upload = 1
        with pytest.raises(NetworkError, match="Request Entity Too Large"):
            await bot.send_video(ana.id, bytes(2_000_000))
        assert ana.seen() == []

    async def test_a_reply_to_something_deleted_needs_leave(self, bot, ana):
        asked = ana.send_text("a cat")
        ana.delete(asked)
        with pytest.raises(BadRequest, match="Message to be replied not found"):
            await bot.send_message(ana.id, "hello", reply_parameters=ReplyParameters(asked.id))
        leave = ReplyParameters(asked.id, allow_sending_without_reply=True)
        await bot.send_message(ana.id, "hello", reply_parameters=leave)
        assert ana.seen()[0].reply_to is None

    async def test_places_that_are_gone_say_how(self, bot, telegram, ana, ben):
        kicked, deleted = telegram.supergroup("Movies", ana), telegram.group("Photos", ana)
        muted = telegram.supergroup("Quiet", ana)
        kicked.kick_bot()
        deleted.delete()
        muted.mute_bot(frozenset({"can_send_messages"}))
        ana.block_bot()
        ben.delete_account()
        expected = [
            (kicked.id, Forbidden, "bot was kicked from the supergroup chat"),
            (deleted.id, BadRequest, "Chat not found"),
            (muted.id, BadRequest, "Not enough rights to send videos to the chat"),
            (ana.id, Forbidden, "bot was blocked by the user"),
            (ben.id, Forbidden, "user is deactivated"),
            (-12345, BadRequest, "Chat not found"),
        ]
        for chat, error, words in expected:
            with pytest.raises(error, match=words):
                await bot.send_video(chat, CLIP)
        await bot.send_message(muted.id, "words are still allowed")

    async def test_who_rang_whom_is_known(self, bot, telegram, ana, ben):
        group = telegram.supergroup("Movies", ana, (ben,))
        asked = ana.send_text("/video a cat", group)
        await bot.send_message(group.id, "for everybody")
        await bot.send_message(
            group.id, "quietly", disable_notification=True, reply_parameters=ReplyParameters(asked.id)
        )
        await bot.send_message(group.id, "for Ana", reply_parameters=ReplyParameters(asked.id))
        await bot.send_message(group.id, '<a href="tg://user?id=1002">Ben</a>', parse_mode="HTML")
        assert [post.text for post in ana.rung(group)] == ["for Ana"]
        assert [post.text for post in ben.rung(group)] == ["Ben"]

    async def test_actions_and_reactions_are_seen(self, bot, ana):
        asked = ana.send_text("a cat")
        await bot.send_chat_action(ana.id, "upload_video")
        await bot.set_message_reaction(ana.id, asked.id, "👀")
        assert (ana.chat.actions, asked.reactions) == ([("upload_video", None)], ("👀",))

    async def test_a_group_bears_only_so_much_in_a_minute(self, bot, telegram, ana):
        telegram.per_minute = 2
        group = telegram.supergroup("Movies", ana)
        note = await bot.send_message(group.id, "1")
        await bot.edit_message_text("2", group.id, note.message_id)
        with pytest.raises(RetryAfter) as refused:
            await bot.send_chat_action(group.id, "typing")
        assert 55 < refused.value.retry_after.total_seconds() <= 60
        await bot.send_message(ana.id, "another chat")


class TestEditing:
    async def test_an_edit_to_the_same_is_refused(self, bot, ana):
        note = await bot.send_message(ana.id, "Number 2.", reply_markup=keyboard("Cancel"))
        with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
            await bot.edit_message_text("Number 2.", ana.id, note.message_id, reply_markup=keyboard("Cancel"))
        await bot.edit_message_text("Number 1.", ana.id, note.message_id)
        (post,) = ana.seen()
        assert (post.text, post.buttons, post.edits) == ("Number 1.", [], 1)

    async def test_a_text_becomes_a_film_and_never_a_text_again(self, bot, ana):
        note = await bot.send_message(ana.id, "Being made.")
        film = InputMediaVideo(CLIP, caption="done", thumbnail=b"\xff\xd8", width=640, height=360, duration=6)
        changed = await bot.edit_message_media(film, ana.id, note.message_id, reply_markup=keyboard("Again"))
        (post,) = ana.seen()
        assert (post.clip.file.content, post.text, post.buttons) == (CLIP, "done", ["Again"])
        assert changed.video.file_id == post.clip.file.id
        with pytest.raises(BadRequest, match="There is no text in the message to edit"):
            await bot.edit_message_text("again?", ana.id, note.message_id)
        await bot.edit_message_caption(ana.id, note.message_id, caption="kept")
        await bot.edit_message_reply_markup(ana.id, note.message_id, reply_markup=keyboard("Delete"))
        assert (post.text, post.buttons) == ("kept", ["Delete"])

    async def test_the_same_film_again_is_no_change(self, bot, ana):
        sent = await bot.send_video(ana.id, CLIP)
        with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
            await bot.edit_message_media(InputMediaVideo(sent.video.file_id), ana.id, sent.message_id)
        await bot.edit_message_media(InputMediaVideo(CLIP), ana.id, sent.message_id)

    async def test_only_what_is_there_and_ones_own_can_be_changed(self, bot, ana):
        asked = ana.send_text("a cat")
        with pytest.raises(BadRequest, match="Message can't be edited"):
            await bot.edit_message_text("a dog", ana.id, asked.id)
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("a dog", ana.id, 999)
        note = await bot.send_message(ana.id, "words")
        with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
            await bot.edit_message_caption(ana.id, note.message_id, caption="a dog")

    async def test_a_deleted_message_is_gone_once(self, bot, telegram, ana):
        note = await bot.send_message(ana.id, "words")
        assert await bot.delete_message(ana.id, note.message_id)
        with pytest.raises(BadRequest, match="Message to delete not found"):
            await bot.delete_message(ana.id, note.message_id)
        assert ana.seen() == []
        assert len(ana.chat.by_bot) == 1
        group = telegram.supergroup("Movies", ana)
        asked = ana.send_text("/video a cat", group)
        with pytest.raises(BadRequest, match="Message can't be deleted"):
            await bot.delete_message(group.id, asked.id)
        assert await bot.delete_messages(group.id, [asked.id, 999])
        assert ana.seen(group) == [asked]


class TestMenusAndProfile:
    async def test_menus_are_kept_by_scope_and_language(self, bot):
        scope = BotCommandScopeAllPrivateChats()
        await bot.set_my_commands([BotCommand("video", "Make one")])
        await bot.set_my_commands([BotCommand("video", "Mach eins")], scope=scope, language_code="de")
        assert [command.description for command in await bot.get_my_commands()] == ["Make one"]
        assert [c.description for c in await bot.get_my_commands(scope, language_code="de")] == ["Mach eins"]
        await bot.delete_my_commands(scope, language_code="de")
        assert await bot.get_my_commands(scope, language_code="de") == ()

    async def test_a_command_is_lower_case(self, bot):
        with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
            await bot.set_my_commands([BotCommand("Video", "Make one")])

    async def test_the_profile_is_kept_by_language(self, bot):
        await bot.set_my_description("Makes videos")
        await bot.set_my_short_description("Macht Videos", language_code="de")
        assert (await bot.get_my_description()).description == "Makes videos"
        assert (await bot.get_my_short_description(language_code="de")).short_description == "Macht Videos"
