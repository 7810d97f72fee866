"""The chats that the settings turn on, opened and closed around everything that posts to them.

A chat library is imported only where its token is set: each takes a good part of a second.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web
from pydantic import SecretStr

from bot.core.catalog import Catalog
from bot.core.model import Incoming
from bot.core.ports import Clock, Platform
from bot.core.signing import Signer
from bot.settings import Settings
from bot.web.health import Check
from bot.web.media_links import MediaLinks
from bot.wellness import chat_checks
from storage.files import DiskFiles
from storage.store import SqlStore

if TYPE_CHECKING:
    from bot.platforms.telegram.chat import TelegramChat

Foresee = Callable[[Incoming, int], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Premises:
    """What the chats stand on."""

    settings: Settings
    store: SqlStore
    files: DiskFiles
    clock: Clock
    signer: Signer
    links: MediaLinks
    catalog: Catalog
    foresee: Foresee
    """What would be refused of a message, before anything is begun."""


@dataclass(frozen=True, slots=True)
class Chats:
    """The chats that were opened."""

    platforms: tuple[Platform, ...]
    called_at: tuple[web.RouteDef, ...]
    checks: tuple[Check, ...]
    """Whether each of them hears its people."""

    def routes(self) -> Sequence[web.RouteDef]:
        """Where their networks call us."""
        return self.called_at


@asynccontextmanager
async def open_chats(premises: Premises) -> AsyncGenerator[Chats]:
    """Open the chats of other networks; they can be posted to until the block ends."""
    settings = premises.settings
    platforms: list[Platform] = []
    routes: list[web.RouteDef] = []
    problems: dict[str, Callable[[], str | None]] = {}
    async with AsyncExitStack() as stack:
        if settings.telegram_token is not None:
            telegram = await _open_telegram(stack, premises, settings.telegram_token)
            platforms.append(telegram)
            routes += telegram.routes()
            problems["telegram"] = lambda: telegram.problem
        if settings.discord_token is not None:
            platforms.append(_open_discord(stack, premises, settings.discord_token))
        yield Chats(tuple(platforms), tuple(routes), chat_checks(problems))


async def _open_telegram(stack: AsyncExitStack, premises: Premises, token: SecretStr) -> "TelegramChat":
    from bot.platforms.telegram.account import Account  # noqa: PLC0415 see above
    from bot.platforms.telegram.chat import World, open_telegram  # noqa: PLC0415 see above

    settings, store = premises.settings, premises.store
    account = Account(
        token=token,
        api_base=settings.telegram_api_base or "",
        local_server=settings.telegram_local_server,
        webhook_base=settings.public_url if settings.telegram_mode == "webhook" else None,
    )
    world = World(
        inbox=store,
        memory=store,
        files=premises.files,
        clock=premises.clock,
        signer=premises.signer,
        relocate=store.relocate,
        offers=lambda: premises.catalog.offers,
    )
    return await stack.enter_async_context(open_telegram(account, world))


def _open_discord(stack: AsyncExitStack, premises: Premises, token: SecretStr) -> Platform:
    from bot.platforms.discord.chat import Discord  # noqa: PLC0415 see above

    settings, store = premises.settings, premises.store

    async def catalog() -> Catalog:
        return premises.catalog.repriced(await store.list_prices())

    chat = Discord(
        token=token,
        api_base=settings.discord_api_base or "",
        gateway_url=settings.discord_gateway_url,
        inbox=store,
        memory=store,
        files=premises.files,
        clock=premises.clock,
        catalog=catalog,
        limits_of=store.limits_of,
        clip_link=premises.links.public_link,
        foresee=premises.foresee,
        allow_private=settings.allow_private_addresses,
    )
    stack.push_async_callback(chat.close)
    return chat
