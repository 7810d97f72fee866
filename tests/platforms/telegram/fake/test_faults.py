"""Everything that can go wrong on the way goes wrong on the fake once, and does what it says."""

import asyncio

import aiohttp
import pytest
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from tests.fakes.telegram import faults
from tests.fakes.telegram.server import TOKEN
from tests.platforms.telegram.fake.here import CLIP, the_update


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "error", "posts"),
        [
            (faults.flood(7), RetryAfter, 0),
            (faults.server_error(503), NetworkError, 0),
            (faults.server_error(500, done=True), NetworkError, 1),
            (faults.page(502), NetworkError, 0),
            (faults.page(502, done=True), NetworkError, 1),
            (faults.cut(done=False), NetworkError, 0),
            (faults.cut(done=True), NetworkError, 1),
            (faults.silence(done=False), TimedOut, 0),
            (faults.silence(done=True), TimedOut, 1),
            (faults.too_large(), NetworkError, 0),
            (faults.bad_request("TOPIC_CLOSED"), BadRequest, 0),
            (faults.forbidden("bot was blocked by the user"), Forbidden, 0),
            (faults.unauthorized(), InvalidToken, 0),
            (faults.not_found(), InvalidToken, 0),
            (faults.conflict(), Conflict, 0),
        ],
    )
    async def test_a_fault_happens_once_and_does_what_it_says(self, bot, telegram, ana, fault, error, posts):
        telegram.fail("sendMessage", fault)
        with pytest.raises(error):
            await bot.send_message(ana.id, "hello", read_timeout=0.3)
        assert len(ana.seen()) == posts
        await bot.send_message(ana.id, "hello")

    async def test_a_late_answer_comes_when_it_is_let_go(self, bot, telegram, ana):
        telegram.fail("sendMessage", faults.late())
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(bot.send_message(ana.id, "hello"))
            await telegram.until(ana.seen)
            assert not sending.done()
            telegram.let_go()
        assert sending.result().text == "hello"

    async def test_a_video_without_an_id_appears_later(self, bot, telegram, ana):
        telegram.fail("sendVideo", faults.without_id())
        sent = await bot.send_video(ana.id, CLIP)
        assert (sent.message_id, ana.seen()) == (0, [])
        telegram.publish_scheduled()
        assert ana.seen()[0].id != 0

    async def test_a_clip_may_come_back_as_an_animation(self, bot, telegram, ana):
        telegram.fail("sendVideo", faults.as_animation())
        sent = await bot.send_video(ana.id, CLIP)
        assert (sent.video, sent.animation.file_id) == (None, ana.seen()[0].clip.file.id)

    async def test_a_download_can_fail(self, bot, telegram, ana):
        ana.send_photo("a cat")
        file = await bot.get_file((await the_update(bot)).message.photo[-1].file_id)
        telegram.fail("file", faults.page(502))
        with pytest.raises(NetworkError):
            await file.download_as_bytearray()
        telegram.files.lost_paths.add(telegram.downloads[0])
        with pytest.raises(InvalidToken):
            await file.download_as_bytearray()

    async def test_any_method_can_fail_and_heal(self, bot, telegram, ana):
        telegram.fail("*", faults.flood(), faults.flood())
        with pytest.raises(RetryAfter):
            await bot.get_me()
        telegram.heal()
        await bot.get_me()

    async def test_a_wrong_token_is_refused(self, telegram):
        for token, status in (("1:wrong", 401), ("wrong", 404)):
            async with aiohttp.ClientSession() as session, session.get(f"{telegram.base_url}{token}/getMe") as answer:
                assert answer.status == status
        async with aiohttp.ClientSession() as session, session.get(f"{telegram.base_url}{TOKEN}/getMe") as answer:
            assert (await answer.json())["result"]["username"] == "reel_test_bot"

    async def test_an_unknown_method_is_not_found(self, telegram):
        url = f"{telegram.base_url}{TOKEN}/makeCoffee"
        async with aiohttp.ClientSession() as session, session.post(url, json={"sugar": 2}) as answer:
            assert (await answer.json())["description"] == "Not Found: method not found"
        telegram.complaints.clear()
