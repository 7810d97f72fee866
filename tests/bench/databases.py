"""Where the benchmarks keep their books: fresh SQLite files, or fresh databases of a real PostgreSQL."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from tests.fakes.postgres import Postgres

DURABLE = (
    "fsync=on", "full_page_writes=on", "synchronous_commit=on", "autovacuum=on", "shared_buffers=128MB",
)  # fmt: skip
"""As PostgreSQL comes, whatever tests usually do without."""


class Databases(Protocol):
    """Makes databases."""

    @property
    def where(self) -> str:
        """What the names of rows say of it, with a blank before; nothing for the usual kind."""
        ...

    def fresh(self) -> AbstractAsyncContextManager[str]:
        """The address of an empty database, gone when the block ends."""
        ...


class SqliteFiles:
    """Each in a folder of its own."""

    where = ""

    @asynccontextmanager
    async def fresh(self) -> AsyncGenerator[str]:
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder)}/reelbot.db"


class PostgresDatabases:
    """Each in the same server."""

    where = " (PostgreSQL)"

    def __init__(self, server: Postgres) -> None:
        self._server = server

    @asynccontextmanager
    async def fresh(self) -> AsyncGenerator[str]:
        name = await asyncio.to_thread(self._server.fresh)
        try:
            yield self._server.address(name)
        finally:
            await asyncio.to_thread(self._server.drop, name)


@asynccontextmanager
async def open_databases(*, postgres: bool) -> AsyncGenerator[Databases]:
    """Have databases of either kind, until the block ends."""
    if not postgres:
        yield SqliteFiles()
        return
    server = await asyncio.to_thread(Postgres, *DURABLE)
    try:
        await asyncio.to_thread(server.create)
        yield PostgresDatabases(server)
    finally:
        await asyncio.to_thread(server.remove)
