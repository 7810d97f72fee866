"""The whole bot on Telegram as a process that may be told to die: `… FOLDER TELEGRAM API never|STEP|STATE`."""

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace

from bot.logs import set_up_logs
from bot.settings_values import LogFormat, LogLevel
from bot.stopping import stopped_by_signal
from tests.crash.process import Fuse, fused_writes
from tests.fakes.telegram.server import TOKEN
from tests.platforms.telegram.whole_house import running_bot


async def run(folder: Path, telegram: str, api: str, die_at: str) -> None:
    fuse = Fuse(die_at)
    set_up_logs(level=LogLevel.ERROR, style=LogFormat.PLAIN, stream=sys.stderr, secrets=())
    with stopped_by_signal() as stop:
        fused_writes(fuse)
        server = SimpleNamespace(token=TOKEN, address=telegram)
        async with running_bot(folder, server, api, step=fuse.step):
            print("ready", flush=True)
            await stop.wait()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), *sys.argv[2:]))
