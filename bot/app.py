"""The composition root: opens, wires, runs and closes every part; decides nothing."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from aiohttp import web
from sqlalchemy import make_url

from bot.bare_errors import bare_errors
from bot.chats import Foresee, Premises, open_chats
from bot.clock import SystemClock
from bot.core.admission import Admission
from bot.core.bells import Bells
from bot.core.breaker import Breaker
from bot.core.bulletins import Bulletins
from bot.core.carrying import Carriers
from bot.core.catalog import Catalog
from bot.core.desk import Desk, Rules
from bot.core.engine import Elsewhere, EmbeddedEngine, RunningEngine
from bot.core.foreseeing import Foresight, Quote
from bot.core.gear import Gear, World, make_gear
from bot.core.hearing import Ears
from bot.core.housekeeping import Housekeeper
from bot.core.intake import Intake
from bot.core.life import Life
from bot.core.model import Incoming, JobId
from bot.core.nightly import Nightly
from bot.core.ordering import Addresses
from bot.core.ports import Clock, Engine, Platform, Receive
from bot.core.signing import Signer
from bot.core.using import Using
from bot.core.watchman import Watchman
from bot.folder import see_the_same_files
from bot.keeping import Duties, Keeping
from bot.listening import Listening, seat_of
from bot.media.charts import ChartShop
from bot.media.shop import MediaShop
from bot.media.workshop import Workshop
from bot.parts import EVERYTHING, Part
from bot.platforms.terminal import Terminal
from bot.platforms.web.board import Board
from bot.platforms.web.chat import WebChat
from bot.platforms.web.persons import Persons
from bot.platforms.web.prices import Quoting, Wares
from bot.platforms.web.streams import Streams
from bot.secret_key import load_or_make_secret
from bot.settings import Settings
from bot.stocking import make_catalog, make_providers
from bot.watching import Outlook, open_watch
from bot.web.callbacks import Callbacks
from bot.web.health import Check, Health
from bot.web.login import Login
from bot.web.media_links import MediaLinks, Shelf
from bot.web.server import WebServer
from bot.wellness import health_checks
from providers.contract import Provider, Ticket
from providers.http import Connections
from storage.database import open_database
from storage.files import DiskFiles
from storage.lock import only_one
from storage.seats import Seats, seats_at
from storage.store import SqlStore

SCRATCH_FOR = timedelta(hours=1)
"""No step of a job needs its folder for so long: an older one is what a killed process left behind."""

_Work = Coroutine[None, None, None]


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
    engine: RunningEngine
    server: WebServer | None


@asynccontextmanager
async def open_books(settings: Settings, *, clock: Clock | None = None) -> AsyncGenerator[Books]:
    """Open the database beside a bot that may be running."""
    clock = clock or SystemClock()
    with bare_errors():
        async with open_database(settings.database_url.get_secret_value()) as database:
            store = SqlStore(database=database, clock=clock)
            yield Books(settings, store, DiskFiles(settings.data_dir), clock)


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    parts: frozenset[Part] = EVERYTHING,
    extra_platforms: Sequence[Platform] = (),
    providers: Sequence[Provider] | None = None,
    clock: Clock | None = None,
) -> AsyncGenerator[House]:
    """Open everything and carry every unfinished job, until the block ends; then close in reverse order.

    Args:
        settings: What the operator chose.
        parts: What this process does; every chat can be posted to by each of them.
        extra_platforms: Chats that are not configured but handed in; one of the same name goes before ours.
        providers: Instead of those that the settings turn on.
        clock: Instead of the real one.

    Raises:
        AlreadyRunning: Another process carries the jobs of this folder.
        StrangeFolder: Other hosts of this database keep their files elsewhere.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(bare_errors())
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
        if Part.WORKER in parts and not settings.clustered:
            stack.enter_context(only_one(settings.data_dir))
        books = await stack.enter_async_context(open_books(settings, clock=clock))
        if settings.clustered:
            await see_the_same_files(books.store, settings.data_dir)
        alone = parts == EVERYTHING and not settings.clustered
        await books.files.empty_scratch(before=None if alone else SystemClock().now() - SCRATCH_FOR)
        workshop = Workshop()
        connections = Connections(allow_private=settings.allow_private_addresses)
        await stack.enter_async_context(connections)
        providers = tuple(providers) if providers is not None else make_providers(settings, workshop, connections)
        for provider in providers:
            if isinstance(provider, AbstractAsyncContextManager):
                await stack.enter_async_context(provider)
        ground = await _lay_ground(books, providers, workshop, parts)
        house = await _furnish(stack, ground, (Terminal(), *extra_platforms))
        await house.engine.ready.wait()
        yield house


@dataclass(frozen=True, slots=True)
class _Ground:
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


@dataclass(frozen=True, slots=True)
class _Core:
    """The parts that carry jobs."""

    admission: Admission
    engine: RunningEngine
    intake: Intake
    foresight: Foresight
    callbacks: Callbacks
    breaker: Breaker
    bulletins: Bulletins


async def _lay_ground(
    books: Books, providers: tuple[Provider, ...], workshop: Workshop, parts: frozenset[Part]
) -> _Ground:
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
    return _Ground(parts, books, providers, media, charts, catalog, signer, links, seats, Keeping(seats=seats))


async def _furnish(stack: AsyncExitStack, ground: _Ground, platforms: Sequence[Platform]) -> House:
    """Wire everything and start it, the listening last."""
    books, parts = ground.books, ground.parts

    async def foresee(incoming: Incoming, pictures: int) -> str | None:
        return await core.foresight.foresee(incoming, pictures)

    async def quote(incoming: Incoming, pictures: int) -> Quote | None:
        return await core.foresight.quote(incoming, pictures)

    # Without a server too: what its people asked for is put where they find it when the server is back.
    chat = _make_chat(ground, quote) if books.settings.web_chat_on else None
    others = await stack.enter_async_context(open_chats(_premises(ground, foresee)))
    own = (chat,) if chat else ()
    every_platform = {platform.name: platform for platform in (*others.platforms, *own, *platforms)}
    core = _make_core(ground, every_platform)
    watch = await stack.enter_async_context(open_watch(_outlook(ground, core)))
    listeners = _listeners(ground, every_platform)
    checks = [check for check in others.checks if check.name in listeners]
    server = _make_server(ground, core, (*own, others, watch), checks) if Part.WEB in parts else None
    group = await _start(stack, ground, core)
    if server is not None:
        await stack.enter_async_context(server)
    for name, listen in listeners.items():
        # Last to start, first to stop: nobody is listened to before or after everything else stands.
        listening = group.create_task(listen(core.intake.receive), name=f"chat {name}")
        stack.callback(listening.cancel)
    return House(books, ground.providers, ground.catalog, core.intake, core.engine, server)


def _listeners(ground: _Ground, platforms: Mapping[str, Platform]) -> Mapping[str, Callable[[Receive], _Work]]:
    """How this process listens, by the chat's name: to a bot of another network only while its seat is ours."""
    settings, parts = ground.books.settings, ground.parts
    tokens = {str(Part.DISCORD): settings.discord_token, str(Part.TELEGRAM): settings.telegram_token}
    listeners: dict[str, Callable[[Receive], _Work]] = {}
    for name, platform in platforms.items():
        if (token := tokens.get(name)) is not None and name in parts:
            seat = seat_of(name, token.get_secret_value())
            listeners[name] = Listening(platform=platform, seats=ground.seats, seat=seat).run
        elif name not in set(Part) or name in parts:
            listeners[name] = platform.run
    return listeners


def _make_core(ground: _Ground, platforms: Mapping[str, Platform]) -> _Core:
    books, clock = ground.books, ground.books.clock
    bells = Bells(clock=clock)

    async def hear(provider: str, job: JobId, ticket: Ticket | None) -> bool:
        return await ears.hear(provider, job, ticket)

    callbacks = Callbacks(
        providers=ground.providers,
        signer=ground.signer,
        clock=clock,
        public_url=books.settings.public_url,
        hear=hear,
    )
    world = World(
        store=books.store,
        providers={provider.name: provider for provider in ground.providers},
        platforms=platforms,
        files=books.files,
        media=ground.media,
        clock=clock,
        addresses=Addresses(callbacks.callback_url, lambda name: ground.links.public_link(name, Shelf.PICTURE)),
    )
    gear = make_gear(world=world, bells=bells, operators=books.settings.operators, speaks=ground.keeping.ours)
    life = Life(gear=gear, catalog=ground.catalog, bells=bells)
    engine = _make_engine(ground, Carriers(store=books.store, carry=life.carry, bury=life.bury, bells=bells))
    ears = Ears(store=books.store, asker=gear.asker, engine=engine)
    desk = _make_desk(ground, gear, engine)
    return _Core(gear.admission, engine, Intake(desk), Foresight(desk=desk), callbacks, gear.breaker, gear.bulletins)


def _make_engine(ground: _Ground, carriers: Carriers) -> RunningEngine:
    """Who carries: nobody here, this process alone, or this one of many."""
    store, settings, clock = ground.books.store, ground.books.settings, ground.books.clock
    if Part.WORKER not in ground.parts:
        return Elsewhere()
    if not settings.clustered:
        return EmbeddedEngine(store=store, carriers=carriers, clock=clock)
    from bot.cluster import ClusterEngine  # noqa: PLC0415 - its libraries come with an extra

    url = make_url(settings.database_url.get_secret_value())
    return ClusterEngine(store=store, carriers=carriers, url=url, clock=clock)


def _make_desk(ground: _Ground, gear: Gear, engine: Engine) -> Desk:
    settings, world = ground.books.settings, gear.world
    services = tuple(provider.name for provider in ground.providers)
    return Desk(
        store=world.store,
        messages=ground.books.store,
        catalog=ground.catalog,
        media=world.media,
        files=world.files,
        engine=engine,
        admission=gear.admission,
        breaker=gear.breaker,
        gate=gear.gate,
        bulletins=gear.bulletins,
        platforms=world.platforms,
        clock=world.clock,
        rules=Rules(settings.job_deadline, settings.keep_days, services, settings.operators),
        using=Using(statistics=ground.books.store, charts=ground.charts, operators=settings.operators),
    )


async def _start(stack: AsyncExitStack, ground: _Ground, core: _Core) -> asyncio.TaskGroup:
    """Start what works in the background; the stack stops it in reverse order, letting steps under way end."""
    group = await stack.enter_async_context(asyncio.TaskGroup())
    aside = [group.create_task(run(), name=name) for name, run in _beside_the_jobs(ground, core).items()]
    carrying = group.create_task(core.engine.run(), name="carriers")

    async def stop() -> None:
        core.engine.stop()
        await asyncio.wait([carrying])
        for one in aside:
            one.cancel()

    stack.push_async_callback(stop)
    return group


def _beside_the_jobs(ground: _Ground, core: _Core) -> Mapping[str, Callable[[], _Work]]:
    """What runs for as long as the house does, by name."""
    if Part.WORKER not in ground.parts:
        return {"breaker": core.breaker.keep_reading, "bulletins": core.bulletins.run}
    return {
        "admission": core.admission.run,
        "bulletins": core.bulletins.run,
        "keeping": lambda: ground.keeping.run(lambda: _duties(ground, core)),
    }


def _duties(ground: _Ground, core: _Core) -> Duties:
    """What one of all workers does, by name."""
    books, bulletins = ground.books, core.bulletins
    store, files, clock = books.store, books.files, books.clock
    keep_days = books.settings.keep_days
    first_in = secrets.randbelow(3600)
    return {
        "breaker": core.breaker.keep_telling,
        "housekeeping": Housekeeper(store=store, files=files, clock=clock, keep_days=keep_days).run,
        "watchman": Watchman(store=store, memory=store, disk=files, clock=clock, bulletins=bulletins).run,
        "nightly": Nightly(store=store, memory=store, clock=clock, bulletins=bulletins, first_in=first_in).run,
    }


def _make_chat(ground: _Ground, quoting: Quoting) -> WebChat:
    books, streams = ground.books, Streams()
    shared = books.settings.clustered or not {Part.WEB, Part.WORKER} <= ground.parts
    return WebChat(
        board=Board(messages=books.store, streams=streams, clip_link=ground.links.link, shared=shared),
        streams=streams,
        files=books.files,
        clock=books.clock,
        persons=Persons(
            signer=ground.signer,
            clock=books.clock,
            secure=_by_https(books.settings),
            account=books.store.account,
        ),
        wares=Wares(lambda: ground.catalog.offers, quoting),
    )


def _by_https(settings: Settings) -> bool:
    return (settings.public_url or "").startswith("https:")


def _premises(ground: _Ground, foresee: Foresee) -> Premises:
    books = ground.books
    return Premises(
        settings=books.settings,
        store=books.store,
        files=books.files,
        clock=books.clock,
        signer=ground.signer,
        links=ground.links,
        catalog=ground.catalog,
        foresee=foresee,
    )


def _outlook(ground: _Ground, core: _Core) -> Outlook:
    books = ground.books
    return Outlook(
        store=books.store,
        files=books.files,
        clock=books.clock,
        signer=ground.signer,
        links=ground.links,
        charts=ground.charts,
        providers=ground.providers,
        catalog=ground.catalog,
        engine=core.engine,
        breaker=core.breaker,
    )


class _Routes(Protocol):
    """A part that answers on the web."""

    def routes(self) -> Sequence[web.RouteDef]: ...


def _make_server(ground: _Ground, core: _Core, others: Sequence[_Routes], problems: Sequence[Check]) -> WebServer:
    books, settings = ground.books, ground.books.settings
    login = Login(
        password=settings.admin_password.get_secret_value() if settings.admin_password else None,
        login_needed=not settings.listen.loopback,
        signer=ground.signer,
        clock=books.clock,
        secure=_by_https(settings),
    )
    parts: tuple[_Routes, ...] = (
        ground.links,
        core.callbacks,
        Health(checks=[*health_checks(books.store, core.engine.ready), *problems]),
        login,
        *others,
    )
    return WebServer(
        host=settings.listen.host,
        port=settings.listen.port,
        public_url=settings.public_url,
        routes=[route for part in parts for route in part.routes()],
        guards=[login.guard],
    )
