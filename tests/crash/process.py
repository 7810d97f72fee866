"""The real bot as a process that may be told to die or pause: `… FOLDER API never|[pause:]STEP|STATE PARTS NAME=…`.

A STEP is a number, a name, or both: `7`, `after poll`, `2 after poll`. A line that it reads is another one, counted
from then on, and answered by `set`.
"""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

from bot.app import open_house
from bot.clock import SystemClock
from bot.core.model import Job
from bot.entries import Entries
from bot.logs import set_up_logs
from bot.parts import parts_named
from bot.settings import load_settings
from bot.settings_values import LogFormat, LogLevel
from bot.stopping import stopped_by_signal
from storage.on_postgres import PostgresDatabase
from storage.on_sqlite import SqliteDatabase
from tests.fakes.loopback import HurriedClock, LoopbackProvider

NUMBERED = re.compile(r"(\d*) ?(.*)")
"""Which one of the steps of that name; of all steps, if there is no name."""


class Fuse:
    """Kills the process at the chosen step, by number or name, or as soon as a job is in the chosen state.

    A process that is only to *pause* stops there once, and goes on when it is told to.
    """

    def __init__(self, die_at: str):
        self.set_to(die_at)

    def set_to(self, die_at: str) -> None:
        """Choose anew, and count from now."""
        self._signal = signal.SIGSTOP if die_at.startswith("pause:") else signal.SIGKILL
        number, self._name = NUMBERED.fullmatch(die_at.removeprefix("pause:")).groups()
        self._left = int(number or 1)

    def step(self, name: str) -> None:
        if self._name in {"", name}:
            self._left -= 1
            if self._left == 0:
                self._die(name)

    def wrote(self, result: object) -> None:
        self.step("after a write")
        if isinstance(result, Job) and result.state == self._name:
            self._die(f"when {self._name}")

    def _die(self, name: str) -> None:
        self._name = "never"
        print(f"died {name}", flush=True)
        os.kill(os.getpid(), self._signal)


def fused_writes(fuse: Fuse) -> None:
    """Count every committed transaction as a step, before whoever asked for it hears of it."""
    for database in (SqliteDatabase, PostgresDatabase):
        database.tx = _fused(database.tx, fuse)


def _fused(whole, fuse: Fuse):
    async def tx(self, work):
        result = await whole(self, work)
        fuse.wrote(result)
        return result

    return tx


def fused_queue(fuse: Fuse) -> None:
    """Count what the queue's own connection commits, too."""

    async def pick_up(entries, most):
        if taken := await whole_pick_up(entries, most):
            fuse.step("after a pick-up")
        return taken

    async def let_go(entries, held):
        await whole_let_go(entries, held)
        fuse.step("after letting go")

    whole_pick_up, Entries.pick_up = Entries.pick_up, pick_up
    whole_let_go, Entries.let_go = Entries.let_go, let_go


def set_from_input(fuse: Fuse) -> None:
    """Set the fuse to whatever a line of our input says."""
    loop = asyncio.get_running_loop()

    def heard() -> None:
        if line := sys.stdin.readline():
            fuse.set_to(line.strip())
            print("set", flush=True)
        else:
            loop.remove_reader(sys.stdin)

    loop.add_reader(sys.stdin, heard)


async def run(folder: Path, api: str, die_at: str, only: str, *more: str) -> None:
    fuse = Fuse(die_at)
    every = {"DATA_DIR": str(folder), "LISTEN": "127.0.0.1:0", "STARTING_CREDITS": "100", "JOB_DEADLINE": "10m"}
    settings = load_settings(every | dict(one.split("=", 1) for one in more), None)
    set_up_logs(level=LogLevel.ERROR, style=LogFormat.PLAIN, stream=sys.stderr, secrets=())
    provider = LoopbackProvider(api, step=fuse.step)
    clock = HurriedClock(SystemClock(), 40.0)
    with stopped_by_signal() as stop:
        async with open_house(settings, parts=parts_named(only), providers=[provider], clock=clock) as house:
            print(house.server.address if house.server else "no address", flush=True)
            fused_writes(fuse)
            fused_queue(fuse)
            set_from_input(fuse)
            await stop.wait()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), *sys.argv[2:]))
