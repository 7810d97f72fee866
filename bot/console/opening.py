"""The providers as the house would have them, opened for one command beside a bot that may be running."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.media.workshop import Workshop
from bot.settings import Settings
from bot.stocking import make_providers
from providers.contract import Provider
from providers.http import Connections


@asynccontextmanager
async def open_providers(settings: Settings) -> AsyncGenerator[tuple[Provider, ...]]:
    """The providers that the settings turn on, able to ask until the block ends; nothing is asked by opening them."""
    async with Connections(allow_private=settings.allow_private_addresses) as connections:
        yield make_providers(settings, Workshop(), connections)
