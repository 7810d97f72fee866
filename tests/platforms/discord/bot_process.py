"""The real bot on a loopback Discord as a process of its own: `… FOLDER API DISCORD DIE_AT`."""

import asyncio
import sys
from pathlib import Path

from pydantic import SecretStr

from bot.app import open_books, open_house
from bot.clock import SystemClock
from bot.logs import set_up_logs
from bot.platforms.discord.chat import Discord
from bot.settings import load_settings
from bot.settings_values import LogFormat, LogLevel
from bot.stopping import stopped_by_signal
from tests.crash.process import Fuse, fused_writes
from tests.fakes.discord.server import BASE, TOKEN
from tests.fakes.loopback import HurriedClock, LoopbackProvider


async def nothing(*_):
    """Nobody types into an option, and no server has limits."""


async def run(folder: Path, api: str, discord: str, die_at: str) -> None:
    fuse = Fuse(die_at)
    every = {"DATA_DIR": str(folder), "LISTEN": "127.0.0.1:0", "STARTING_CREDITS": "100", "WEB_CHAT": "off"}
    settings = load_settings(every, None)
    set_up_logs(level=LogLevel.ERROR, style=LogFormat.PLAIN, stream=sys.stderr, secrets=())
    provider = LoopbackProvider(api, step=fuse.step)
    clock = HurriedClock(SystemClock(), 40.0)
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    with stopped_by_signal() as stop:
        async with open_books(settings, clock=clock) as books:
            chat = Discord(
                token=SecretStr(TOKEN),
                api_base=f"{discord}{BASE}",
                gateway_url=f"{discord.replace('http', 'ws')}/",
                inbox=books.store,
                memory=books.store,
                files=books.files,
                clock=clock,
                catalog=nothing,
                limits_of=nothing,
                clip_link=lambda _: None,
                allow_private=True,
            )
            fused_writes(fuse)
            async with open_house(settings, providers=[provider], clock=clock, extra_platforms=[chat], serve=False):
                await stop.wait()
            await chat.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), *sys.argv[2:]))
