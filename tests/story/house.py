"""A whole house on one clock: real core, real database, real files; only the outside world is played."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import make_url

from bot.cluster import ClusterEngine
from bot.core.admission import Admission
from bot.core.bells import Bells
from bot.core.carrying import Carriers
from bot.core.catalog import Catalog
from bot.core.credits import Tariff
from bot.core.desk import Desk, Rules
from bot.core.engine import EmbeddedEngine, RunningEngine
from bot.core.gear import Gear, World, make_gear
from bot.core.hearing import Ears
from bot.core.intake import Intake
from bot.core.life import Life
from bot.core.model import CommunityId, Incoming, Job, Place, Reply, State, User, UserId
from bot.core.ordering import Addresses
from bot.core.store import Grant
from bot.core.using import Using
from bot.presence import Presence
from storage.database import is_postgres, open_database
from storage.files import DiskFiles
from storage.store import SqlStore
from tests.fakes.charts import FakeCharts
from tests.fakes.clock import FakeClock
from tests.fakes.flaky import Flaky
from tests.fakes.media import FakeMedia
from tests.fakes.platform import FakePlatform
from tests.fakes.provider import FakeProvider

ANA = User(UserId("web", "ana"), "Ana")
BEN = User(UserId("web", "ben"), "Ben")
HOME = Place("web", "ana's room")


@dataclass
class House:
    folder: Path
    clock: FakeClock
    providers: dict[str, FakeProvider]
    platform: FakePlatform
    media: FakeMedia
    store: SqlStore
    files: DiskFiles
    catalog: Catalog
    admission: Admission
    bells: Bells
    life: Life
    engine: RunningEngine
    intake: Intake
    gear: Gear
    ears: Ears
    desk: Desk
    keys: list[int] = field(default_factory=lambda: [0])

    @property
    def provider(self) -> FakeProvider:
        return next(iter(self.providers.values()))

    async def give(self, user: User, amount: int) -> None:
        await self.store.grant(str(user.id), Grant(f"gift:{user.id}:{amount}", amount, "test", "a gift"))

    async def say(
        self, text, *, user=ANA, pictures=(), key=None, community: CommunityId | None = None, channel="", adults=None,
        **standing,
    ):  # fmt: skip
        """One message of a person, as an adapter would hand it over; *standing*: roles, admin, anonymous."""
        self.keys[0] += 1
        place = Place("web", f"{user.id.id}'s room", channel, adults)
        files = []
        for number, content in enumerate(pictures):
            path = self.folder / f"upload-{self.keys[0]}-{number}"
            path.write_bytes(content)
            files.append(path)
        key = key or f"web:{self.keys[0]}"
        incoming = Incoming(key, user, place, text, community, pictures=tuple(files), **standing)
        return await self.intake.receive(incoming)

    async def job(self, reply: Reply) -> Job:
        assert reply.job is not None, reply
        job = await self.store.job(reply.job)
        assert job is not None
        return job

    async def until(
        self, reply: Reply, state: State, *, most: timedelta = timedelta(days=3), stride: timedelta = timedelta(0)
    ) -> Job:
        """Let time pass until the job is in *state* and the person has heard of it.

        Time jumps from alarm to alarm; *stride* takes longer leaps, for stories of days.
        """
        end = self.clock.now() + most
        while True:
            job = await self.job(reply)
            if job.state is state and not job.untold:
                return job
            assert self.clock.now() <= end, f"still {job.state} after {most}"
            await self.clock.step()
            self.clock.set(self.clock.now() + stride)

    async def balance(self, user: User = ANA) -> tuple[int, int]:
        wallet = await self.store.wallet(str(user.id))
        return wallet.balance, wallet.held

    async def books_balance(self) -> bool:
        return await self.store.verify() == []


def tariff(**changes) -> Tariff:
    standard = {
        "credit_usd": Decimal("0.01"),
        "margin": Decimal(1),
        "starting_credits": 100,
        "daily_credits": 0,
        "confirm_above": 100,
    }
    return Tariff(**(standard | changes))


NOBODY = Presence(Path("nowhere"), lambda: None)
"""Nobody is known to be dead."""


def no_address(*_args):
    return None


def database_of(folder):
    return f"sqlite:///{folder}/reelbot.db"


def engine_for(address, store, carriers, lease, clock) -> RunningEngine:
    if is_postgres(url := make_url(address)):
        return ClusterEngine(store=store, carriers=carriers, url=url, presence=NOBODY, lease=lease, clock=clock)
    return EmbeddedEngine(store=store, carriers=carriers, clock=clock)


@asynccontextmanager
async def open_house(
    folder: Path,
    *,
    clock: FakeClock | None = None,
    providers=None,
    platform: FakePlatform | None = None,
    prices: Tariff | None = None,
    addresses: Addresses | None = None,
    running: bool = True,
    grace: float = 20.0,
    flaky: dict[str, int] | None = None,
    operators: tuple[UserId, ...] = (),
    charts: FakeCharts | None = None,
):
    """Open everything, carry jobs while the block runs, and close it as a real stop would."""
    clock = clock or FakeClock()
    providers = {p.name: p for p in (providers or [FakeProvider()])}
    platform = platform or FakePlatform()
    media = FakeMedia()
    files = await asyncio.to_thread(DiskFiles, folder)
    address = await asyncio.to_thread(database_of, folder)
    async with open_database(address) as database:
        store = Flaky(SqlStore(database=database, clock=clock), flaky or {})
        bells = Bells(clock=clock)
        catalog = Catalog(tuple(o for p in providers.values() for o in p.offers), prices or tariff())
        world = World(
            store,
            providers,
            {platform.name: platform},
            files,
            media,
            clock,
            addresses or Addresses(no_address, no_address),
        )
        gear = make_gear(world=world, bells=bells, operators=operators)
        admission = gear.admission
        life = Life(gear=gear, catalog=catalog, bells=bells)
        carriers = Carriers(store=store, carry=life.carry, bury=life.bury, bells=bells, grace_seconds=grace)
        engine = engine_for(address, store, carriers, world.lease, clock)
        desk = Desk(
            store=store,
            messages=store,
            catalog=catalog,
            media=media,
            files=files,
            engine=engine,
            admission=admission,
            breaker=gear.breaker,
            gate=gear.gate,
            bulletins=gear.bulletins,
            platforms={platform.name: platform},
            clock=clock,
            rules=Rules(timedelta(hours=1), keep_days=7, services=tuple(providers), operators=operators),
            using=Using(statistics=store, charts=charts or FakeCharts(), operators=operators),
        )
        house = House(
            folder, clock, providers, platform, media, store, files, catalog, admission, bells, life, engine,
            Intake(desk), gear, Ears(store=store, asker=gear.asker, engine=engine), desk,
        )  # fmt: skip
        if not running:
            yield house
            return
        async with carrying(house):
            yield house


@asynccontextmanager
async def carrying(house: House):
    """Carry jobs while the block runs, and stop as a real stop would."""
    clock, store, engine = house.clock, house.store, house.engine
    clock.busy = lambda: store.busy
    async with asyncio.TaskGroup() as group:
        await house.gear.breaker.read()
        turns = group.create_task(house.admission.run())
        running = group.create_task(engine.run())
        await engine.ready.wait()
        try:
            yield
        finally:
            engine.stop()
            await running
            turns.cancel()
            clock.busy = lambda: False
