"""The operator's eyes put together: figures for machines, how late the event loop comes, and the console."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry

from bot.core.breaker import Breaker
from bot.core.catalog import Catalog
from bot.core.charts import Charts
from bot.core.ports import Clock, Engine
from bot.core.signing import Signer
from bot.web.admin.console import Console
from bot.web.admin.room import Room
from bot.web.loop_lag import LoopLag
from bot.web.media_links import MediaLinks
from bot.web.metrics import Metrics
from providers.contract import Provider
from storage.files import DiskFiles
from storage.store import SqlStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is watched over, and who acts on what the operator decides."""

    store: SqlStore
    files: DiskFiles
    clock: Clock
    signer: Signer
    links: MediaLinks
    charts: Charts
    providers: tuple[Provider, ...]
    catalog: Catalog
    engine: Engine
    breaker: Breaker


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything that an operator, or a machine of theirs, looks at."""

    answered: tuple[web.RouteDef, ...]

    def routes(self) -> Sequence[web.RouteDef]:
        """Where they look."""
        return self.answered


@asynccontextmanager
async def open_watch(outlook: Outlook) -> AsyncGenerator[Watch]:
    """Watch over the loop until the block ends."""
    registry = CollectorRegistry()
    lag = LoopLag(registry=registry)
    metrics = Metrics(registry=registry, books=outlook.store, errors=outlook.breaker.errors, clock=outlook.clock)
    console = Console(room=_room(outlook, lag), signer=outlook.signer)
    async with asyncio.TaskGroup() as group:
        looking = group.create_task(lag.run(), name="loop lag")
        yield Watch((*metrics.routes(), *console.routes()))
        looking.cancel()


def _room(outlook: Outlook, lag: LoopLag) -> Room:
    return Room(
        books=outlook.store,
        engine=outlook.engine,
        files=outlook.files,
        charts=outlook.charts,
        clock=outlook.clock,
        switch=outlook.breaker,
        providers=outlook.providers,
        catalog=outlook.catalog,
        clip_link=outlook.links.link,
        lag=lag.worst_lately,
    )
