"""The composition root: opens, wires, runs and closes every part; decides nothing."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.bare_errors import bare_errors
from bot.chats import open_chats
from bot.clock import SystemClock
from bot.core.catalog import Catalog
from bot.core.engine import RunningEngine
from bot.core.foreseeing import Quote
from bot.core.intake import Intake
from bot.core.model import Incoming
from bot.core.ports import Clock, Platform, Receive
from bot.ground import Books, Ground, lay_ground, open_books, shared_folder
from bot.listening import Listening, seat_of
from bot.media.workshop import Workshop
from bot.parts import EVERYTHING, Part
from bot.platforms.terminal import Terminal
from bot.platforms.web.chat import WebChat
from bot.serving import make_chat, make_server, outlook, premises
from bot.settings import Settings
from bot.stocking import make_providers
from bot.watching import open_watch
from bot.web.server import WebServer
from bot.wiring import Core, duties, make_core
from providers.contract import Provider
from providers.http import Connections
from storage.lock import only_one

SCRATCH_FOR = timedelta(hours=1)
"""No step of a job needs its folder for so long: an older one is what a killed process left behind."""

READY_FOR = 600.0
"""Seconds after a clip during which a helper stands ready for the next: an idle bot keeps none."""

_Work = Coroutine[None, None, None]
_Begin = Callable[[Callable[[], _Work], str], asyncio.Task[None]]
"""Lets something run beside the jobs, under a name."""


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
        StrangeFolder: Other hosts of this database keep their files elsewhere, now or by and by.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(bare_errors())
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
        if Part.WORKER in parts and not settings.clustered:
            stack.enter_context(only_one(settings.data_dir))
        books = await stack.enter_async_context(open_books(settings, clock=clock))
        if settings.clustered:
            await shared_folder(books).look()
        alone = parts == EVERYTHING and not settings.clustered
        await books.files.empty_scratch(before=None if alone else SystemClock().now() - SCRATCH_FOR)
        workshop = Workshop(ready_seconds=READY_FOR)
        stack.push_async_callback(workshop.close)
        connections = Connections(allow_private=settings.allow_private_addresses)
        await stack.enter_async_context(connections)
        providers = tuple(providers) if providers is not None else make_providers(settings, workshop, connections)
        for provider in providers:
            if isinstance(provider, AbstractAsyncContextManager):
                await stack.enter_async_context(provider)
        ground = await lay_ground(books, providers, workshop, parts)
        house = await _furnish(stack, ground, (Terminal(), *extra_platforms))
        await house.engine.ready.wait()
        yield house


async def _furnish(stack: AsyncExitStack, ground: Ground, platforms: Sequence[Platform]) -> House:
    """Wire everything and start it, the listening last."""
    books, parts = ground.books, ground.parts

    async def foresee(incoming: Incoming, pictures: int) -> str | None:
        return await core.foresight.foresee(incoming, pictures)

    async def quote(incoming: Incoming, pictures: int) -> Quote | None:
        return await core.foresight.quote(incoming, pictures)

    # Without a server too: what its people asked for is put where they find it when the server is back.
    chat = make_chat(ground, quote) if books.settings.web_chat_on else None
    others = await stack.enter_async_context(open_chats(premises(ground, foresee)))
    own = (chat,) if chat else ()
    every_platform = {platform.name: platform for platform in (*others.platforms, *own, *platforms)}
    core = make_core(ground, every_platform)
    watch = await stack.enter_async_context(open_watch(outlook(ground, core)))
    listeners = _listeners(ground, every_platform)
    checks = [check for check in others.checks if check.name in listeners]
    server = make_server(ground, core, (*own, others, watch), checks) if Part.WEB in parts else None
    begin = await _start(stack, ground, core, chat)
    if server is not None:
        await stack.enter_async_context(server)
    for name, listen in listeners.items():
        # Last to start, first to stop: nobody is listened to before or after everything else stands.
        stack.callback(begin(partial(listen, core.intake.receive), f"chat {name}").cancel)
    return House(books, ground.providers, ground.catalog, core.intake, core.engine, server)


def _listeners(ground: Ground, platforms: Mapping[str, Platform]) -> Mapping[str, Callable[[Receive], _Work]]:
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


async def _start(stack: AsyncExitStack, ground: Ground, core: Core, chat: WebChat | None) -> _Begin:
    """Start what works in the background; the stack stops it in reverse order, letting steps under way end."""
    group = await stack.enter_async_context(asyncio.TaskGroup())
    # A job whose turn came right before its provider was paused must not be ordered now.
    await core.breaker.read()
    carrying = group.create_task(core.engine.run(), name="carriers")

    async def put_down() -> None:
        core.engine.stop()
        await asyncio.wait([carrying])

    async def run_beside(run: Callable[[], _Work]) -> None:
        try:
            await run()
        except Exception:
            # It ends the house, and with it every task at once: a paid call under way should get its answer before.
            await put_down()
            raise

    def begin(run: Callable[[], _Work], name: str) -> asyncio.Task[None]:
        return group.create_task(run_beside(run), name=name)

    beside = {**_beside_the_jobs(ground, core), **_beside_the_pages(chat), **_beside_the_files(ground.books)}
    aside = [begin(run, name) for name, run in beside.items()]

    async def stop() -> None:
        await put_down()
        for one in aside:
            one.cancel()

    stack.push_async_callback(stop)
    return begin


def _beside_the_pages(chat: WebChat | None) -> Mapping[str, Callable[[], _Work]]:
    """What our own chat needs in every process, if there are several."""
    return {"audience": chat.audience.run} if chat is not None and chat.audience.shared else {}


def _beside_the_files(books: Books) -> Mapping[str, Callable[[], _Work]]:
    """What every host does that shares its folder with others."""
    return {"folder": shared_folder(books).watch} if books.settings.clustered else {}


def _beside_the_jobs(ground: Ground, core: Core) -> Mapping[str, Callable[[], _Work]]:
    """What runs for as long as the house does, by name."""
    if Part.WORKER not in ground.parts:
        return {"breaker": core.breaker.keep_reading, "bulletins": core.bulletins.run}
    return {
        "admission": core.admission.run,
        "bulletins": core.bulletins.run,
        "keeping": lambda: ground.keeping.run(lambda: duties(ground, core)),
    }
