"""A webhook that only Telegram can use, that confirms what is saved, and that is kept standing."""

import asyncio
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.core.store import StoreTrouble
from tests.fakes.inbox import FakeInbox
from tests.fakes.serving import serving
from tests.fakes.telegram.faults import server_error
from tests.fakes.telegram.updates import Webhook
from tests.platforms.telegram.at_work import FastClock, at_work, until


@asynccontextmanager
async def reachable(telegram, folder, **more):
    """The adapter behind a web server, as the house runs it."""
    places = {}

    async def pass_on(request):
        if "chat" not in places:
            raise web.HTTPServiceUnavailable
        route = places["chat"].routes()[0]
        return await route.handler(request)

    async with (
        serving(web.post("/telegram/{secret}", pass_on)) as base,
        at_work(telegram, folder, webhook_base=f"{base}/", **more) as work,
    ):
        places["chat"] = work.chat
        work.base = base
        yield work


def fail_to_save_once(inbox):
    save = inbox.put

    async def fail(*_letter):
        inbox.put = save
        raise StoreTrouble("disk I/O error")

    inbox.put = fail


async def test_t12_updates_come_by_webhook_and_are_confirmed_once_saved(telegram, ana, tmp_path):
    inbox = FakeInbox()
    async with reachable(telegram, tmp_path, inbox=inbox) as work:
        await until(lambda: telegram.updates.webhook.url)
        fail_to_save_once(inbox)
        ana.send_text("a cat")
        await work.answered()
        await until(lambda: telegram.updates.confirmed)
        assert (work.core.texts, [post.text for post in ana.chat.by_bot]) == (["a cat"], ["You said: a cat"])
        assert "503" in telegram.updates.webhook.last_error[1], "it was brought again after a failure to save it"


async def test_t12_nobody_else_can_use_the_webhook(telegram, tmp_path):
    async with reachable(telegram, tmp_path) as work, aiohttp.ClientSession() as session:
        webhook = await until(lambda: telegram.updates.webhook.url and telegram.updates.webhook)
        right = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret}
        wrong_path = webhook.url.rpartition("/")[0] + "/guess"
        for url, headers in ((webhook.url, {}), (webhook.url, {**right, next(iter(right)): "x"}), (wrong_path, right)):
            async with session.post(url, json={"update_id": 1}, headers=headers) as answer:
                assert answer.status == 404
        assert work.inbox.letters == {}


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b"{}", 400), (b"\xff", 400), (b"x" * 1001, 413)]
)
async def test_what_is_no_update_is_refused(telegram, tmp_path, monkeypatch, body, status):
    monkeypatch.setattr("bot.platforms.telegram.webhook.MOST_BYTES", 1000)
    async with reachable(telegram, tmp_path) as work, aiohttp.ClientSession() as session:
        webhook = await until(lambda: telegram.updates.webhook.url and telegram.updates.webhook)
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret}
        async with session.post(webhook.url, data=body, headers=headers) as answer:
            assert answer.status == status
        assert work.inbox.letters == {}


async def test_the_secrets_are_the_same_after_a_restart_and_differ_from_each_other(telegram, tmp_path):
    seen = set()
    for _ in range(2):
        telegram.updates.webhook = Webhook()
        async with reachable(telegram, tmp_path):
            webhook = await until(lambda: telegram.updates.webhook.url and telegram.updates.webhook)
            path = webhook.url.rpartition("/")[2]
            assert path != webhook.secret
            seen.add((path, webhook.secret))
    assert len(seen) == 1


async def test_t9_a_webhook_that_somebody_changed_is_put_back(telegram, ana, tmp_path):
    async with reachable(telegram, tmp_path, clock=FastClock(speed=3000.0)):
        ours = await until(lambda: telegram.updates.webhook.url)
        telegram.updates.webhook = Webhook("http://127.0.0.1:1/elsewhere")
        await until(lambda: telegram.updates.webhook.url == ours)


async def test_t9_a_webhook_that_cannot_be_set_is_said_and_set_later(telegram, tmp_path):
    telegram.fail("setWebhook", server_error(), server_error())
    async with reachable(telegram, tmp_path) as work:
        await until(lambda: work.chat.problem)
        await until(lambda: telegram.updates.webhook.url)
        await until(lambda: work.chat.problem is None)


async def test_a_webhook_of_ours_is_not_set_again_at_every_start(telegram, tmp_path):
    async with reachable(telegram, tmp_path) as work:
        await until(lambda: telegram.updates.webhook.url)
        await work.rest()
    assert len(telegram.called("setWebhook")) == 1


async def test_a_chat_that_polls_has_no_address(telegram, tmp_path):
    async with at_work(telegram, tmp_path, listening=False) as work:
        assert work.chat.routes() == []


async def test_what_a_balancer_brings_to_a_standby_is_answered_by_whoever_listens(telegram, ana, tmp_path):
    inbox = FakeInbox()
    async with (
        reachable(telegram, tmp_path, inbox=inbox, listening=False) as standby,
        at_work(telegram, tmp_path, inbox=inbox, webhook_base="http://127.0.0.1:1/") as listener,
    ):
        ours = await until(lambda: telegram.updates.webhook.url)
        telegram.updates.webhook.url = f"{standby.base}/{ours.split('/', 3)[3]}"
        ana.send_text("a cat")
        await listener.answered()
        await until(lambda: telegram.updates.confirmed)
        assert (listener.core.texts, standby.core.texts) == (["a cat"], [])
        await listener.rest(0.2)
        assert listener.core.texts == ["a cat"], "it was read again and not begun again"


async def test_what_comes_while_nobody_listens_is_kept_for_whoever_listens_next(telegram, ana, tmp_path):
    inbox = FakeInbox()
    async with at_work(telegram, tmp_path, inbox=inbox, webhook_base="http://127.0.0.1:1/"):
        ours = await until(lambda: telegram.updates.webhook.url)
    async with reachable(telegram, tmp_path, inbox=inbox, listening=False) as standby:
        telegram.updates.webhook.url = f"{standby.base}/{ours.split('/', 3)[3]}"
        ana.send_text("a cat")
        await until(lambda: telegram.updates.confirmed)
    async with at_work(telegram, tmp_path, inbox=inbox, webhook_base="http://127.0.0.1:1/") as next_one:
        await next_one.answered()
        assert next_one.core.texts == ["a cat"]


async def test_what_comes_in_the_moment_in_which_listening_ends_is_kept_for_whoever_listens_next(
    telegram, ana, tmp_path
):
    inbox = FakeInbox()
    save, saving, ended = inbox.put, asyncio.Event(), asyncio.Event()

    async def save_late(*letter):
        saving.set()
        await ended.wait()
        return await save(*letter)

    async with reachable(telegram, tmp_path, inbox=inbox) as work:
        await until(lambda: telegram.updates.webhook.url)
        inbox.put = save_late
        ana.send_text("a cat")
        await asyncio.wait_for(saving.wait(), 5)
        work.running.cancel()
        await asyncio.wait([work.running])
        ended.set()
        await until(lambda: telegram.updates.confirmed)
    assert telegram.updates.webhook.last_error is None
    assert (len(inbox.unanswered), work.core.texts) == (1, [])
