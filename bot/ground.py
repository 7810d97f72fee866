"""What every other part of the house stands on: the books, the files, the providers, and what is made of them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.bare_errors import bare_errors
from bot.clock import SystemClock
from bot.core.catalog import Catalog
from bot.core.ports import Clock
from bot.core.signing import Signer
from bot.folder import SharedFolder
from bot.keeping import Keeping
from bot.media.charts import ChartShop
from bot.media.shop import MediaShop
from bot.media.workshop import Workshop
from bot.parts import Part
from bot.secret_key import load_or_make_secret
from bot.settings import Settings
from bot.stocking import make_catalog
from bot.web.media_links import MediaLinks
from providers.contract import Provider
from storage.database import open_database
from storage.files import DiskFiles
from storage.seats import Seats, seats_at
from storage.store import SqlStore


@dataclass(frozen=True, slots=True)
class Books:
    """The database and the files: enough for every command that only reads or writes the truth."""

    settings: Settings
    store: SqlStore
    files: DiskFiles
    clock: Clock


@asynccontextmanager
async def open_books(settings: Settings, *, clock: Clock | None = None) -> AsyncGenerator[Books]:
    """Open the database beside a bot that may be running."""
    clock = clock or SystemClock()
    with bare_errors():
        async with open_database(settings.database_url.get_secret_value()) as database:
            store = SqlStore(database=database, clock=clock)
            yield Books(settings, store, DiskFiles(settings.data_dir), clock)


def shared_folder(books: Books) -> SharedFolder:
    """The folder of this host, if it is one of several."""
    return SharedFolder(memory=books.store, folder=books.settings.data_dir, clock=books.clock)


@dataclass(frozen=True, slots=True)
class Ground:
    """What every other part stands on."""

    parts: frozenset[Part]
    books: Books
    providers: tuple[Provider, ...]
    media: MediaShop
    charts: ChartShop
    catalog: Catalog
    signer: Signer
    links: MediaLinks
    seats: Seats
    keeping: Keeping


async def lay_ground(
    books: Books, providers: tuple[Provider, ...], workshop: Workshop, parts: frozenset[Part]
) -> Ground:
    """Make everything that the other parts share; the secret is made with the first start."""
    settings = books.settings
    secret = settings.secret_key
    if secret is None:
        secret = await asyncio.to_thread(load_or_make_secret, settings.data_dir)
    signer = Signer(secret.get_secret_value().encode())
    links = MediaLinks(
        files=books.files, signer=signer, clock=books.clock, public_url=settings.public_url, days=settings.keep_days
    )
    media = MediaShop(workshop=workshop)
    charts = ChartShop(workshop=workshop, files=books.files, folder=settings.data_dir / "drawing")
    catalog = make_catalog(settings, providers)
    seats = seats_at(settings.database_url.get_secret_value(), settings.data_dir)
    return Ground(parts, books, providers, media, charts, catalog, signer, links, seats, Keeping(seats=seats))
