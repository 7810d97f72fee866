"""What people send to the fake reaches the bot as the real server would tell it."""

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from telegram.error import (
    BadRequest,
    Forbidden,
)

from tests.fakes.telegram.pictures import picture
from tests.fakes.telegram.server import TOKEN, FakeTelegram
from tests.platforms.telegram.fake.here import CLIP, keyboard, the_update


class TestWhatPeopleSend:
    async def test_a_photo_comes_in_sizes_and_can_be_fetched(self, bot, ana):
        ana.send_photo("a cat smiling", content=picture(1000, 700))
        message = (await the_update(bot)).message
        assert (message.caption, message.text) == ("a cat smiling", None)
        assert [(size.width, size.height) for size in message.photo][-1] == (1000, 700)
        file = await bot.get_file(message.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == picture(1000, 700)

    async def test_a_broken_photo_keeps_its_bytes(self, bot, ana):
        ana.send_photo("a cat", content=b"no picture")
        message = (await the_update(bot)).message
        assert bytes(await (await bot.get_file(message.photo[-1].file_id)).download_as_bytearray()) == b"no picture"

    async def test_an_album_is_many_updates_with_one_caption(self, bot, ana):
        ana.send_album([picture(64, 64), picture(64, 64, 9)], "a cat")
        first, second = (update.message for update in await bot.get_updates())
        assert first.media_group_id == second.media_group_id
        assert (first.caption, second.caption) == ("a cat", None)

    async def test_documents_stickers_films_and_voices_are_what_they_are(self, bot, ana):
        ana.send_document("a cat", name="cat.heic", mime="image/heic")
        ana.send_sticker(animated=True)
        ana.send_film("look")
        ana.send_film(kind="animation")
        ana.send_voice()
        document, sticker, film, gif, voice = (update.message for update in await bot.get_updates())
        assert (document.document.mime_type, document.caption) == ("image/heic", "a cat")
        assert sticker.sticker.is_animated
        assert film.video.duration.total_seconds() == 5
        assert gif.animation is not None
        assert gif.document is not None
        assert voice.voice is not None

    async def test_a_file_over_20_megabytes_cannot_be_fetched(self, bot, ana):
        ana.send_document("a cat", size=21 * 1024 * 1024)
        message = (await the_update(bot)).message
        with pytest.raises(BadRequest, match="File is too big"):
            await bot.get_file(message.document.file_id)

    async def test_a_local_server_shares_files_by_path(self, tmp_path):
        telegram = FakeTelegram(local_folder=tmp_path)
        ana = telegram.person("Ana")
        clip = tmp_path / "clip.mp4"
        clip.write_bytes(CLIP)
        async with telegram.serve(), Bot(TOKEN, base_url=telegram.base_url, local_mode=True) as bot:
            ana.send_document("a cat", content=b"as it is", size=21 * 1024 * 1024)
            file = await bot.get_file((await the_update(bot)).message.document.file_id)
            assert (tmp_path / file.file_path).read_bytes() == b"as it is"
            await bot.send_video(ana.id, clip)
        assert ana.chat.clips[0].clip.file.content == CLIP
        assert telegram.called("sendVideo")[0].uploads == {}

    async def test_commands_are_marked(self, bot, ana):
        ana.send_text("🎬 /video@reel_test_bot a cat")
        (entity,) = (await the_update(bot)).message.entities
        assert (entity.type, entity.offset, entity.length) == ("bot_command", 3, 20)

    async def test_a_deep_link_starts_with_its_payload(self, bot, telegram):
        zoe = telegram.person("Zoe", started=False)
        with pytest.raises(Forbidden, match="can't initiate conversation"):
            await bot.send_message(zoe.id, "hello")
        zoe.start("job_k3f9q0x2ab")
        assert (await the_update(bot)).message.text == "/start job_k3f9q0x2ab"
        await bot.send_message(zoe.id, "hello")


class TestButtons:
    async def test_a_press_is_answered_once(self, bot, ana):
        await bot.send_message(ana.id, "Being made.", reply_markup=keyboard("Cancel"))
        press = ana.press(ana.seen()[0], "Cancel")
        query = (await the_update(bot)).callback_query
        assert (query.data, query.message.text) == ("Cancel:1", "Being made.")
        await query.answer("Stopped.", show_alert=True)
        assert await press.answer() == {"text": "Stopped.", "alert": True, "url": None}
        with pytest.raises(BadRequest, match="Query is too old"):
            await query.answer()

    async def test_anybody_can_forge_one_under_an_old_message(self, bot, ana, ben):
        note = await bot.send_message(ana.id, "Being made.")
        ben.press_forged(ana.chat.find(note.message_id), "Cancel:1", old=True)
        query = (await the_update(bot)).callback_query
        assert (query.from_user.id, query.message.is_accessible) == (ben.id, False)

    async def test_a_press_that_is_too_old_cannot_be_answered(self, bot, ana):
        await bot.send_message(ana.id, "Being made.", reply_markup=keyboard("Cancel"))
        ana.press(ana.seen()[0], "Cancel").query.expired = True
        with pytest.raises(BadRequest, match="Query is too old"):
            await (await the_update(bot)).callback_query.answer()

    async def test_a_button_bears_64_bytes(self, bot, ana):
        long = InlineKeyboardMarkup([[InlineKeyboardButton("Again", callback_data="ä" * 33)]])
        with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
            await bot.send_message(ana.id, "words", reply_markup=long)
