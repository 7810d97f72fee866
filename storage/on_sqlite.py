"""The database as a SQLite file: one writing connection with group commit, and reading ones, each in its thread."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from bot.core.store import StoreTrouble
from storage.group_commit import GroupCommit, Outcome, T, Work, carried, run_together
from storage.schema import upgrade

BUSY_MILLISECONDS = 10_000
"""How long to wait for another process that is writing, such as `reelbot credits grant` beside the bot."""


PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_NOMEM")
"""Beginnings of the names of errors that are the disk's or another process's; the others are mistakes of ours."""
PASSING_WRITES = (*PASSING, "SQLITE_READONLY")
"""A disk turns read-only when it is ill; a read that writes is a mistake of ours."""


READERS = 2
"""Reading threads, a connection each; whoever comes later waits for a free one."""


class SqliteDatabase:
    """Transactions and reads as plain functions of a connection, run in threads; made by `open_sqlite`."""

    def __init__(self, *, writer: GroupCommit, reader: Engine, threads: ThreadPoolExecutor) -> None:
        self._writer = writer
        self._reader = reader
        self._threads = threads

    async def tx(self, work: Work[T]) -> T:
        """As `Database.tx` says."""
        with trouble_named(PASSING_WRITES):
            return await self._writer.run(work)

    async def read(self, work: Work[T], *, long: bool = False) -> T:  # noqa: ARG002 - a file sets no limit of time
        """As `Database.read` says."""
        with trouble_named(PASSING):
            # One hop a look: through aiosqlite it is one a statement, fetch and close, and costs five times as much.
            return await asyncio.get_running_loop().run_in_executor(self._threads, _look, self._reader, work)


def _look(engine: Engine, work: Work[T]) -> T:
    with engine.connect() as connection:
        return work(connection)


@contextmanager
def trouble_named(passing: tuple[str, ...]) -> Iterator[None]:
    """Name what the caller can do about an error of the database itself: wait."""
    try:
        yield
    except NoFreeConnection as error:
        raise StoreTrouble(str(error)) from error
    except (OperationalError, InterfaceError) as error:
        # What has no SQLite name comes from no file at all.
        if getattr(error.orig, "sqlite_errorname", passing[0]).startswith(passing):
            raise StoreTrouble(str(error.orig)) from error
        raise


@asynccontextmanager
async def open_sqlite(url: URL) -> AsyncGenerator[SqliteDatabase]:
    """Open the file that *url* names, with its folder, bring its schema up to date, and close it at the end."""
    with (
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer") as thread,
        ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="reader") as threads,
    ):
        engine = _writing_engine(url)
        await asyncio.get_running_loop().run_in_executor(thread, _prepare, engine, Path(url.database or ""))
        reader = _reading_engine(url)
        writer = _group_commit(engine, thread)
        try:
            async with carried(writer):
                yield SqliteDatabase(writer=writer, reader=reader, threads=threads)
        finally:
            await asyncio.get_running_loop().run_in_executor(threads, reader.dispose)
            await asyncio.get_running_loop().run_in_executor(thread, engine.dispose)


def _group_commit(engine: Engine, thread: ThreadPoolExecutor) -> GroupCommit:
    """Write in one thread, a batch a hop.

    Measured on two cores, hold and settle with two counters, synchronous FULL: 2,400 pairs/s this way, 330 with the
    same batches through aiosqlite, which hops to its thread and back several times a statement.
    """

    async def together(works: Sequence[Work[Any]]) -> list[Outcome]:
        return await asyncio.get_running_loop().run_in_executor(thread, run_together, engine, works)

    return GroupCommit(together=together)


def _prepare(engine: Engine, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    upgrade(engine)


def _writing_engine(url: URL) -> Engine:
    # One connection: with two, SQLite makes the second sleep instead of queueing it.
    engine = create_engine(url.set(drivername="sqlite+pysqlite"), pool_size=1, max_overflow=0)
    _set_up(engine, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", begin="BEGIN IMMEDIATE")
    return engine


def _reading_engine(url: URL) -> Engine:
    engine = create_engine(url.set(drivername="sqlite+pysqlite"), pool_size=READERS, max_overflow=0)
    _set_up(engine, "query_only=ON", begin="BEGIN")
    return engine


def _set_up(engine: Engine, *pragmas: str, begin: str) -> None:
    """Begin transactions ourselves: the driver's own way runs the first SELECT outside of them and loses updates."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY_MILLISECONDS}", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
