"""The operator's console over a real database, with an engine, a drawer and providers that only take notes."""

from contextlib import asynccontextmanager
from decimal import Decimal

from bot.core.alerts import Alerts
from bot.core.breaker import Breaker
from bot.core.catalog import Catalog
from bot.core.credits import Tariff
from bot.core.signing import Signer
from bot.web.admin.console import Console
from bot.web.admin.room import Room
from bot.web.login import COOKIE, Login
from bot.web.media_links import MediaLinks
from bot.web.server import WebServer
from providers.contract import Format, Mode, Offer, Pace
from storage.database import open_database
from storage.files import DiskFiles
from storage.store import SqlStore
from tests.contracts.store_scene import Scene
from tests.fakes.charts import FakeCharts
from tests.fakes.clock import FakeClock

PASSWORD = "open sesame"
FORMATS = (
    Format(Mode.TEXT, "768P", 6, Decimal("0.28")),
    Format(Mode.IMAGE, "768P", 6, Decimal("0.28")),
    Format(Mode.IMAGE, "1080P", 10, Decimal("0.4915")),
)


class FakeEngine:
    def __init__(self):
        self.ensured = []

    def ensure(self, job):
        self.ensured.append(job)


class FakeProvider:
    def __init__(self, name):
        self.name = name
        self.pace = Pace(submits_per_minute=10, at_once=3)
        self.offers = (Offer(name, "hailuo", "card", FORMATS),)


class AdminHouse:
    def __init__(self, folder, store, clock, password):
        self.clock, self.store, self.scene = clock, store, Scene(store, clock)
        self.files = DiskFiles(folder)
        self.engine, self.charts = FakeEngine(), FakeCharts()
        self.signer = Signer(b"a secret that only tests know")
        self.login = Login(password=password, login_needed=False, signer=self.signer, clock=clock, secure=False)
        self.breaker = Breaker(store=store, clock=clock, alerts=Alerts(platforms={}, operators=()))
        providers = (FakeProvider("preview"), FakeProvider("acme"))
        links = MediaLinks(files=self.files, signer=self.signer, clock=clock, public_url=None)
        room = Room(
            books=store,
            engine=self.engine,
            files=self.files,
            charts=self.charts,
            clock=clock,
            switch=self.breaker,
            providers=providers,
            catalog=Catalog(
                tuple(offer for provider in providers for offer in provider.offers),
                Tariff(Decimal("0.01"), Decimal(1), 0, 0, 100),
            ),
            clip_link=links.link,
            lag=lambda: 0.012,
        )
        self.console = Console(room=room, signer=self.signer)
        self.server = WebServer(
            host="127.0.0.1",
            port=0,
            public_url=None,
            routes=[*self.console.routes(), *self.login.routes(), *links.routes()],
            guards=[self.login.guard],
            closing_seconds=0.5,
        )

    @property
    def session(self):
        """A cookie as the log-in gives it, without the tenth of a second that it takes."""
        return {"Cookie": f"{COOKIE}={self.signer.sign(self.login._purpose, 'tester', None)}"}


@asynccontextmanager
async def admin_house(folder, *, password=PASSWORD):
    clock = FakeClock()
    async with open_database(f"sqlite:///{folder}/reelbot.db") as database:
        house = AdminHouse(folder, SqlStore(database=database, clock=clock), clock, password)
        async with house.server:
            yield house
