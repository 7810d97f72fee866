"""The database as a PostgreSQL: writing connections with group commit, and reading ones that see one snapshot each."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from bot.core.store import StoreTrouble
from storage.connecting import (
    UNHURRIED,
    engine_at,
    in_each_others_way,
    in_words,
    on_a_standby,
    out_of_reach,
    state_of,
)
from storage.database import UnknownDatabase
from storage.fate import new_writer
from storage.group_commit import GroupCommit, T, Work, carried
from storage.postgres_reader import READING, PostgresReader
from storage.postgres_writer import PostgresWriter
from storage.preparing import prepare

ASIDE = 3
"""Connections for transactions that wait for other hosts; those that wait for nobody share one."""
IMPATIENT = {"lock_timeout": "30ms"}
"""How long a batch waits for another host's lock; see `PostgresWriter`."""
READERS = 4
KNOWING = {"plan_cache_mode": "force_custom_plan"}
"""A reader's questions are planned for what they ask: few jobs are `unsure` and a million `delivered`."""
WRONG_ADDRESS = ("28", "3D", "42501")
"""Beginnings of SQLSTATEs: nobody believes who we are, we may not do what we must, or there is no such database."""


class PostgresDatabase:
    """Transactions and reads as plain functions of a connection, on the event loop; made by `open_postgres`."""

    def __init__(self, *, writer: GroupCommit, reader: PostgresReader) -> None:
        self._writer = writer
        self._reader = reader

    async def tx(self, work: Work[T]) -> T:
        """As `Database.tx` says."""
        with _trouble_named(out_of_reach, in_each_others_way, on_a_standby):
            return await self._writer.run(work)

    async def read(self, work: Work[T], *, long: bool = False) -> T:
        """As `Database.read` says. A connection that died while it lay idle is replaced once."""
        with _trouble_named(out_of_reach, in_each_others_way):
            try:
                return await self._reader.run(work, long=long)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            return await self._reader.run(work, long=long)


@contextmanager
def _trouble_named(*passing: Callable[[BaseException], bool]) -> Iterator[None]:
    """Name what the caller can do about an error of the database itself: wait."""
    try:
        yield
    except (OSError, DBAPIError, NoFreeConnection) as error:
        if any(passes(error) for passes in passing):
            raise StoreTrouble(in_words(error)) from error
        raise


@asynccontextmanager
async def open_postgres(url: URL) -> AsyncGenerator[PostgresDatabase]:
    """Open the database at *url*, bring its schema up to date, and close it at the end.

    Raises:
        UnknownDatabase: The extra is not installed, or the server does not know the database or the user.
        StoreTrouble: The server does not answer, or takes no writes.
    """
    with start_explained(url):
        await asyncio.to_thread(prepare, url)
    writing = engine_at(url, name=lambda: new_writer("writer"), limits=IMPATIENT, most=1)
    aside = engine_at(url, name=lambda: new_writer("writer aside"), most=ASIDE)
    reading = engine_at(url, name="reader", limits=KNOWING | READING, most=READERS)
    auditing = engine_at(url, name="auditor", limits=UNHURRIED)
    writer = PostgresWriter(engine=writing, aside=aside, url=url)
    queue = GroupCommit(together=writer.together, most=writer.most)
    try:
        async with carried(queue):
            yield PostgresDatabase(writer=queue, reader=PostgresReader(engine=reading, unhurried=auditing))
    finally:
        for engine in (auditing, reading, aside, writing):
            await engine.dispose()


@contextmanager
def start_explained(url: URL) -> Iterator[None]:
    """Say in a sentence why there is no database to start with."""
    where = url.render_as_string(hide_password=True)
    try:
        yield
    except TimeoutError as error:
        raise StoreTrouble(f"{where} does not answer in time") from error
    except ModuleNotFoundError as error:
        raise UnknownDatabase(f'{where}: install the libraries for it, pip install "reelbot[postgres]"') from error
    except Exception as error:
        sentence = f"{where} cannot be used: {in_words(error)}"
        if on_a_standby(error):
            raise StoreTrouble(f"{where} only reads: give the address of the server that takes writes") from error
        if out_of_reach(error):
            raise StoreTrouble(sentence) from error
        if state_of(error).startswith(WRONG_ADDRESS) or type(error).__name__ == "ClientConfigurationError":
            raise UnknownDatabase(sentence) from error
        raise
