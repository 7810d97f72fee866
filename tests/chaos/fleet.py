"""The bot's processes: started, watched, hurt and started anew, as a supervisor on a host would."""

import asyncio
import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil

from tests.chaos.clock import Course, Dial

ROOT = Path(__file__).parents[2]
RESTART_AFTER = 0.5
"""Seconds that a supervisor waits before it starts a process again."""
POLITELY = 40.0
"""Seconds that a process may take to end when it is asked to."""
POLITE_CODES = (0, -15)
"""Whoever is asked to stop before it listens to signals has nothing to put down yet."""
TROUBLED_FOR = 20.0
"""Seconds after a fault of its host or its database in which a process that only starts may end by itself."""
READY = b'"event": "ready"'
"""What a process logs as soon as it serves."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A process ended although nobody had killed it, or not as it was told to."""

    member: str
    code: int
    excused: bool
    """It was only starting, and its host had no disk, or no database."""
    log: Path
    born: float
    """As `time.monotonic` has it, and so is the next."""
    died: float
    asked_to: bool = False
    """It was asked to end, and did so in another way than those who are."""


@dataclass
class Member:
    """One process of the bot, and whoever keeps it running."""

    name: str
    words: tuple[str, ...]
    """Behind `reelbot`."""
    env: Mapping[str, str]
    dial: Dial
    folder: Path
    """Of its logs."""
    starts: int = 0
    falls: list[Fall] = field(default_factory=list)
    troubled_until: float = 0.0
    paused: bool = False
    _process: asyncio.subprocess.Process | None = None
    _killed: bool = False
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    async def stay(self) -> None:
        """Keep it running until `leave`."""
        while not self._over.is_set():
            await self._live_once()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), RESTART_AFTER)

    async def _live_once(self) -> None:
        self._killed = False
        born = time.monotonic()
        log = self.folder / f"{self.name}-{self.starts:03d}.log"
        self.starts += 1
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.bot_process", str(self.dial.path), *self.words,
            cwd=ROOT, env=self.env, start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self._process = process
        async with asyncio.TaskGroup() as group:
            # Through a pipe: a host without disk space must not lose the log that tells of it.
            group.create_task(_keep(process.stdout, log))
            code = await process.wait()
            self._process = None
            _end_group(process.pid)
        asked_to = self._over.is_set()
        if not (self._killed or (asked_to and code in POLITE_CODES)):
            excused = not asked_to and self._is_excused(log)
            self.falls.append(Fall(self.name, code, excused, log, born, time.monotonic(), asked_to))

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def excuse(self, seconds: float) -> None:
        """So long, and a while longer, it need not come up; once it serves, it has to live on."""
        self.troubled_until = max(self.troubled_until, time.monotonic() + seconds + TROUBLED_FOR)

    def _is_excused(self, log: Path) -> bool:
        return time.monotonic() < self.troubled_until and READY not in log.read_bytes()

    def kill(self, *, with_children: bool) -> bool:
        """End it without warning; False if it is not there."""
        if self.pid is None:
            return False
        self._killed = True
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if with_children else os.kill)(self.pid, signal.SIGKILL)
        return True

    def ask_to_stop(self) -> bool:
        """End it politely; its supervisor starts it again."""
        if self.pid is None or self.paused:
            return False
        self._killed = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        return True

    async def pause(self, seconds: float) -> bool:
        """Stop its clock hands in mid-air, and let it go on as if nothing had been; False if it did not live on."""
        pid = self.pid
        if pid is None or self.paused:
            return False
        self.paused = True
        try:
            os.killpg(pid, signal.SIGSTOP)
            await asyncio.sleep(seconds)
        except ProcessLookupError:
            return False
        finally:
            self.paused = False
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGCONT)
        return self.pid == pid

    async def fill_disk(self, seconds: float) -> bool:
        """Let no write of it reach a file for a while.

        The disk is made to look full by a limit on the size of files. So writes fail with EFBIG, and not with ENOSPC:
        Python raises an `OSError` for both, but SQLite speaks of `IOERR_WRITE`, and of `FULL` only for the latter.
        """
        if self.pid is None or not hasattr(resource, "prlimit"):
            return False
        self.excuse(seconds)
        shut = self._limit_files(0)
        try:
            await asyncio.sleep(seconds)
        finally:
            self._limit_files(resource.RLIM_INFINITY)
        return shut

    def _limit_files(self, most: int) -> bool:
        done = False
        for pid in self._family():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                soft = hard if most == resource.RLIM_INFINITY else most
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
                done = True
        return done

    def _family(self) -> Sequence[int]:
        if self.pid is None:
            return ()
        try:
            return [self.pid, *(child.pid for child in psutil.Process(self.pid).children(recursive=True))]
        except psutil.NoSuchProcess:
            return ()

    async def leave(self) -> None:
        """End it politely, and for good."""
        self._over.set()
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGCONT)
            os.kill(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), POLITELY)
        except TimeoutError:
            now = time.monotonic()
            self.falls.append(Fall(self.name, 999, excused=False, log=self.folder, born=now, died=now, asked_to=True))
            self.kill(with_children=True)

    def come_back(self) -> None:
        """Be ready to `stay` again."""
        self._over.clear()


async def _keep(lines: asyncio.StreamReader, log: Path) -> None:
    with log.open("wb") as file:
        while chunk := await lines.read(65536):
            file.write(chunk)
            file.flush()


def _end_group(pid: int) -> None:
    """What a killed process leaves behind in its session goes with it, as with its container."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


class Fleet(Protocol):
    """One installation of the bot: its processes and its database."""

    database_url: str
    data_dir: Path
    members: Sequence[Member]
    carriers: Sequence[Member]
    """Those of them that carry jobs."""
    long_pause: float
    """Seconds after which the others, if there are any, have given up a process that is stopped."""
    longest_pause: float
    shards: int
    """Connections for which Discord asks its listener."""
    ways: Mapping[str, object]
    """Of hurting the database, by name."""

    def prepared(self):
        """A context in which its database can be reached."""

    async def hurt_database(self, way: str, how: float) -> bool:
        """Do this to the database, for a time between none and the longest; False if it did not come about."""


@asynccontextmanager
async def sailing(fleet: Fleet) -> AsyncGenerator[None]:
    """All processes of the fleet, kept running until the block ends; then they end politely."""
    async with asyncio.TaskGroup() as group:
        for member in fleet.members:
            member.come_back()
            group.create_task(member.stay(), name=member.name)
        try:
            yield
        finally:
            for member in fleet.members:
                await member.leave()


def make_member(name: str, words: tuple[str, ...], env: Mapping[str, str], folder: Path, course: Course) -> Member:
    """A process that keeps its clock and its logs in *folder*."""
    dial = Dial(folder / f"{name}.clock", course)
    dial.set()
    return Member(name, words, env, dial, folder)
