"""Whether anything that happens all day becomes slower with a million finished jobs, many people and many servers."""

import statistics
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from string import ascii_letters
from typing import TypeVar

from sqlalchemy import Connection, func, insert, literal, select

from bot.clock import SystemClock
from bot.core.model import Charge, Clip, CommunityId, FileName, State, UserId
from bot.core.store import Change
from providers.contract import Pace
from storage import tables
from storage.database import Database, open_database
from storage.store import SqlStore
from tests.bench.databases import Databases
from tests.bench.figures import Row, at_most_floors, row
from tests.bench.full_books import Season, fill, write_people
from tests.bench.hold_settle import PRICE, Desk
from tests.bench.sizes import Sizes

NAME = "a million finished jobs"
SOMEBODY = "1"
"""Of those whose finished jobs are in the books."""
SOMEWHERE = CommunityId("discord", "1")
MEMBER_DAILY = 500
"""What each server allows."""
PACES = {"loopback": Pace(submits_per_minute=1_000_000, at_once=1_000_000)}
CLIP = Clip(FileName("a.mp4"), 1366, 768, 6.0, 2_000_000, None)
WRITTEN = 50_000
"""Jobs that are written; the others are copies of them."""
COPIED = {
    tables.jobs: {"id": 2, "key": 1},
    tables.events: {"job": 2},
    tables.attempts: {"job": 2},
    tables.ledger: {"job": 2, "key": 1},
}
"""What has to be another's in a copy, and from which of its letters on it is taken over."""
UNCOUNTED = 5
"""Lives at the beginning, while statements are compiled."""
T = TypeVar("T")


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    async with (
        databases.fresh() as empty,
        databases.fresh() as full,
        _books(empty, 1) as few,
        _books(full, sizes.finished_most) as many,
    ):
        for database, people, servers in ((few, 1, 2), (many, sizes.people, sizes.servers)):
            await _write_crowds(database, people, servers)
        floors, figures = await _lives(few, many, sizes.lives)
    name = f"{sizes.finished_most:,} finished jobs{databases.where}"
    return [row(f"{name}: {act}", figures[act], "ms", at_most_floors(1.5), floor=floors[act]) for act in figures]


@asynccontextmanager
async def _books(address: str, jobs: int) -> AsyncGenerator[Database]:
    async with open_database(address) as database:
        await fill(database, Season(min(jobs, WRITTEN), SystemClock().now()))
        for number in range(1, jobs // WRITTEN):
            await database.tx(lambda connection, letter=ascii_letters[number + 1]: _copy(connection, letter))
        yield database


async def _write_crowds(database: Database, people: int, servers: int) -> None:
    """So many people in all, and servers with limits of their own."""
    known = await database.read(
        lambda connection: connection.execute(select(func.count(tables.users.c.id))).scalar_one()
    )
    if more := range(known + 1, people + 1):
        await database.tx(lambda connection: write_people(connection, more, SystemClock().now()))
    limits = [{"community_id": f"discord:{one}", "member_daily": MEMBER_DAILY} for one in range(servers)]
    await database.tx(lambda connection: connection.execute(insert(tables.limits), limits))
    await database.tx(_look_through)


def _look_through(connection: Connection) -> None:
    """What a PostgreSQL does by itself as its tables grow, though not within the minute."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE")


def _copy(connection: Connection, letter: str) -> None:
    """All jobs that were written once more, under ids of their own that begin with *letter*."""
    for table, renamed in COPIED.items():
        mine = {name: literal(letter) + func.substr(table.c[name], start) for name, start in renamed.items()}
        columns = [mine.get(column.name, column).label(column.name) for column in table.columns]
        first = table.c["id" if table is tables.jobs else "job"]
        connection.execute(insert(table).from_select(list(table.columns), select(*columns).where(first.like("b%"))))


async def _lives(few: Database, many: Database, lives: int) -> tuple[dict[str, float], dict[str, float]]:
    """The median milliseconds of everything that is done in a life, by turns in one and the other."""
    houses = [_House(SqlStore(database=database, clock=SystemClock())) for database in (few, many)]
    for house in houses:
        await house.desk.open(PRICE * (lives + UNCOUNTED))
    for number in range(lives + UNCOUNTED):
        for house in houses:
            if number == UNCOUNTED:
                house.took.clear()
            await house.live()
    medians = [{act: statistics.median(took) * 1000 for act, took in house.took.items()} for house in houses]
    return medians[0], medians[1]


class _House:
    """Lives one job's life after the other, as a bot's store sees it, and takes the time of every act."""

    def __init__(self, store: SqlStore) -> None:
        self.desk = Desk(store, SOMEBODY)
        self.took: defaultdict[str, list[float]] = defaultdict(list)
        self._store = store

    async def live(self) -> None:
        store, user = self._store, UserId("discord", SOMEBODY)
        await self._timed("limits_of", store.limits_of(SOMEWHERE))
        job, _ = await self._timed("open_job", store.open_job(self.desk.draft()))
        await self._timed("positions", store.positions())
        await self._timed("admit", store.admit(PACES))
        await self._timed("seize_all", store.seize_all())
        job = await store.job(job.id)
        job = await self._timed("move", store.move(job, Change(State.SUBMITTING, begins_attempt=True)))
        job = await store.move(job, Change(State.RENDERING, ticket=f"task-{job.id}"))
        await self._timed("next_turn", store.next_turn(PACES))
        await self._timed("nudged", store.nudged(job.changed_at))
        await self._timed("learn", store.learn(job.offer, 60.0))
        job = await store.move(job, Change(State.FETCHING, result_url="https://example.org/a.mp4"))
        job = await store.move(job, Change(State.DELIVERING, clip=CLIP))
        job = await self._timed("still_mine", store.still_mine(job, posting=True))
        await self._timed("settle", store.move(job, Change(State.DELIVERED, charge=Charge.SPENT)))
        await self._timed("jobs_of", store.jobs_of(user, 10))
        await self._timed("account", store.account(user))
        await self._timed("receipts", store.receipts(str(user), 8))
        await self._timed("unsure jobs", store.jobs(state=State.UNSURE, most=1000))

    async def _timed(self, act: str, doing: Awaitable[T]) -> T:
        begun = time.perf_counter()
        done = await doing
        self.took[act].append(time.perf_counter() - begun)
        return done
