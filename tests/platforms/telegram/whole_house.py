"""The whole bot with Telegram as its chat: everything is real but Telegram and the video API."""

import asyncio
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.app import open_house
from bot.clock import SystemClock
from bot.core.signing import Signer
from bot.ground import open_books
from bot.platforms.telegram.account import Account
from bot.platforms.telegram.chat import World, open_telegram
from bot.settings import load_settings
from tests.fakes.loopback import HurriedClock, LoopbackProvider

SECRET = b"a secret that only tests know"


@asynccontextmanager
async def running_bot(folder, telegram, api_url, *, hurry=40.0, step=lambda _: None, **chosen):
    """The bot, answering on *telegram* until the block ends; begun again on the same folder it is a restart."""
    every = {"DATA_DIR": str(folder), "LISTEN": "127.0.0.1:0", "WEB_CHAT": "off", "STARTING_CREDITS": "100"}
    settings = await asyncio.to_thread(load_settings, every | chosen, None)
    clock = HurriedClock(SystemClock(), hurry)
    account = Account(SecretStr(telegram.token), telegram.address)
    async with open_books(settings, clock=clock) as books:
        world = World(books.store, books.store, books.files, clock, Signer(SECRET), books.store.relocate)
        async with open_telegram(account, world) as chat:
            provider = LoopbackProvider(api_url, step=step)
            async with open_house(settings, extra_platforms=(chat,), providers=[provider], clock=clock) as house:
                yield house
        assert await books.store.verify() == []
