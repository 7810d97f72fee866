"""Four processes on one PostgreSQL and one folder: two workers, one that listens and serves, and its standby."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import asyncpg
import psutil

from bot.cluster import SILENT_FOR
from tests.chaos.clock import Course
from tests.chaos.fleet import Member, make_member
from tests.fakes.postgres import CLOSE, NoPostgres, Postgres

PARTS = {"worker-1": "worker", "worker-2": "worker", "front": "discord,telegram,web", "standby": "discord,telegram"}
AWAY_MOST = 8.0
"""Seconds that the server is gone, or stopped."""
SEGMENT_BYTES = 1 << 20
"""Of the write-ahead log: where files may be as long as this, it can still be written, and long tables cannot grow."""
MAKE_LONG = """
    BEGIN;
    SELECT 1 / count(*) FROM jobs;  -- not before there is one
    SET LOCAL session_replication_role = replica;  -- past the triggers
    INSERT INTO jobs SELECT (jsonb_populate_record(one, jsonb_build_object('id', n, 'key', n))).*
        FROM (SELECT jobs AS one FROM jobs LIMIT 1) AS first, generate_series(1, 4000) AS n;
    ROLLBACK
"""
"""What was taken back leaves its room behind, which nobody uses until it is swept."""
START_AGAIN = 10
"""Tries: what a killed server leaves behind keeps a new one out for a moment."""


class PostgresFleet:
    """Implements `Fleet`."""

    name = "postgres"
    long_pause = SILENT_FOR.total_seconds() + 4.0
    longest_pause = 25.0
    shards = 2

    def __init__(self, folder: Path, env: Mapping[str, str], course: Course):
        self.data_dir = folder / "data"
        # A commit has to survive a crash of the server, though not of the machine.
        self._server = Postgres("synchronous_commit=on", made_with=["--wal-segsize=1"])
        self.database_url = self._server.address("reelbot")
        env = {**env, "DATA_DIR": str(self.data_dir), "DATABASE_URL": self.database_url}
        # Only `front` serves the web: while the standby listens, Telegram still calls `front`, which saves the update.
        env["TELEGRAM_MODE"] = "webhook"
        self.members: Sequence[Member] = tuple(
            make_member(name, ("run", "--only", parts), env, folder, course) for name, parts in PARTS.items()
        )
        self.carriers = tuple(member for member in self.members if PARTS[member.name] == "worker")
        self._busy = asyncio.Lock()

    @asynccontextmanager
    async def prepared(self) -> AsyncGenerator[None]:
        """The server, with an empty database."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(self._server.create)
        try:
            await asyncio.to_thread(self._server.run, "CREATE DATABASE reelbot")
            yield
        finally:
            await asyncio.to_thread(self._server.remove)

    async def hurt_database(self, way: str, how: float) -> bool:
        """Stop it, kill it or a part of it, throw out everybody, fill its disk; it stands again when this returns."""
        away = 0.1 + how * AWAY_MOST
        async with self._busy:
            for member in self.members:
                # Stopping it politely, and recovering, take their time too.
                member.excuse(away + 20)
            return await self.ways[way](self, away)

    async def _restart(self, away: float) -> bool:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            main = psutil.Process(self._pid())
            main.send_signal(signal.SIGINT)
            await asyncio.to_thread(main.wait, 20)
        return await self._crash(away)

    async def _crash(self, away: float) -> bool:
        await asyncio.to_thread(self._server.stop)
        try:
            await asyncio.sleep(away)
        finally:
            # The fire may end in the middle of this.
            await self._start()
        return True

    async def _kill(self, away: float) -> bool:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid(), signal.SIGKILL)
        return await self._crash(away)

    async def _kill_one(self, _away: float) -> bool:
        """The server then throws out everybody and recovers by itself."""
        children = [one for one in self._family()[1:] if _is_connection(one)]
        if not children:
            return False
        try:
            children[-1].kill()
        except psutil.NoSuchProcess:
            return False
        return True

    async def _throw_out(self, _away: float) -> bool:
        try:
            await asyncio.to_thread(self._server.run, CLOSE.format("reelbot"))
        except OSError:
            return False
        return True

    async def _pause(self, away: float) -> bool:
        family = self._family()
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.suspend()
        try:
            await asyncio.sleep(away)
        finally:
            for one in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.resume()
        return bool(family)

    async def _fill_disk(self, away: float) -> bool:
        """Nothing can be written, which the server does not outlive."""
        return await self._write_only(0, away)

    async def _stop_growth(self, away: float) -> bool:
        """The jobs' table cannot grow, and nothing else is wrong."""
        try:
            await asyncio.to_thread(self._server.run, MAKE_LONG, "reelbot")
        except (OSError, asyncpg.PostgresError):
            return False
        return await self._write_only(SEGMENT_BYTES, away)

    async def _write_only(self, most: int, away: float) -> bool:
        """Let it write so many bytes of a file for a while."""
        try:
            full = await asyncio.to_thread(self._limit_files, str(most))
            await asyncio.sleep(away)
        finally:
            # A child may come to be between the look at the family and the word to its parent.
            for _ in range(2):
                await asyncio.to_thread(self._limit_files, "unlimited")
            await self._stand_again()
        return full

    def _limit_files(self, most: str) -> bool:
        """Let the server write files of so many bytes; whether it met anybody. What is longer is an EFBIG to it."""
        limit = ["prlimit", f"--fsize={most}:"]
        met = [one for one in self._family() if self._server.run_program([*limit, f"--pid={one.pid}"])]
        return bool(met)

    async def _stand_again(self) -> None:
        """It recovers by itself, or has given up while it tried to."""
        try:
            await asyncio.to_thread(self._server.run, "SELECT 1")
        except (OSError, asyncpg.PostgresError):
            await self._crash(0.0)

    ways: Mapping[str, Callable[[Self, float], Awaitable[bool]]] = {
        "database restarted": _restart, "database crashed": _crash, "database killed": _kill,
        "database connection killed": _kill_one, "database connections closed": _throw_out,
        "database paused": _pause, "database disk full": _fill_disk, "database tables cannot grow": _stop_growth,
    }  # fmt: skip

    async def _start(self) -> None:
        for _ in range(START_AGAIN):
            try:
                await asyncio.to_thread(self._server.start)
            except (NoPostgres, TimeoutError):
                await asyncio.to_thread(self._server.stop)
                await asyncio.sleep(0.5)
            else:
                return
        raise NoPostgres("it does not start again")

    def _pid(self) -> int:
        return int((self._server.data / "postmaster.pid").read_text().split()[0])

    def _family(self) -> list[psutil.Process]:
        try:
            main = psutil.Process(self._pid())
            return [main, *main.children()]
        except (psutil.NoSuchProcess, OSError):
            return []


def _is_connection(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return "reelbot" in " ".join(process.cmdline())
    return False
