"""Kill the real process after every single write and provider call of a job's life: nothing lost, nothing twice."""

import asyncio
import contextlib
import json
import signal
from pathlib import Path

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.core.model import Charge, State
from storage.database import open_database
from storage.store import SqlStore
from tests.crash.starting import ROOT, bot, reelbot
from tests.fakes.loopback import VideoApi, tiny_clip
from tests.fakes.person import Person

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]

CALLS = ("before submit", "after submit", "before poll", "after poll", "before fetch", "after fetch")
SURVIVED_AT_LEAST = 3
"""So many lives in which the fuse was too long show that every step has had its turn."""
WRITES_AT_LEAST = 6
STEPS_AT_LEAST = 15
"""A life has more steps than this: fewer means that the fuse no longer counts them."""


async def one_life(folder: Path, api: VideoApi, url: str, die_at: int | str) -> str | None:
    """Kill the bot at step *die_at*, start it again, and check everything. None if there is no such step."""
    ends = {"delivered", "unsure"}
    died = None
    async with Person() as person:
        async with bot(folder, url, die_at=die_at) as first:
            with contextlib.suppress(aiohttp.ClientError):
                await person.ask_and_follow(first.address, until=ends)
            # Whatever is written after the clip was shown may be the last step too.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(first.process.wait(), 1.0)
            if first.process.returncode == -signal.SIGKILL:
                died = (await first.process.stdout.read()).decode().strip()
        async with bot(folder, url) as second:
            note = await person.ask_and_follow(second.address, until=ends)
        await check(folder, api, note)
    return died


async def check(folder: Path, api: VideoApi, note: dict) -> None:
    async with open_database(f"sqlite:///{folder}/reelbot.db") as database:
        store = SqlStore(database=database, clock=SystemClock())
        (job,) = await store.jobs(state=None, most=10)
        wallet = await store.wallet(str(job.user))
        drifts = await store.verify()
        lines = await store.receipts(str(job.user), 100)
    story = json.dumps(note)
    assert drifts == [], story
    assert api.submits[job.id] <= 1, story
    assert not job.untold, story
    if job.state is State.DELIVERED:
        assert (api.submits[job.id], job.charge) == (1, Charge.SPENT), story
        assert (wallet.balance, wallet.held) == (72, 0), story
        assert [line.kind for line in lines].count("spend") == 1, story
        assert note["clip"], story
    else:
        assert (job.state, job.charge) == (State.UNSURE, Charge.RELEASED), story
        assert (wallet.balance, wallet.held) == (100, 0), story
        assert "nobody knows" in note["headline"], story


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> bytes:
    return tiny_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.mark.long
async def test_a_kill_after_any_step_loses_nothing_and_pays_nothing_twice(tmp_path, clip):
    api = VideoApi(clip)
    deaths: dict[int | str, str | None] = {}
    async with api.serve() as url:
        # The number of steps varies a little from life to life: by name, no call is ever missed.
        steps = iter([*CALLS, *range(1, 200)])

        async def worker():
            for step in steps:
                if list(deaths.values()).count(None) >= SURVIVED_AT_LEAST:
                    return
                deaths[step] = await one_life(tmp_path / str(step).replace(" ", "-"), api, url, step)

        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(worker())

    died = [name for name in deaths.values() if name]
    assert len(died) >= STEPS_AT_LEAST, deaths
    assert {deaths[call] for call in CALLS} == {f"died {call}" for call in CALLS}
    assert died.count("died after a write") >= WRITES_AT_LEAST, deaths


async def test_a_second_process_on_the_same_folder_is_told_so(tmp_path, clip, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LISTEN", "127.0.0.1:0")
    api = VideoApi(clip)
    async with api.serve() as url, bot(tmp_path, url) as first:
        assert first.address
        code, _, complaint = await reelbot(tmp_path, "run")

    assert code == 1
    assert complaint.strip().endswith(f"another reelbot (process {first.process.pid}) is already running on {tmp_path}")


async def test_a_polite_stop_lets_steps_end_and_the_next_start_goes_on(tmp_path, clip):
    api = VideoApi(clip)
    api.ready = False
    async with api.serve() as url, Person() as person:
        async with bot(tmp_path, url) as first:
            await person.ask_and_follow(first.address, until={"rendering"})
        assert first.process.returncode == 0
        api.ready = True
        async with bot(tmp_path, url) as second:
            note = await person.ask_and_follow(second.address, until={"delivered"})
        await check(tmp_path, api, note)
