"""The log of whole stories, as programs read it: each line of a job says which one, and none holds a secret."""

import asyncio
import io
import json
import logging

import pytest
import structlog
from pydantic import SecretStr

from bot.core.model import State
from bot.logs import set_up_logs
from bot.settings_values import LogFormat, LogLevel
from providers.contract import Ticket
from providers.errors import ProviderError
from tests.fakes.platform import FakePlatform
from tests.fakes.provider import FakeProvider
from tests.story.house import open_house

KEY = "the-key-of-acme-4711"
TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
WHERE_JOBS_ARE = ("reelbot.life", "reelbot.acme", "acme.library", "reelbot.chat", "reelbot.engine")


class TalkativeProvider(FakeProvider):
    """Logs by itself, from tasks and threads of its own, and lets a library of its own log."""

    async def submit(self, order, *, callback_url):
        async with asyncio.TaskGroup() as group:
            group.create_task(self.asks(order.reference))
            group.create_task(asyncio.to_thread(self.computes, order.reference))
        return await super().submit(order, callback_url=callback_url)

    async def asks(self, reference):
        await asyncio.sleep(0)
        structlog.get_logger("reelbot.acme").info("asking", of=reference, url=f"https://acme.example/?key={KEY}")
        logging.getLogger("acme.library").warning("of=%s Authorization: Bearer %s", reference, KEY)

    def computes(self, reference):
        logging.getLogger("acme.library").warning("of=%s in a thread", reference)


class TalkativePlatform(FakePlatform):
    async def deliver(self, place, delivery):
        structlog.get_logger("reelbot.chat").info("posting", of=delivery.note.job, to=f"api/bot{TOKEN}/sendVideo")
        return await super().deliver(place, delivery)


@pytest.fixture
def stream():
    """Where everything is logged, at its most talkative."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in (None, "reelbot")}
    stream = io.StringIO()
    set_up_logs(level=LogLevel.DEBUG, style=LogFormat.JSON, stream=stream, secrets=(SecretStr(KEY),))
    yield stream
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(stream) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_each_line_of_a_story_says_whose_it_is_and_none_holds_a_secret(tmp_path, stream):
    provider = TalkativeProvider()
    provider.on_submit = [Ticket("task"), ProviderError(f"lost on the way to ?key={KEY}"), Ticket("task")]
    async with open_house(tmp_path, providers=[provider], platform=TalkativePlatform()) as house:
        replies = [await house.say("a cat") for _ in range(3)]
        for reply in replies:
            while not (await house.job(reply)).state.ended and (await house.job(reply)).state is not State.UNSURE:
                await house.clock.step()

    found = lines(stream)
    of_jobs = [line for line in found if line["logger"] in WHERE_JOBS_ARE]
    assert {line["logger"] for line in of_jobs} >= {"reelbot.life", "reelbot.acme", "acme.library", "reelbot.chat"}
    assert {line.get("job") for line in of_jobs} == {reply.job for reply in replies}
    told = [line for line in of_jobs if "of" in line or line["event"].startswith("of=")]
    assert len(told) == 3 * 3 + 2
    for line in told:
        assert line.get("of", line["event"].partition(" ")[0].removeprefix("of=")) == line["job"]
    for secret in (KEY, TOKEN):
        assert secret not in stream.getvalue()
    assert stream.getvalue().count("***") >= 3 * 2 + 2


async def test_a_bug_in_the_middle_of_a_job_is_logged_with_its_job_and_without_a_secret(tmp_path, stream):
    provider = FakeProvider()
    provider.on_poll = [ValueError(f"no number: {KEY}")]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        while not (await house.job(reply)).state.ended:
            await house.clock.step()

    falls = [line for line in lines(stream) if line["event"] == "carrying fell"]
    assert [line["job"] for line in falls] == [reply.job] * 3
    assert all("Traceback" in line["exception"] and "***" in line["exception"] for line in falls)
    assert KEY not in stream.getvalue()
