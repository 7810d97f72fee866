"""Runs one job of work as a child process with limits on time and memory, a few at once, never blocking the loop."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

CHILD = "bot.media.child"
ANSWER_MOST_BYTES = 65_536
MEMORY_BYTES = 1_610_612_736
"""Address space of one child: 1.5 GiB, enough for a 50-megapixel picture or a 1080p encode."""


class Lane(StrEnum):
    """Which queue a job of work waits in, so that quick pictures never wait behind slow encodes."""

    PICTURES = "pictures"
    CLIPS = "clips"
    CHARTS = "charts"


class Why(StrEnum):
    """What ended a child without an answer."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"


class WorkFailed(RuntimeError):
    """The child gave no answer: too slow, too big, or crashed. Its files are half-made at best."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(f"{why}: {detail}")
        self.why = why


@dataclass(frozen=True, slots=True)
class _Ready:
    """A child that waits for work."""

    work: tuple[str, float]
    """The module, and the seconds that it may take."""
    process: Process
    leaving: asyncio.TimerHandle


class Workshop:
    """Starts, watches and ends the child processes.

    Args:
        cores: Processors to share; one clip is encoded at a time per two of them.
        memory_bytes: Address space that each child may use.
        ready_seconds: How long after a clip another child stands ready for the next one; 0 for not at all. To start one
            takes longer than most of its work, and the next clip of a busy bot need not wait for that.
    """

    def __init__(
        self, *, cores: int | None = None, memory_bytes: int = MEMORY_BYTES, ready_seconds: float = 0.0
    ) -> None:
        cores = cores or os.cpu_count() or 1
        self._memory_bytes = memory_bytes
        self._ready_seconds = ready_seconds
        self._ready: _Ready | None = None
        self._lanes = {
            Lane.PICTURES: asyncio.Semaphore(2),
            Lane.CLIPS: asyncio.Semaphore(max(1, cores // 2)),
            Lane.CHARTS: asyncio.Semaphore(1),
        }
        self._environment = _environment()

    async def run(
        self, module: str, order: Mapping[str, object], *, seconds: float, lane: Lane = Lane.CLIPS
    ) -> dict[str, Any]:
        """Let `work(order)` of *module* run in a child and return its answer.

        Args:
            module: Importable name of our own code; never a stranger's word.
            order: Anything JSON can carry.
            seconds: Wall time from the start of the child; the wait for a place in the lane does not count.
            lane: Where to wait for a place.

        Raises:
            WorkFailed: No answer; the child is gone for certain.
        """
        async with self._lanes[lane]:
            process = self._taken(module, seconds) or await self._start(module, seconds)
            try:
                async with asyncio.timeout(seconds):
                    await _order(process, order)
                    if lane is Lane.CLIPS:
                        # Where no more processes may be started, the next clip waits for its own.
                        with suppress(OSError):
                            await self._get_ready(module, seconds)
                    line = await _answer(process)
                    code = await process.wait()
            except TimeoutError as late:
                raise WorkFailed(Why.TIME, f"{module} took more than {seconds:g} s") from late
            finally:
                await _end(process)
        return _read(module, line, code)

    async def close(self) -> None:
        """End the child that stands ready."""
        if self._ready is not None:
            self._ready.leaving.cancel()
            await _end(self._ready.process)

    def _taken(self, module: str, seconds: float) -> Process | None:
        """The child that stands ready, if it is one for this work."""
        ready = self._ready
        if ready is None or ready.work != (module, seconds):
            return None
        ready.leaving.cancel()
        self._ready = None
        return ready.process if ready.process.returncode is None else None

    async def _get_ready(self, module: str, seconds: float) -> None:
        """Start a child for the next such work, while another one works."""
        if not self._ready_seconds or self._ready is not None:
            return
        process = await self._start(module, seconds)
        if self._ready is not None:
            await _end(process)
            return
        leaving = asyncio.get_running_loop().call_later(self._ready_seconds, self._leave, process)
        self._ready = _Ready((module, seconds), process, leaving)

    def _leave(self, process: Process) -> None:
        """Send the child away that nobody needed; it goes by itself as soon as nothing can come any more."""
        self._ready = None
        assert process.stdin is not None  # noqa: S101  # a pipe, as `_start` says
        process.stdin.close()

    async def _start(self, module: str, seconds: float) -> Process:
        # Twice the wall time in processor time: two threads may work, and an orphan still ends.
        limits = str(self._memory_bytes), str(int(seconds * 2) + 2)
        return await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", CHILD, module, *limits,
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=ANSWER_MOST_BYTES,
            env=self._environment, start_new_session=True,
        )  # fmt: skip


def _environment() -> dict[str, str]:
    """All that a child is told of the world: where our code is, and to be modest. None of our secrets."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path),
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "2",
        "MALLOC_ARENA_MAX": "2",  # each arena reserves address space, and that is what is limited
    }


async def _order(process: Process, order: Mapping[str, object]) -> None:
    assert process.stdin is not None  # noqa: S101  # a pipe, as `_start` says
    # Standard input stays open until the answer is there: a child that finds it closed has lost its parent.
    with suppress(ConnectionError):
        process.stdin.write(json.dumps(order).encode() + b"\n")
        await process.stdin.drain()


async def _answer(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101  # a pipe, as `_start` says
    try:
        return await process.stdout.readline()
    except ValueError as endless:
        raise WorkFailed(Why.CRASH, "said more than any honest answer") from endless


async def _end(process: Process) -> None:
    """Kill the whole process group, if any of it is left, and wait until it is gone."""
    with suppress(ProcessLookupError):
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
    if process.stdin is not None:
        process.stdin.close()
    # A full pipe would keep the end from being seen.
    while process.stdout is not None and await process.stdout.read(ANSWER_MOST_BYTES):
        continue
    await process.wait()


def _read(module: str, line: bytes, code: int) -> dict[str, Any]:
    try:
        reply = json.loads(line)
    except ValueError:
        reply = {"failed": Why.TIME if -code == signal.SIGXCPU else Why.CRASH, "detail": f"ended with {code}"}
    match reply:
        case {"answer": dict(answer)}:
            return answer
        case {"failed": "time" | "memory" | "crash" as why, "detail": detail}:
            raise WorkFailed(Why(why), f"{module}: {detail}")
        case _:
            raise WorkFailed(Why.CRASH, f"{module}: not an answer")
