"""Time in a fire: fast, the same for everybody, and stepped for single processes, all through a small file each."""

import asyncio
import mmap
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

_BASE = struct.Struct("<ddd")
_STEP = struct.Struct("<d")


class Course:
    """How time goes: *virtual* seconds since 1970 at the *real* ones, and how many times as fast from there."""

    def __init__(self, times: float) -> None:
        self.times = times
        self._real = self._virtual = time.time()

    def now(self) -> float:
        """Seconds since 1970 as the world counts them."""
        return self._virtual + (time.time() - self._real) * self.times

    def skip(self, seconds: float) -> None:
        """Let so much time pass at once, for everybody."""
        self._virtual += seconds

    def quicken(self, times: float) -> None:
        """Go on from here at another speed."""
        self._virtual, self._real, self.times = self.now(), time.time(), times

    def base(self) -> bytes:
        return _BASE.pack(self._real, self._virtual, self.times)


class Dial:
    """One process's clock as seen from outside: written before it starts, stepped while it runs."""

    def __init__(self, path: Path, course: Course) -> None:
        self.path = path
        self._course = course
        self.step = 0.0

    def set(self, step: float = 0.0) -> None:
        """Write the whole file: only while nobody reads it."""
        self.step = step
        self.path.write_bytes(self._course.base() + _STEP.pack(step))

    def turn(self, step: float) -> None:
        """Be *step* seconds ahead of the world from now on; eight bytes at once, so no reader sees a half."""
        self.step = step
        with self.path.open("r+b") as file:
            file.seek(_BASE.size)
            file.write(_STEP.pack(step))


class SteppedClock:
    """The bot's clock, read off a `Dial`. Waits are not touched by a step, as those of the system are not."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._file = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        self._real, self._virtual, self._times = _BASE.unpack_from(self._file)

    def now(self) -> datetime:
        (step,) = _STEP.unpack_from(self._file, _BASE.size)
        seconds = self._virtual + (time.time() - self._real) * self._times + step
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """As `SystemClock.wait`, as much shorter as time is faster."""
        try:
            async with asyncio.timeout(None if seconds is None else seconds / self._times):
                await event.wait()
        except TimeoutError:
            return False
        return True

    def alarm(self, seconds: float, call: Callable[[], object]) -> asyncio.TimerHandle:
        """As `SystemClock.alarm`, as much sooner as time is faster."""
        return asyncio.get_running_loop().call_later(seconds / self._times, call)
