"""What a hundred deaths of the bot at chance points of its work lose, order twice or charge twice."""

import asyncio
import contextlib
import itertools
import random
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.core.model import Charge, Draft, Job, JobId, Place, Request, State, User, UserId
from bot.core.store import Grant
from storage import tables
from storage.database import Database, open_database
from storage.store import SqlStore
from tests.bench.databases import Databases
from tests.bench.figures import Row, at_least, at_most, row
from tests.bench.sizes import Sizes
from tests.crash.starting import NEVER, Bot, bot
from tests.fakes.loopback import VideoApi, tiny_clip

NAME = "killed"
PRICE = 28
WISHES = 3
"""New ones before every start."""
CALLS = ("before submit", "after submit", "before poll", "after poll", "before fetch", "after fetch")
STATES = (State.SUBMITTING, State.RENDERING, State.FETCHING, State.DELIVERING, State.DELIVERED)
STEPS = range(1, 9 * WISHES + 1)
"""Writes and calls; such wishes take about as many from their opening to their end."""
POINTS = (*CALLS, *STATES, *STEPS)
"""Where it dies; the steps of jobs from earlier starts count too, so that the names lead deeper into lives."""
DELIVERED_AT_LEAST = 1 / 4
"""Fewer would mean that it always died in the same place."""
LIVES_FOR = 3.0
"""Seconds after which it is stopped politely, if the chosen point has not come."""
ENDED_WITHIN = 240.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many jobs, and how many of them were wrong in which way."""

    jobs: int
    delivered: int
    lost: int
    """Not ended, not told of, or not as they have to end; and what of the books does not add up."""
    ordered_twice: int
    charged_twice: int


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    with TemporaryDirectory() as folder:
        api = VideoApi(await asyncio.to_thread(tiny_clip, Path(folder, "film.mp4")))
        async with databases.fresh() as address, api.serve() as url, open_database(address) as database:
            outcome = await _Killed(Path(folder), address, url, database).times(sizes.deaths, api)
    name = f"{NAME}{databases.where}: {sizes.deaths} deaths at any point"
    least = at_least(round(outcome.jobs * DELIVERED_AT_LEAST))
    return [
        row(f"{name}: delivered all the same", outcome.delivered, f"of {outcome.jobs}", least),
        row(f"{name}: jobs lost, or not as they should be", outcome.lost, "jobs", at_most(0)),
        row(f"{name}: ordered twice", outcome.ordered_twice, "jobs", at_most(0)),
        row(f"{name}: charged twice", outcome.charged_twice, "jobs", at_most(0)),
    ]


class _Killed:
    """One installation, which is killed and started again and again while people ask for more."""

    def __init__(self, folder: Path, address: str, api: str, database: Database) -> None:
        self._folder = folder
        self._address = address
        self._api = api
        self._database = database
        self._store = SqlStore(database=database, clock=SystemClock())
        self._numbers = itertools.count(1)

    async def times(self, deaths: int, api: VideoApi) -> Outcome:
        chance, died = random.Random(deaths), 0
        while died < deaths:
            for _ in range(WISHES):
                await self._ask()
            died += await self._live_until(chance.choice(POINTS))
        return await self._judged(api)

    async def _ask(self) -> None:
        number = next(self._numbers)
        user = UserId("web", f"person{number:06}")
        wallet = (await self._store.welcome(User(user), [Grant(f"gift:{user}", PRICE, "bench", "gift")])).wallet
        await self._store.open_job(
            Draft(
                id=JobId(f"k{number:09}"),
                key=f"web:{user.id}:1",
                user=user,
                community=None,
                place=Place("web", f'{{"person":"{user.id}"}}'),
                language="en",
                request=Request("hailuo-02", "a cat smiling", 6, "768P"),
                offer="loopback/loop-1",
                price=PRICE,
                payer=wallet.id,
                ask_first=False,
                deadline=SystemClock().now() + timedelta(hours=1),
                caps=(),
            )
        )

    async def _live_until(self, point: int | str) -> bool:
        """Whether the bot died at that point."""
        async with self._alive(point) as living:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(living.process.wait(), LIVES_FOR)
        return living.process.returncode == -signal.SIGKILL

    def _alive(self, die_at: int | str) -> AbstractAsyncContextManager[Bot]:
        settings = {"DATABASE_URL": self._address}
        return bot(self._folder, self._api, die_at=die_at, only="worker", settings=settings, silent=True)

    async def _judged(self, api: VideoApi) -> Outcome:
        """Let everything come to its end, and look."""
        async with self._alive(NEVER):
            jobs = await self._ended()
        charged = await self._database.read(_times_charged)
        sound = sum(_as_it_should(job, api.submits[job.id], charged[job.id]) for job in jobs)
        return Outcome(
            jobs=len(jobs),
            delivered=sum(job.state is State.DELIVERED for job in jobs),
            lost=len(jobs) - sound + len(await self._store.verify()),
            ordered_twice=sum(count > 1 for count in api.submits.values()),
            charged_twice=sum(count > 1 for count in charged.values()),
        )

    async def _ended(self) -> Sequence[Job]:
        """All jobs once they have come to rest, or as they are when that takes too long."""
        jobs: Sequence[Job] = ()
        try:
            async with asyncio.timeout(ENDED_WITHIN):
                while not jobs or not all(map(_at_rest, jobs)):
                    await asyncio.sleep(1.0)
                    jobs = await self._store.jobs(state=None, most=100_000)
        except TimeoutError:
            print("not all came to rest", flush=True)
        return jobs


def _at_rest(job: Job) -> bool:
    return not job.untold and (job.state.ended or job.state is State.UNSURE)


def _as_it_should(job: Job, ordered: int, charged: int) -> bool:
    """Delivered and paid for; or, if a call's answer died with the bot, given back."""
    ending = (job.state, job.charge, ordered, charged)
    given_back = (job.state, job.charge, charged) == (State.UNSURE, Charge.RELEASED, 0)
    return _at_rest(job) and (ending == (State.DELIVERED, Charge.SPENT, 1, 1) or given_back)


def _times_charged(connection) -> Counter[JobId]:
    lines = tables.ledger.c
    spent = select(lines.job, func.count()).where(lines.kind == "spend").group_by(lines.job)
    return Counter({JobId(job): count for job, count in connection.execute(spent)})
