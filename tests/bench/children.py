"""The processes of a benchmark: each says a line when it stands, and ends when its standard input closes."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
END_WITHIN = 30.0
SAMPLES_PER_SECOND = 2
GROWS_WATCHED_EVERY = 0.02
"""Seconds between two looks at memory that grows and shrinks."""


class Died(Exception):
    """A process ended before it said what it was waited for; its own words stand in standard error."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process used while it was watched."""

    cpu_per_minute: float
    """CPU seconds in a minute of real time."""
    most_memory: float
    """The largest resident size seen, in MB (10^6 bytes)."""


class Child:
    """A running process of ours."""

    def __init__(self, process: asyncio.subprocess.Process, begun: float) -> None:
        self._process = process
        self._begun = begun

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.perf_counter() - self._begun

    async def says(self, word: str) -> str:
        """Wait for the line that begins with *word*; returns the rest of it.

        Raises:
            Died: It ended without.
        """
        while line := (await self._process.stdout.readline()).decode():
            if line.startswith(word):
                return line.removeprefix(word).strip()
        raise Died(f"waited for {word!r}")

    async def watch(self, seconds: float) -> Usage:
        """Watch it for so long."""
        process = psutil.Process(self._process.pid)
        before, begun, most = process.cpu_times(), time.perf_counter(), 0
        while (left := begun + seconds - time.perf_counter()) > 0:
            await asyncio.sleep(min(left, 1 / SAMPLES_PER_SECOND))
            most = max(most, process.memory_info().rss)
        after, took = process.cpu_times(), time.perf_counter() - begun
        used = after.user + after.system - before.user - before.system
        return Usage(used / took * 60, most / 1e6)

    def memory(self) -> tuple[float, float]:
        """Its resident size at this moment in MB, and that of all its children."""
        process = psutil.Process(self._process.pid)
        theirs = 0
        for child in process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                theirs += child.memory_info().rss
        return process.memory_info().rss / 1e6, theirs / 1e6

    async def grows_until(self, word: str) -> float:
        """By how many MB its own memory grows at most until it says *word*."""
        before, _ = self.memory()
        most = before
        async with asyncio.TaskGroup() as group:
            said = group.create_task(self.says(word))
            while not said.done():
                await asyncio.wait({said}, timeout=GROWS_WATCHED_EVERY)
                most = max(most, self.memory()[0])
        return most - before

    async def kill(self) -> None:
        """End it without warning, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """Tell it politely to stop."""
        self._process.terminate()
        await self.end()

    async def end(self) -> None:
        """Let it end by itself; whoever does not is killed."""
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.communicate(), END_WITHIN)
        except TimeoutError:
            await self.kill()


@asynccontextmanager
async def python(
    *arguments: object, folder: Path = ROOT, env: Mapping[str, str] | None = None
) -> AsyncGenerator[Child]:
    """Run the same Python with *arguments* as a process, gone when the block ends."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *map(str, arguments),
        cwd=folder,
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    child = Child(process, begun)
    try:
        yield child
        await child.end()
    finally:
        await child.kill()


async def until_left_alone() -> None:
    """In a child: wait until whoever started us closes our standard input, or is gone."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    transport.close()


def say(line: str) -> None:
    """In a child: say a line to whoever started us."""
    print(line, flush=True)
