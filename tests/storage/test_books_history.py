"""Random histories of people, jobs and money, beside a model that is too simple to be wrong."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.model import Cap, Charge, Payer, State
from bot.core.ports import Change, Grant, NotEnough, OverLimit
from storage.database import open_database
from storage.store import SqlStore
from tests.contracts.store_scene import ANN, BEN, CLIP, GUILD, Scene
from tests.fakes.clock import FakeClock

PEOPLE = (ANN, BEN)
POOL = len(PEOPLE)
"""Number of the wallet that people of one community may pay from together."""
MOVES = (
    Change(State.QUEUED),
    Change(State.SUBMITTING, begins_attempt=True),
    Change(State.RENDERING, ticket="t"),
    Change(State.UNSURE, charge=Charge.RELEASED),
    Change(State.OVERDUE, charge=Charge.RELEASED),
    Change(State.FETCHING),
    Change(State.DELIVERING, clip=CLIP),
    Change(State.DELIVERED, charge=Charge.SPENT),
    Change(State.UNDELIVERED, charge=Charge.RELEASED),
    Change(State.FAILED, charge=Charge.RELEASED),
    Change(State.CANCELLED, charge=Charge.SPENT),
)
person = st.integers(0, len(PEOPLE) - 1)
which = st.integers(0, 30)
steps = st.one_of(
    st.tuples(st.just("grant"), person, st.integers(0, 20)),
    st.tuples(st.just("refill"), person, st.integers(0, 20)),
    st.tuples(st.just("take"), person, st.integers(0, 20)),
    st.tuples(st.just("open"), person, st.integers(0, 9)),
    st.tuples(st.just("ask"), person, st.integers(0, 9)),
    st.tuples(st.just("fill"), st.just(POOL), st.integers(0, 20)),
    st.tuples(st.just("pooled"), person, st.integers(0, 9)),
    st.tuples(st.just("yes"), which, st.booleans()),
    st.tuples(st.just("no"), which, st.just(0)),
    st.tuples(st.just("move"), which, st.integers(0, len(MOVES) - 1)),
    st.tuples(st.just("move"), which, st.integers(0, len(MOVES) - 1)),
    st.tuples(st.just("redeliver"), which, st.booleans()),
    st.tuples(st.just("forget"), person, st.just(0)),
)


@dataclass
class Sold:
    """What the model knows of a job."""

    id: str
    owner: int
    lane: str
    price: int
    held: bool = False
    running: bool = False

    def hold(self, free):
        free[self.owner] -= self.price
        self.held = True


class History:
    """Plays steps on the store and on a model: what each person has left, and which jobs hold whose credits."""

    def __init__(self, store, clock):
        self.store = store
        self.clock = clock
        self.scene = Scene(store, clock)
        self.free = [0 for _ in (*PEOPLE, POOL)]
        self.jobs = []

    async def play(self, step):
        kind, subject, amount = step
        self.clock.advance(seconds=1)
        if kind in ("yes", "no", "move", "redeliver"):
            subject = self.jobs[subject % len(self.jobs)] if self.jobs else None
        if subject is not None:
            await getattr(self, kind)(subject, amount)

    async def check(self):
        assert await self.store.verify() == []
        for who, user in enumerate(PEOPLE):
            held = sum(job.price for job in self.jobs if job.owner == who and job.held)
            assert await self.scene.wallet(user) == (self.free[who], held)
        pool = await self.store.wallet(str(GUILD))
        held = sum(job.price for job in self.jobs if job.owner == POOL and job.held)
        assert (pool.balance, pool.held) == (self.free[POOL], held)

    async def grant(self, who, amount):
        await self.scene.rich(PEOPLE[who], amount)
        self.free[who] += amount

    async def fill(self, pool, amount):
        await self.store.grant(str(GUILD), self.gift(amount))
        self.free[pool] += amount

    async def refill(self, who, amount):
        await self.store.grant(str(PEOPLE[who].id), self.gift(amount, up_to=True))
        self.free[who] = max(self.free[who], amount)

    async def take(self, who, amount):
        taking = self.store.take(str(PEOPLE[who].id), self.gift(amount))
        if await self.done(taking, self.free[who] >= amount):
            self.free[who] -= amount

    async def pooled(self, who, price):
        payer = await self.pool()
        await self.open(who, price, payer=payer.wallet, pooled=payer.pooled)

    async def pool(self):
        return Payer((await self.store.wallet(str(GUILD))).id, pooled=True)

    async def open(self, who, price, **paid):
        job, draft = await self.draft(who, price, **paid)
        job.owner = POOL if paid else who
        if await self.done(self.store.open_job(draft), self.can_pay(job)):
            job.hold(self.free)
            job.running = True
            self.jobs.append(job)

    async def ask(self, who, price):
        job, draft = await self.draft(who, price, ask_first=True)
        await self.store.open_job(draft)
        self.jobs.append(job)

    async def yes(self, job, pooled):
        if (await self.store.job(job.id)).state is not State.ASKING:
            return
        payer = await self.pool() if pooled else None
        asker, job.owner = job.owner, POOL if pooled else job.owner
        answering = self.store.answer(job.id, yes=True, caps=self.caps(job.lane), payer=payer)
        if not await self.done(answering, self.can_pay(job)):
            job.owner = asker
        else:
            job.hold(self.free)
            job.running = True

    async def no(self, job, _):
        await self.store.answer(job.id, yes=False, caps=())

    async def move(self, job, number):
        before, change = await self.store.job(job.id), MOVES[number]
        if before.state is State.ASKING or before.state.ended:
            return
        await self.store.move(before, change)
        if job.held and change.charge:
            self.free[job.owner] += job.price if change.charge is Charge.RELEASED else 0
            job.held = False
        job.running &= not (change.to.ended or change.to in (State.UNSURE, State.OVERDUE))

    async def redeliver(self, job, pooled):
        before = await self.store.job(job.id)
        if not (before.state.ended and before.clip):
            return
        costs = before.state is not State.DELIVERED and before.charge is Charge.RELEASED
        payer = await self.pool() if pooled else None
        owner = POOL if pooled and costs else job.owner
        if await self.done(self.store.redeliver(job.id, payer), not costs or self.free[owner] >= job.price) and costs:
            job.owner = owner
            job.hold(self.free)

    async def forget(self, who, _):
        await self.store.forget(PEOPLE[who].id)
        for job in self.jobs:
            job.owner = len(self.free) if job.owner == who else job.owner
        self.free.append(self.free[who])
        self.free[who] = 0

    async def done(self, purchase, possible):
        try:
            await purchase
        except (NotEnough, OverLimit):
            assert not possible
        else:
            assert possible
        return possible

    def can_pay(self, job):
        running = sum(other.running for other in self.jobs if other.lane == job.lane)
        return self.free[job.owner] >= job.price and running < 3

    async def draft(self, who, price, **changes):
        wallet = await self.scene.rich(PEOPLE[who], 0)
        lane = f"running:{who}"
        paid = {"payer": wallet.id} | changes
        draft = self.scene.draft(PEOPLE[who], price=price, caps=self.caps(lane), **paid)
        return Sold(draft.id, who, lane, price), draft

    def caps(self, lane):
        tomorrow = self.clock.now() + timedelta(days=1)
        return (Cap("member_running", lane, 1, 3, None), Cap("member_daily", "daily", 1, 10_000, tomorrow))

    def gift(self, amount, **how):
        return Grant(f"at {self.clock.now().isoformat()}", amount, "test", "", **how)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=5, max_size=40))
def test_after_any_history_the_books_balance_and_everybody_has_what_they_should(empty_database, history):
    async def play():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "reelbot.db"
            await asyncio.to_thread(shutil.copy, empty_database, path)
            clock = FakeClock()
            async with open_database(f"sqlite:///{path}") as database:
                story = History(SqlStore(database=database, clock=clock), clock)
                for step in history:
                    await story.play(step)
                await story.check()

    asyncio.run(play())
