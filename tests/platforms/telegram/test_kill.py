"""Killed at any moment and started again, the bot makes of one photo one paid call, one clip and one charge."""

import asyncio
import contextlib
import signal
import sys
from contextlib import asynccontextmanager

import pytest

from tests.crash.starting import NEVER, ROOT, reelbot_json, sound
from tests.fakes.loopback import VideoApi, tiny_clip
from tests.fakes.unmeasured import unmeasured

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]

STEPS = (7, 13, 19, 25)
STATES = ("submitting", "delivering")


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return tiny_clip(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
async def api(film):
    api = VideoApi(film)
    async with api.serve() as api.url:
        yield api


@pytest.fixture(autouse=True)
def the_command_line_looks_into_the_same_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))


@pytest.fixture
def start(tmp_path, telegram, api):
    @asynccontextmanager
    async def run(die_at=NEVER):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.platforms.telegram.bot_process",
            str(tmp_path), telegram.address, api.url, str(die_at), cwd=ROOT, stdout=asyncio.subprocess.PIPE,
            env=unmeasured(),
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 40)

    return run


async def it_ended_well(telegram, api, ana, folder):
    """One clip that is charged, or, where the answer to the paid call was lost, the word that it is not charged."""
    ended = ("Charged 28 credits", "28 credits given back")
    await telegram.until(lambda: any(words in post.text for post in ana.seen() for words in ended), 60)
    await asyncio.sleep(0.5)
    (job,) = await reelbot_json(folder, "jobs", "list")
    assert (job["state"], len(ana.chat.clips)) in {("delivered", 1), ("unsure", 0)}
    assert sum(api.submits.values()) <= 1
    assert len(ana.rung()) <= 1
    # Nothing can tell a new process of a note that the old one posted without living to hear its number.
    stale = [post for post in ana.seen() if post.buttons == ["Cancel"]]
    assert len(stale) <= 1
    assert telegram.updates.pending == []
    assert await sound(folder)


@pytest.mark.parametrize("die_at", [*STEPS, *STATES])
async def test_killed_after_any_write_it_ends_well(telegram, api, ana, start, tmp_path, die_at):
    ana.send_photo("a cat smiling")
    async with start(die_at) as first:
        with contextlib.suppress(TimeoutError):
            # There may be fewer writes than that: then it is killed when all is over.
            await asyncio.wait_for(first.wait(), 15)
        with contextlib.suppress(ProcessLookupError):
            first.kill()
        await first.wait()
    async with start():
        await it_ended_well(telegram, api, ana, tmp_path)


@pytest.mark.parametrize("call", [8, 10, 12])
async def test_killed_at_any_call_to_telegram_it_ends_well(telegram, api, ana, start, tmp_path, call):
    ana.send_photo("a cat smiling")
    async with start() as first:
        with contextlib.suppress(TimeoutError):
            # The call may have been carried out by then, or not.
            await telegram.until(lambda: len(telegram.calls) >= call, 10)
        first.kill()
        await first.wait()
    async with start():
        await it_ended_well(telegram, api, ana, tmp_path)
