"""Real processes behind a balancer: a standby keeps what Telegram brings it, and listens when the listener is dead."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from tests.crash.starting import ROOT
from tests.fakes.serving import serving
from tests.fakes.unmeasured import unmeasured

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]

HEARD_WITHIN = 15.0
"""Seconds from the death of the listener to a standby's answer."""


class Balancer:
    """Passes on every request to one address, whatever came before."""

    def __init__(self, session: aiohttp.ClientSession):
        self._session = session
        self.url = ""
        self.to = ""

    @asynccontextmanager
    async def serve(self):
        async with serving(web.post("/{path:.*}", self._pass_on)) as self.url:
            yield self

    async def _pass_on(self, request: web.Request) -> web.Response:
        secret = {name: value for name, value in request.headers.items() if name.startswith("X-Telegram")}
        body = await request.read()
        async with self._session.post(f"{self.to}{request.path}", data=body, headers=secret) as answer:
            return web.Response(status=answer.status)


@pytest.fixture
async def balancer():
    async with aiohttp.ClientSession() as session, Balancer(session).serve() as balancer:
        yield balancer


@pytest.fixture
def start(tmp_path, telegram, balancer, postgres_url):
    """Start a bot as an operator does, and yield it with its address once it is ready."""
    env = {
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": postgres_url,
        "LISTEN": "127.0.0.1:0",
        "PUBLIC_URL": balancer.url,
        "TELEGRAM_TOKEN": telegram.token,
        "TELEGRAM_API_BASE": telegram.address,
        "TELEGRAM_MODE": "webhook",
        "LOG_LEVEL": "error",
    }

    @asynccontextmanager
    async def run():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=tmp_path, env=unmeasured() | env, stdout=asyncio.subprocess.PIPE
        )
        try:
            line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
            yield process, line.removeprefix("Reelbot runs at ").partition(". ")[0]
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    return run


async def test_a_standby_keeps_what_it_is_brought_for_the_listener_and_listens_soon_after_its_death(
    telegram, ana, balancer, start
):
    async with AsyncExitStack() as stack:
        listener, _ = await stack.enter_async_context(start())
        await telegram.until(lambda: telegram.updates.webhook.url, 30)
        _, balancer.to = await stack.enter_async_context(start())

        os.kill(listener.pid, signal.SIGSTOP)
        ana.send_text("/help")
        await telegram.until(lambda: telegram.updates.confirmed, 30)
        assert ana.chat.by_bot == [], "the standby keeps it, and leaves the answer to the listener"
        os.kill(listener.pid, signal.SIGCONT)
        await telegram.until(lambda: len(ana.chat.by_bot) == 1, 30)

        listener.kill()
        ana.send_text("/help")
        await telegram.until(lambda: len(ana.chat.by_bot) == 2, HEARD_WITHIN)
        assert len(telegram.updates.confirmed) == 2
