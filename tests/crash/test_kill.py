"""Kill the real process after every single write and call of a job's life: nothing lost, nothing twice.

Whoever is started after a kill carries on what was left, and is killed itself at the next step, of another job: that
takes half the starts, and each bot finds what all the kills before have left behind.
"""

import asyncio
import contextlib
import itertools
import json
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.cluster import SILENT_FOR
from bot.core.model import Charge, State
from storage.database import open_database
from storage.store import SqlStore
from tests.crash.starting import ROOT, Bot, bot, reelbot
from tests.fakes.loopback import VideoApi, tiny_clip
from tests.fakes.person import Person

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]

WRITES = "after a write"
CALLS = ("before submit", "after submit", "before poll", "after poll", "before fetch", "after fetch")
QUEUE = ("after a pick-up", "after letting go")
WRITES_AT_LEAST = 6
"""A life has more writes than this: fewer means that the fuse no longer counts them."""
STEPS_OF_SQLITE = {WRITES: 3} | dict.fromkeys(CALLS, 1)
"""Which steps have their turns, first, second and so on, and how many lives without such a step show that all had.

The number of writes varies a little from life to life.
"""
STEPS_OF_POSTGRES = {WRITES: 3} | dict.fromkeys(QUEUE, 1) | dict.fromkeys(CALLS, 0)
"""Every transaction, and the first call of each kind: it is from its transactions that the books are another here."""
CARRIED_ON_WITHIN = SILENT_FOR.total_seconds() / 4
"""Seconds, mostly: whoever starts where nobody else is connected does not wait until the killed one is silent.

Not while the server itself is young, at the first kills.
"""
ENDS = {"delivered", "unsure"}
AT_ONCE = 3
"""Bots that live and die at the same time, each with books of its own."""
SETTLED_SECONDS = 0.5
"""Whoever has committed its last step dies within this time, if it is to."""


@dataclass
class Lives:
    """One bot after another on the same books, each of which dies at another step of another person's job."""

    folder: Path
    address: str
    api: VideoApi
    url: str
    store: SqlStore
    bots: AsyncExitStack
    now: Bot | None = None
    took: list[float] = field(default_factory=list)
    """Seconds in which each bot carried on what the one before had left."""

    async def start(self) -> Bot:
        one = bot(self.folder, self.url, settings={"DATABASE_URL": self.address})
        self.now = await self.bots.enter_async_context(one)
        return self.now

    async def one(self, die_at: str) -> str | None:
        """Kill the bot at step *die_at*, start it again, and check everything. None if there is no such step."""
        first = self.now or await self.start()
        while not await first.die_at(die_at):
            # Something that is done now and then was the last life's step after all, when that was over.
            assert await first.process.wait() == -signal.SIGKILL
            first = await self.start()
        async with Person() as person:
            with contextlib.suppress(aiohttp.ClientError):
                note = await person.ask_and_follow(first.address, until=ENDS)
                # Whatever is written after the clip was shown may be the last step too.
                await self.settled(note, first)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(first.process.wait(), SETTLED_SECONDS)
            if first.process.returncode is not None:
                assert first.process.returncode == -signal.SIGKILL
                note = await self.carry_on(person)
        await check(self.store, self.api, note)
        return (await first.process.stdout.read()).decode().strip() if first is not self.now else None

    async def carry_on(self, person: Person) -> dict:
        second = await self.start()
        began = time.monotonic()
        note = await person.ask_and_follow(second.address, until=ENDS)
        self.took.append(time.monotonic() - began)
        await self.settled(note, second)
        return note

    async def settled(self, note: dict, carrier: Bot) -> None:
        """Wait until nothing is left to be done for the job, or its carrier is dead."""
        async with asyncio.timeout(30):
            while carrier.process.returncode is None:
                job = await self.store.job(note["job"])
                if job.state in ENDS and not job.untold:
                    return
                await asyncio.sleep(0.05)


async def check(store: SqlStore, api: VideoApi, note: dict) -> None:
    job = await store.job(note["job"])
    wallet = await store.wallet(str(job.user))
    drifts = await store.verify()
    lines = await store.receipts(str(job.user), 100)
    story = json.dumps(note)
    assert len(await store.jobs_of(job.user, 10)) == 1, story
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


@dataclass(frozen=True)
class Where:
    """Addresses of books, and the steps at which those who keep them die."""

    addresses: Sequence[str]
    steps: Mapping[str, int]


@pytest.fixture(params=["sqlite", "postgres"])
def where(request, tmp_path):
    if request.param == "sqlite":
        yield Where([f"sqlite:///{tmp_path}/{number}/reelbot.db" for number in range(AT_ONCE)], STEPS_OF_SQLITE)
        return
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("prepared")
    names = [server.lend(template) for _ in range(AT_ONCE)]
    yield Where([server.address(name) for name in names], STEPS_OF_POSTGRES)
    for name in names:
        server.take_back(name)


@pytest.mark.long
async def test_a_kill_after_any_step_loses_nothing_and_pays_nothing_twice(tmp_path, clip, where):
    api = VideoApi(clip)
    deaths: dict[str, str | None] = {}
    took: list[float] = []
    steps = iter(where.steps.items())

    async def die_again_and_again(folder: Path, address: str, url: str) -> None:
        async with open_database(address) as database, AsyncExitStack() as bots:
            lives = Lives(folder, address, api, url, SqlStore(database=database, clock=SystemClock()), bots)
            for name, survivors in steps:
                survived = 0
                for turn in itertools.count(1):
                    deaths[step] = await lives.one(step := f"{turn} {name}")
                    survived += deaths[step] is None
                    if survived >= survivors:
                        break
            took.extend(lives.took)

    async with api.serve() as url, asyncio.TaskGroup() as group:
        for number, address in enumerate(where.addresses):
            group.create_task(die_again_and_again(tmp_path / str(number), address, url))

    assert {name: deaths[f"1 {name}"] for name in where.steps} == {name: f"died {name}" for name in where.steps}
    assert list(deaths.values()).count(f"died {WRITES}") >= WRITES_AT_LEAST, deaths
    assert median(took) < CARRIED_ON_WITHIN, took


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
        async with open_database(f"sqlite:///{tmp_path}/reelbot.db") as database:
            await check(SqlStore(database=database, clock=SystemClock()), api, note)
