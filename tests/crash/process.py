"""The real bot as a process of its own, that may be told to die at its n-th step: `python -m tests.crash.process`."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.app import open_house
from bot.clock import SystemClock
from bot.logs import set_up_logs
from bot.settings import load_settings
from bot.settings_values import LogFormat, LogLevel
from bot.stopping import stopped_by_signal
from storage.database import Database
from tests.fakes.loopback import HurriedClock, LoopbackProvider


class Fuse:
    """Counts steps and kills the process at the chosen one, as a power cut would."""

    def __init__(self, length: int):
        self._left = length

    def step(self, name: str) -> None:
        self._left -= 1
        if self._left == 0:
            print(f"died {name}", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)


def fused_writes(fuse: Fuse) -> None:
    """Count every committed transaction as a step, before whoever asked for it hears of it."""
    whole = Database.tx

    async def tx(self, work):
        result = await whole(self, work)
        fuse.step("after a write")
        return result

    Database.tx = tx


async def run(folder: Path, api: str, length: int) -> None:
    fuse = Fuse(length)
    settings = load_settings(
        {"DATA_DIR": str(folder), "LISTEN": "127.0.0.1:0", "STARTING_CREDITS": "100", "JOB_DEADLINE": "10m"}, None
    )
    set_up_logs(level=LogLevel.ERROR, style=LogFormat.PLAIN, stream=sys.stderr, secrets=())
    provider = LoopbackProvider(api, step=fuse.step)
    clock = HurriedClock(SystemClock(), 40.0)
    with stopped_by_signal() as stop:
        async with open_house(settings, providers=[provider], clock=clock) as house:
            print(house.server.address, flush=True)
            fused_writes(fuse)
            await stop.wait()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
