"""How fast prices are held and settled, every commit on disk, and that no race sells what is not there."""

import asyncio
import itertools
import time
from datetime import timedelta

from sqlalchemy import Engine, event

from bot.clock import SystemClock
from bot.core.model import Cap, Charge, CommunityId, Draft, JobId, Place, Request, State, User, UserId
from bot.core.store import Change, Grant, NotEnough
from storage.database import open_database
from storage.store import SqlStore
from tests.bench.bare_pairs import Transactions, bare_pairs
from tests.bench.databases import Databases
from tests.bench.figures import Row, at_least, at_least_floors, at_most, row
from tests.bench.sizes import Sizes

NAME = "hold + settle"
CALLERS = 100
RACERS = 50
PRICE = 28
AFFORDABLE = 3
GUILD = CommunityId("discord", "77")
SETTLED = Change(State.CANCELLED, charge=Charge.RELEASED)


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    async with databases.fresh() as address:
        recorded, figure = await _pairs(address, sizes.pairs)
        floor = await bare_pairs(address, recorded, sizes.pairs)
    async with databases.fresh() as address:
        overdrafts = await _races(address, sizes.races)
    # What is promised is promised of SQLite; a server costs a round trip a statement.
    must = at_least_floors(0.5) if databases.where else at_least(1_000)
    name = f"{NAME}{databases.where}"
    return [
        row(f"{name}: every commit on disk, {CALLERS} callers", figure, "pairs/s", must, floor=floor),
        row(f"{name}: {RACERS}-way races from two connections", overdrafts, "overdrafts", at_most(0)),
    ]


class Desk:
    """One person with a wallet, and the drafts of their jobs in a server with two limits."""

    def __init__(self, store: SqlStore, name: str) -> None:
        self._store = store
        self._user = UserId("discord", name)
        self._numbers = itertools.count()
        self._wallet = 0

    async def open(self, credits: int) -> None:
        gift = Grant(f"gift:{self._user}", credits, "bench", "gift")
        self._wallet = (await self._store.welcome(User(self._user), [gift])).wallet.id

    def draft(self) -> Draft:
        now, number = SystemClock().now(), f"{self._user.id[:4]:x<4}{next(self._numbers):06}"
        return Draft(
            id=JobId(number),
            key=f"message-{number}",
            user=self._user,
            community=GUILD,
            place=Place("discord", '{"channel":"1","message":"2"}', "1"),
            language="en",
            request=Request("hailuo-02", "a cat smiling", 6, "768P"),
            offer="loopback/loop-1",
            price=PRICE,
            payer=self._wallet,
            ask_first=False,
            deadline=now + timedelta(hours=1),
            caps=(
                Cap("member_running", f"member_running:{GUILD}:{self._user}", 1, 1_000, None),
                Cap("member_daily", f"member_daily:{GUILD}:{self._user}", PRICE, 10**9, now + timedelta(days=1)),
            ),
        )


async def _pairs(address: str, pairs: int) -> tuple[Transactions, float]:
    """Pairs per second of many callers at once, and the statements of one pair."""
    async with open_database(address) as database:
        store = SqlStore(database=database, clock=SystemClock())
        desk = Desk(store, "pairs")
        await desk.open(PRICE * CALLERS)
        recorded = await _recorded(store, desk)
        left = iter(range(pairs))

        async def caller() -> None:
            for _ in left:
                await _pair(store, desk)

        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(CALLERS):
                group.create_task(caller())
        return recorded, pairs / (time.perf_counter() - begun)


async def _pair(store: SqlStore, desk: Desk) -> None:
    job, _ = await store.open_job(desk.draft())
    await store.move(job, SETTLED)


async def _recorded(store: SqlStore, desk: Desk) -> Transactions:
    """The statements of one pair, transaction by transaction, as the driver gets them."""
    heard: Transactions = []

    def begin(_connection) -> None:
        heard.append([])

    def hear(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if not statement.startswith("BEGIN"):
            heard[-1].append((statement, parameters))

    event.listen(Engine, "begin", begin)
    event.listen(Engine, "before_cursor_execute", hear)
    try:
        await _pair(store, desk)
    finally:
        event.remove(Engine, "begin", begin)
        event.remove(Engine, "before_cursor_execute", hear)
    return heard


async def _races(address: str, races: int) -> int:
    """Credits for three, wanted by fifty at once through two connections: sold too many, plus what does not add up."""
    too_many = 0
    async with open_database(address) as one, open_database(address) as other:
        stores = [SqlStore(database=database, clock=SystemClock()) for database in (one, other)]
        for number in range(races):
            desk = Desk(stores[0], f"{number:04}")
            await desk.open(PRICE * AFFORDABLE)
            async with asyncio.TaskGroup() as group:
                racing = [group.create_task(_bought(stores[racer % 2], desk.draft())) for racer in range(RACERS)]
            too_many += abs(sum(each.result() for each in racing) - AFFORDABLE)
        return too_many + len(await stores[0].verify())


async def _bought(store: SqlStore, draft: Draft) -> bool:
    try:
        await store.open_job(draft)
    except NotEnough:
        return False
    return True
