"""Wires the parts that carry jobs and answer people."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import make_url

from bot.core.admission import Admission
from bot.core.bells import Bells
from bot.core.breaker import Breaker
from bot.core.bulletins import Bulletins
from bot.core.carrying import Carriers
from bot.core.desk import Desk, Rules
from bot.core.engine import Elsewhere, EmbeddedEngine, RunningEngine
from bot.core.foreseeing import Foresight
from bot.core.gear import Gear, World, make_gear
from bot.core.hearing import Ears
from bot.core.housekeeping import Housekeeper
from bot.core.intake import Intake
from bot.core.lease import Lease
from bot.core.life import Life
from bot.core.model import JobId
from bot.core.nightly import Nightly
from bot.core.ordering import Addresses
from bot.core.ports import Engine, Platform
from bot.core.using import Using
from bot.core.watchman import Watchman
from bot.ground import Ground, shared_folder
from bot.keeping import Duties
from bot.parts import Part
from bot.presence import Presence
from bot.web.callbacks import Callbacks
from bot.web.media_links import Shelf
from providers.contract import Ticket


@dataclass(frozen=True, slots=True)
class Core:
    """The parts that carry jobs."""

    admission: Admission
    engine: RunningEngine
    intake: Intake
    foresight: Foresight
    callbacks: Callbacks
    breaker: Breaker
    bulletins: Bulletins


def make_core(ground: Ground, platforms: Mapping[str, Platform]) -> Core:
    """The parts that carry jobs and answer people; nothing runs yet."""
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
        lease=Lease() if books.settings.clustered else None,
    )
    gear = make_gear(world=world, bells=bells, operators=books.settings.operators, speaks=ground.keeping.ours)
    life = Life(gear=gear, catalog=ground.catalog, bells=bells)
    carriers = Carriers(store=books.store, carry=life.carry, bury=life.bury, bells=bells)
    engine = _make_engine(ground, carriers, world.lease)
    ears = Ears(store=books.store, asker=gear.asker, engine=engine)
    desk = _make_desk(ground, gear, engine)
    return Core(gear.admission, engine, Intake(desk), Foresight(desk=desk), callbacks, gear.breaker, gear.bulletins)


def _make_engine(ground: Ground, carriers: Carriers, lease: Lease | None) -> RunningEngine:
    """Who carries: nobody here, this process alone, or this one of many."""
    store, settings, clock = ground.books.store, ground.books.settings, ground.books.clock
    if Part.WORKER not in ground.parts:
        return Elsewhere()
    if lease is None:
        return EmbeddedEngine(store=store, carriers=carriers, clock=clock)
    from bot.cluster import ClusterEngine  # noqa: PLC0415 - its libraries come with an extra

    url = make_url(settings.database_url.get_secret_value())
    presence = Presence(settings.data_dir)
    return ClusterEngine(store=store, carriers=carriers, url=url, presence=presence, lease=lease, clock=clock)


def _make_desk(ground: Ground, gear: Gear, engine: Engine) -> Desk:
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


def duties(ground: Ground, core: Core) -> Duties:
    """What one of all workers does, by name."""
    books, bulletins = ground.books, core.bulletins
    store, files, clock = books.store, books.files, books.clock
    keep_days = books.settings.keep_days
    first_in = secrets.randbelow(3600)
    marking = {"folder": shared_folder(books).renew} if books.settings.clustered else {}
    return marking | {
        "breaker": core.breaker.keep_telling,
        "housekeeping": Housekeeper(store=store, files=files, clock=clock, keep_days=keep_days).run,
        "watchman": Watchman(store=store, memory=store, disk=files, clock=clock, bulletins=bulletins).run,
        "nightly": Nightly(store=store, memory=store, clock=clock, bulletins=bulletins, first_in=first_in).run,
    }
