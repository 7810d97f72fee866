"""The fake hands out updates as the real server does: until confirmed, to one poller, or to the webhook."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import (
    Bot,
)
from telegram.error import (
    Conflict,
)

from tests.fakes.serving import serving
from tests.fakes.telegram.server import TOKEN, FakeTelegram
from tests.platforms.telegram.fake.here import the_update


class TestUpdates:
    async def test_an_update_stays_until_a_higher_offset_confirms_it(self, bot, ana):
        ana.send_text("hello")
        first = await the_update(bot)
        assert (await the_update(bot)).update_id == first.update_id
        assert await bot.get_updates(offset=first.update_id + 1, timeout=0) == ()
        assert await bot.get_updates(timeout=0) == ()

    async def test_a_poll_waits_for_the_first_update(self, bot, telegram, ana):
        async with asyncio.TaskGroup() as group:
            polling = group.create_task(bot.get_updates(timeout=5))
            await telegram.until(lambda: telegram.called("getUpdates"))
            ana.send_text("hello")
        assert polling.result()[0].message.text == "hello"

    async def test_a_second_poller_ends_the_first(self, bot, telegram, ana):
        async with Bot(TOKEN, base_url=telegram.base_url) as other, asyncio.TaskGroup() as group:
            first = group.create_task(_refusal(bot.get_updates(timeout=5)))
            await telegram.until(lambda: telegram.updates.offsets)
            second = group.create_task(other.get_updates(timeout=5))
            assert "terminated by other getUpdates request" in str(await first)
            ana.send_text("hello")
        assert len(second.result()) == 1

    async def test_a_poll_with_a_webhook_is_a_conflict(self, bot):
        await bot.set_webhook("https://example.org/hook")
        with pytest.raises(Conflict, match="while webhook is active"):
            await bot.get_updates()

    async def test_kinds_that_are_not_wanted_do_not_come(self, bot, telegram, ana):
        post = ana.send_text("hello")
        update = await the_update(bot)
        await bot.get_updates(offset=update.update_id + 1, allowed_updates=["callback_query"])
        ana.edit(post, "hello!")
        ana.send_text("anybody there?")
        assert await bot.get_updates() == ()

    async def test_an_edit_is_another_kind_of_update(self, bot, ana):
        post = ana.send_text("/video a cat")
        first = await the_update(bot)
        ana.edit(post, "/video a dog")
        edited = (await the_update(bot, first.update_id + 1)).edited_message
        assert (edited.message_id, edited.text, edited.edit_date is not None) == (post.id, "/video a dog", True)

    async def test_an_update_can_come_twice(self, bot, telegram, ana):
        ana.send_text("hello")
        telegram.updates.duplicate()
        first, second = await bot.get_updates()
        assert first.update_id == second.update_id

    async def test_confirmed_updates_can_come_again(self, bot, telegram, ana):
        ana.send_text("hello")
        update = await the_update(bot)
        await bot.get_updates(offset=update.update_id + 1)
        telegram.updates.replay()
        assert (await the_update(bot)).update_id == update.update_id

    async def test_updates_outlive_the_server(self, ana, telegram):
        ana.send_text("hello")
        other = FakeTelegram()
        zoe = other.person("Zoe")
        async with other.serve():
            zoe.send_text("hello")
        async with other.serve(), Bot(TOKEN, base_url=other.base_url) as bot:
            assert (await the_update(bot)).message.text == "hello"


async def _refusal(awaitable):
    with pytest.raises(Conflict) as refused:
        await awaitable
    return refused.value


class TestWebhook:
    @asynccontextmanager
    async def hook(self, answers):
        """A webhook that answers with these statuses, the last one for ever; gives its address and what it was sent."""
        came = asyncio.Queue()

        async def take(request):
            await came.put((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
            return web.Response(status=answers.pop(0) if len(answers) > 1 else answers[0])

        async with serving(web.post("/hook", take)) as url:
            yield f"{url}/hook", came

    async def test_updates_are_pushed_with_the_secret(self, bot, ana):
        async with self.hook([200]) as (url, came):
            await bot.set_webhook(url, secret_token="s3cret")
            ana.send_text("hello")
            secret, update = await asyncio.wait_for(came.get(), 5)
        assert (secret, update["message"]["text"]) == ("s3cret", "hello")

    async def test_what_is_not_taken_comes_again(self, bot, telegram, ana):
        async with self.hook([500, 200]) as (url, came):
            await bot.set_webhook(url)
            ana.send_text("hello")
            first = await asyncio.wait_for(came.get(), 5)
            second = await asyncio.wait_for(came.get(), 5)
            await telegram.until(lambda: telegram.updates.confirmed)
        assert first == second
        assert telegram.updates.pending == []

    async def test_the_last_trouble_is_reported(self, bot, telegram, ana):
        telegram.updates.retry_seconds = 60
        async with self.hook([503]) as (url, came):
            await bot.set_webhook(url)
            ana.send_text("hello")
            await asyncio.wait_for(came.get(), 5)
            await asyncio.sleep(0.05)
            info = await bot.get_webhook_info()
        assert (info.pending_update_count, info.url) == (1, url)
        assert "503" in info.last_error_message

    async def test_deleting_it_lets_polls_through(self, bot, ana):
        await bot.set_webhook("https://example.org/hook", drop_pending_updates=True)
        await bot.delete_webhook()
        ana.send_text("hello")
        assert (await the_update(bot)).message.text == "hello"
