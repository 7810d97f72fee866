"""Kill the real process after every single write and provider call of a job's life: nothing lost, nothing twice."""

import asyncio
import contextlib
import json
import secrets
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.core.model import Charge, State
from storage.database import open_database
from storage.store import SqlStore
from tests.fakes.loopback import VideoApi, tiny_clip

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]

NEVER = 1_000_000
ROOT = Path(__file__).parents[2]
STEPS_AT_LEAST = 15
"""A life has more steps than this: fewer means that the fuse no longer counts them."""


class Bot:
    def __init__(self, process: asyncio.subprocess.Process, address: str | None):
        self.process = process
        self.address = address


@asynccontextmanager
async def bot(folder: Path, api: str, *, die_at: int = NEVER):
    """The process; its address is None if it died before it had one."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.process", str(folder), api, str(die_at),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
        yield Bot(process, line if line.startswith("http") else None)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 40)


class Person:
    """A person with a browser that keeps its cookie, and sends again what got no answer, under the same key."""

    def __init__(self):
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._key = secrets.token_hex(16)

    async def visit(self, address: str) -> list[dict]:
        async with self._session.get(f"{address}/chat/history") as response:
            return (await response.json())["entries"]

    async def ask(self, address: str) -> bool:
        form = aiohttp.FormData({"text": "/video a cat", "key": self._key}, default_to_multipart=True)
        headers = {"Origin": address}
        async with self._session.post(f"{address}/chat/messages", data=form, headers=headers) as response:
            answer = await response.json()
        assert answer.get("accepted"), answer
        return True

    async def ask_and_follow(self, address: str, *, until: set[str]) -> dict:
        await self.visit(address)
        await self.ask(address)
        while True:
            notes = [entry for entry in await self.visit(address) if entry["kind"] == "note"]
            if notes and notes[0]["state"] in until:
                assert len(notes) == 1
                return notes[0]
            await asyncio.sleep(0.05)

    async def close(self):
        await self._session.close()


async def one_life(folder: Path, api: VideoApi, url: str, die_at: int) -> str | None:
    """Kill the bot at step *die_at*, start it again, and check everything. None if there is no such step."""
    person = Person()
    ends = {"delivered", "unsure"}
    died = None
    try:
        async with bot(folder, url, die_at=die_at) as first:
            with contextlib.suppress(aiohttp.ClientError):
                await asyncio.wait_for(person.ask_and_follow(first.address, until=ends), 60)
            # Whatever is written after the clip was shown may be the last step too.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(first.process.wait(), 1.0)
            if first.process.returncode == -signal.SIGKILL:
                died = (await first.process.stdout.read()).decode().strip()
        async with bot(folder, url) as second:
            note = await asyncio.wait_for(person.ask_and_follow(second.address, until=ends), 60)
        await check(folder, api, note)
    finally:
        await person.close()
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


async def test_a_kill_after_any_step_loses_nothing_and_pays_nothing_twice(tmp_path, clip):
    api = VideoApi(clip)
    deaths: dict[int, str | None] = {}
    async with api.serve() as url:
        whole = asyncio.Event()
        steps = iter(range(1, 200))

        async def worker():
            for step in steps:
                if whole.is_set():
                    return
                deaths[step] = await one_life(tmp_path / str(step), api, url, step)
                if deaths[step] is None:
                    whole.set()

        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(worker())

    died = [name for name in deaths.values() if name]
    assert len(died) >= STEPS_AT_LEAST, deaths
    assert {"died before submit", "died after submit", "died after fetch", "died after a write"} <= set(died)


async def test_a_second_process_on_the_same_folder_is_told_so(tmp_path, clip):
    api = VideoApi(clip)
    async with api.serve() as url, bot(tmp_path, url) as first:
        assert first.address
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run",
            cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "DATA_DIR": str(tmp_path), "LISTEN": "127.0.0.1:0"},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, complaint = await asyncio.wait_for(process.communicate(), 60)

    assert process.returncode == 1
    assert (
        complaint.decode()
        .strip()
        .endswith(f"another reelbot (process {first.process.pid}) is already running on {tmp_path}")
    )


async def test_a_polite_stop_lets_steps_end_and_the_next_start_goes_on(tmp_path, clip):
    api = VideoApi(clip)
    api.ready = False
    person = Person()
    async with api.serve() as url:
        async with bot(tmp_path, url) as first:
            await person.ask_and_follow(first.address, until={"rendering"})
        assert first.process.returncode == 0
        api.ready = True
        async with bot(tmp_path, url) as second:
            note = await asyncio.wait_for(person.ask_and_follow(second.address, until={"delivered"}), 60)
        await check(tmp_path, api, note)
    await person.close()
