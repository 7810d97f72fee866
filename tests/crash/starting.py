"""Starts the bot of `tests.crash.process`, and the command line, as processes of their own."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from storage.database import open_database
from storage.store import SqlStore
from tests.fakes.unmeasured import unmeasured

ROOT = Path(__file__).parents[2]
NEVER = "never"


class Bot:
    def __init__(self, process: asyncio.subprocess.Process, address: str | None):
        self.process = process
        self.address = address

    async def die_at(self, step: str) -> bool:
        """Have it die at that step, counted from now; False if it has just died at the step that was set before."""
        self.process.stdin.write(f"{step}\n".encode())
        answer = await asyncio.wait_for(self.process.stdout.readline(), 30)
        return answer == b"set\n"

    async def stop(self, *, within: float) -> int:
        """Ask it politely to end; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), within)


@asynccontextmanager
async def bot(
    folder: Path,
    api: str,
    *,
    die_at: int | str = NEVER,
    only: str = "",
    settings: Mapping[str, str] | None = None,
    measured: bool = False,
    silent: bool = False,
):
    """The process, its address being None if it died before it had one.

    Args:
        folder: Its data.
        api: Address of the video API.
        die_at: The number of a step, or the name of a state: the process dies right after it was written.
        only: The parts that it runs; everything if empty.
        settings: As in the environment, beside those that every test needs.
        measured: Whether its coverage is, which takes half as long again; for SQLite alone (`tests.coverage_apart`).
        silent: Whether nobody reads what it complains of.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.process", str(folder), api, str(die_at), only,
        *(f"{name}={value}" for name, value in (settings or {}).items()),
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL if silent else None, env=None if measured else unmeasured(),
    )  # fmt: skip
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
        yield Bot(process, line if line.startswith("http") else None)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 40)


async def reelbot(folder: Path, *words: str) -> tuple[int, str, str]:
    """The command line in that folder: exit code, standard output and error. Inherits the environment of the tests."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, out.decode(), err.decode()


async def reelbot_json(folder: Path, *words: str) -> Any:
    """A command's JSON; it has to succeed."""
    code, out, err = await reelbot(folder, *words, "--json")
    assert code == 0, (out, err)
    return json.loads(out)


async def sound(folder: Path, address: str | None = None) -> bool:
    """Whether the books in that folder, or at that address, balance."""
    async with open_database(address or f"sqlite:///{folder}/reelbot.db") as database:
        return await SqlStore(database=database, clock=SystemClock()).verify() == []
