"""Brings a PostgreSQL up to date at start, our tables and PgQueuer's: one host at a time, whoever else is starting."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connecting import UNHURRIED, connect, engine_at, to_be_run_again
from storage.fate import FORGET, TABLE
from storage.postgres_tables import settle_tables
from storage.queueing import learn_words
from storage.schema import is_newest, upgrade_in

if TYPE_CHECKING:
    from asyncpg import Connection

SCHEMA_LOCK = 7_302_002
"""Any number that nothing else in the database locks."""
PATIENCE_SECONDS = 900.0
"""How long another host's revisions may take before a start gives up; they rewrite big tables now and then."""


def prepare(url: URL) -> None:
    """Make sure that the database at *url* has every table as this version knows it. Blocks: not for the event loop.

    Raises:
        ModuleNotFoundError: The extra [postgres] is not installed.
        TimeoutError: Another host is still at it after a quarter of an hour.
        alembic.util.CommandError: The database is of a newer version.
    """
    # Its libraries are loaded here, where nobody waits for the disk but this thread.
    learn_words()
    asyncio.run(_prepare(url))


async def _prepare(url: URL) -> None:
    async with _plain(url) as plain, asyncio.timeout(PATIENCE_SECONDS):
        async with _transaction(url) as connection:
            ready = await connection.run_sync(is_newest)
        # Nearly every start finds nothing to do, and waits for nobody.
        if ready and not await _queue_wants(plain):
            await plain.execute(FORGET)
            return
        await plain.fetchval("SELECT pg_advisory_lock($1)", SCHEMA_LOCK, timeout=PATIENCE_SECONDS)
        # Before the revisions: whoever finds them done believes that this is done too.
        await plain.execute(TABLE)
        await _run_revisions(url)
        await _set_up_queue(plain)
        # The lock goes with the connection.


async def _run_revisions(url: URL) -> None:
    """In one transaction, again from the beginning whenever it has to make way for hosts that are at work."""
    while True:
        try:
            async with _transaction(url) as connection:
                if await connection.run_sync(upgrade_in):
                    await connection.run_sync(settle_tables)
        except DBAPIError as error:
            if not to_be_run_again(error):
                raise
        else:
            return


@asynccontextmanager
async def _plain(url: URL) -> "AsyncGenerator[Connection]":
    connection = await connect(url, name="start", settings=UNHURRIED, command_seconds=PATIENCE_SECONDS)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _transaction(url: URL) -> AsyncGenerator[AsyncConnection]:
    async with engine_at(url, name="start", limits=UNHURRIED).begin() as connection:
        yield connection


async def _queue_wants(plain: "Connection") -> bool:
    """Whether PgQueuer's tables are not as its release knows them."""
    from pgqueuer.queries import Queries  # noqa: PLC0415 - comes with the extra [postgres]

    queue = Queries.from_asyncpg_connection(plain)
    return not await queue.schema_is_installed() or bool((await queue.plan_upgrade()).statements)


async def _set_up_queue(plain: "Connection") -> None:
    """PgQueuer's own installation or upgrade: its statements cannot all share a transaction, so none is begun."""
    from pgqueuer.queries import Queries  # noqa: PLC0415 - comes with the extra [postgres]

    queue = Queries.from_asyncpg_connection(plain)
    if await queue.schema_is_installed():
        await queue.upgrade()
    else:
        await queue.install()
