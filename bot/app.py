"""The composition root: opens, wires, runs and closes every part; decides nothing."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from bot.bare_errors import bare_errors
from bot.clock import SystemClock
from bot.core.admission import Admission
from bot.core.bells import Bells
from bot.core.catalog import Catalog
from bot.core.credits import Tariff
from bot.core.engine import Carriers
from bot.core.housekeeping import Housekeeper
from bot.core.intake import Desk, Intake, Rules
from bot.core.life import Addresses, Life, World
from bot.core.model import JobId
from bot.core.ports import Clock, Platform
from bot.core.signing import Signer
from bot.media.shop import MediaShop
from bot.media.workshop import Workshop
from bot.platforms.terminal import Terminal
from bot.platforms.web.chat import WebChat
from bot.platforms.web.persons import Persons
from bot.secret_key import load_or_make_secret
from bot.settings import Settings
from bot.web.callbacks import Callbacks
from bot.web.health import Check, Health
from bot.web.login import Login
from bot.web.media_links import MediaLinks, Shelf
from bot.web.metrics import Metrics
from bot.web.server import WebServer
from providers.contract import Offer, Provider, Ticket
from providers.shelf import NAMES, Rate, Wanted, stock
from storage.database import open_database
from storage.files import DiskFiles
from storage.lock import only_one
from storage.store import SqlStore


@dataclass(frozen=True, slots=True)
class Books:
    """The database and the files: enough for every command that only reads or writes the truth."""

    settings: Settings
    store: SqlStore
    files: DiskFiles
    clock: Clock


@dataclass(frozen=True, slots=True)
class House:
    """Everything, running."""

    books: Books
    providers: tuple[Provider, ...]
    catalog: Catalog
    intake: Intake
    carriers: Carriers
    server: WebServer | None


@asynccontextmanager
async def open_books(settings: Settings, *, clock: Clock | None = None) -> AsyncGenerator[Books]:
    """Open the database beside a bot that may be running."""
    clock = clock or SystemClock()
    with bare_errors():
        async with open_database(settings.database_url.get_secret_value()) as database:
            store = SqlStore(database=database, clock=clock)
            yield Books(settings, store, DiskFiles(settings.data_dir), clock)


def make_tariff(settings: Settings, providers: Sequence[Provider]) -> Tariff:
    """What things cost and what people are given."""
    only_preview = all(provider.name == "preview" for provider in providers)
    return Tariff(
        credit_usd=settings.credit_usd,
        margin=settings.price_margin,
        starting_credits=settings.first_credits(only_preview=only_preview),
        daily_credits=settings.free_daily_credits,
        confirm_above=settings.confirm_above,
    )


def make_catalog(settings: Settings, providers: Sequence[Provider]) -> Catalog:
    """Everything that can be made: offers that take pictures by address only need a public one."""
    offers = tuple(offer for provider in providers for offer in provider.offers if _usable(offer, settings))
    return Catalog(offers, make_tariff(settings, providers))


def _usable(offer: Offer, settings: Settings) -> bool:
    return settings.public_url is not None or not offer.picture_rules.by_url_only


def make_providers(settings: Settings, workshop: Workshop) -> tuple[Provider, ...]:
    """The providers that the settings turn on, in the operator's order of preference."""
    order = settings.providers or NAMES
    on = {"preview": settings.preview.decide(auto=True)}
    return stock(
        Wanted(
            names=tuple(name for name in order if on[name]),
            rates={"preview": Rate(settings.preview_rpm, settings.preview_concurrency)},
            folder=settings.data_dir,
            render=workshop.run,
        )
    )


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    extra_platforms: Sequence[Platform] = (),
    providers: Sequence[Provider] | None = None,
    clock: Clock | None = None,
    serve: bool = True,
) -> AsyncGenerator[House]:
    """Open everything and carry every unfinished job, until the block ends; then close in reverse order.

    Args:
        settings: What the operator chose.
        extra_platforms: Chats that are not configured but handed in; one of the same name goes before ours.
        providers: Instead of those that the settings turn on.
        clock: Instead of the real one.
        serve: Whether to listen for HTTP at all.

    Raises:
        AlreadyRunning: Another process carries the jobs of this folder.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(bare_errors())
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
        stack.enter_context(only_one(settings.data_dir))
        books = await stack.enter_async_context(open_books(settings, clock=clock))
        await books.files.empty_scratch()
        workshop = Workshop()
        providers = tuple(providers) if providers is not None else make_providers(settings, workshop)
        for provider in providers:
            if isinstance(provider, AbstractAsyncContextManager):
                await stack.enter_async_context(provider)
        house = await _furnish(
            stack, books, providers, MediaShop(workshop=workshop), (Terminal(), *extra_platforms), serve=serve
        )
        await house.carriers.ready.wait()
        yield house


async def _furnish(
    stack: AsyncExitStack,
    books: Books,
    providers: tuple[Provider, ...],
    media: MediaShop,
    platforms: tuple[Platform, ...],
    *,
    serve: bool,
) -> House:
    settings, clock = books.settings, books.clock
    secret = settings.secret_key
    if secret is None:
        secret = await asyncio.to_thread(load_or_make_secret, settings.data_dir)
    signer = Signer(secret.get_secret_value().encode())
    bells = Bells(clock=clock)
    catalog = make_catalog(settings, providers)
    links = MediaLinks(
        files=books.files, signer=signer, clock=clock, public_url=settings.public_url, days=settings.keep_days
    )
    chat = _make_chat(books, signer, links, catalog) if settings.web_chat_on and serve else None
    every_platform = {platform.name: platform for platform in (*platforms, *((chat,) if chat else ()))}
    paces = {provider.name: provider.pace for provider in providers}
    admission = Admission(store=books.store, paces=paces, bells=bells, clock=clock)

    async def hear(job: JobId, ticket: Ticket | None) -> None:
        if ticket is not None:
            await books.store.adopt(job, ticket.id)
        carriers.ensure(job)

    callbacks = Callbacks(providers=providers, signer=signer, clock=clock, public_url=settings.public_url, hear=hear)
    world = World(
        store=books.store,
        providers={provider.name: provider for provider in providers},
        platforms=every_platform,
        files=books.files,
        media=media,
        clock=clock,
        addresses=Addresses(callbacks.callback_url, lambda name: links.public_link(name, Shelf.PICTURE)),
    )
    life = Life(world=world, catalog=catalog, admission=admission, bells=bells)
    carriers = Carriers(store=books.store, carry=life.carry, bury=life.bury, bells=bells, clock=clock)
    intake = Intake(
        Desk(
            store=books.store,
            catalog=catalog,
            media=media,
            files=books.files,
            engine=carriers,
            admission=admission,
            platforms=every_platform,
            clock=clock,
            rules=Rules(settings.job_deadline, settings.keep_days, tuple(paces)),
        )
    )
    server = _make_server(books, signer, links, callbacks, chat, carriers) if serve else None
    group = await _start(stack, books, admission, carriers)
    if server is not None:
        await stack.enter_async_context(server)
    for platform in every_platform.values():
        # Last to start, first to stop: nobody is listened to before or after everything else stands.
        listening = group.create_task(platform.run(intake.receive), name=f"chat {platform.name}")
        stack.callback(listening.cancel)
    return House(books, providers, catalog, intake, carriers, server)


async def _start(stack: AsyncExitStack, books: Books, admission: Admission, carriers: Carriers) -> asyncio.TaskGroup:
    """Start what works in the background; the stack stops it in reverse order, letting steps under way end."""
    group = await stack.enter_async_context(asyncio.TaskGroup())
    keep_days = books.settings.keep_days
    housekeeper = Housekeeper(store=books.store, files=books.files, clock=books.clock, keep_days=keep_days)
    aside = [
        group.create_task(admission.run(), name="admission"),
        group.create_task(housekeeper.run(), name="housekeeping"),
    ]
    carrying = group.create_task(carriers.run(), name="carriers")

    async def stop() -> None:
        carriers.stop()
        await asyncio.wait([carrying])
        for one in aside:
            one.cancel()

    stack.push_async_callback(stop)
    return group


def _make_chat(books: Books, signer: Signer, links: MediaLinks, catalog: Catalog) -> WebChat:
    public_url = books.settings.public_url or ""
    return WebChat(
        messages=books.store,
        files=books.files,
        clock=books.clock,
        persons=Persons(signer=signer, clock=books.clock, secure=public_url.startswith("https:")),
        clip_link=links.link,
        offers=lambda: catalog.offers,
    )


def _make_server(
    books: Books,
    signer: Signer,
    links: MediaLinks,
    callbacks: Callbacks,
    chat: WebChat | None,
    carriers: Carriers,
) -> WebServer:
    settings = books.settings
    password = settings.admin_password.get_secret_value() if settings.admin_password else None
    login = Login(
        password=password,
        login_needed=not settings.listen.loopback,
        signer=signer,
        clock=books.clock,
        secure=(settings.public_url or "").startswith("https:"),
    )

    async def database_problem() -> str | None:
        await books.store.jobs(state=None, most=1)
        return None

    async def carriers_problem() -> str | None:
        return None if carriers.ready.is_set() else "Unfinished jobs are still being picked up."

    health = Health(checks=[Check("database", database_problem), Check("jobs", carriers_problem)])
    metrics = Metrics(registry=CollectorRegistry(), jobs_by_state=books.store.count_jobs)
    routes = [
        *links.routes(),
        *callbacks.routes(),
        *health.routes(),
        *metrics.routes(),
        *login.routes(),
        *(chat.routes() if chat else ()),
    ]
    return WebServer(
        host=settings.listen.host,
        port=settings.listen.port,
        public_url=settings.public_url,
        routes=routes,
        guards=[login.guard],
    )
