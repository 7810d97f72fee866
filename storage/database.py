"""What every part of the storage stands on: transactions and reads as plain functions, whatever the database."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Protocol

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from storage.group_commit import T, Work
from storage.on_sqlite import open_sqlite

WANTED = "want sqlite:///path/of/a/file or postgresql://user:password@host/name"


class UnknownDatabase(Exception):
    """`DATABASE_URL` names a database that this bot cannot use, or not from here."""


class Database(Protocol):
    """Transactions and reads as plain functions of a connection; made by `open_database`."""

    async def tx(self, work: Work[T]) -> T:
        """Run *work* in a transaction, shared with others that wait at the same time; on disk when it returns.

        Raises:
            StoreTrouble: The database cannot be used just now; nothing was written.
            Exception: Whatever *work* raised; then nothing of it was written.
        """
        ...

    async def read(self, work: Work[T], *, long: bool = False) -> T:
        """Run *work* on one snapshot that sees every transaction that ended before; it cannot write.

        Args:
            work: What to look at.
            long: It goes through whole tables, and may take minutes where others may take seconds.

        Raises:
            StoreTrouble: The database cannot be used just now.
        """
        ...


@asynccontextmanager
async def open_database(address: str) -> AsyncGenerator[Database]:
    """Open the database at *address*, bring its schema up to date, and close it when the block ends.

    Args:
        address: `sqlite:///path` or `postgresql://user:password@host/name`.

    Raises:
        UnknownDatabase: Another kind of database, one that is not there, or one that is newer than this bot.
    """
    url = parsed(address)
    if is_postgres(url):
        from storage.on_postgres import open_postgres  # noqa: PLC0415 - its libraries come with an extra

        async with open_postgres(url) as database:
            yield database
    else:
        async with open_sqlite(url) as database:
            yield database


def parsed(address: str) -> URL:
    """The address in its parts.

    Raises:
        UnknownDatabase: It names no database that this bot knows.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise UnknownDatabase(f"no address of a database: {WANTED}") from error
    if is_postgres(url) or (url.get_backend_name() == "sqlite" and url.database):
        return url
    raise UnknownDatabase(f"{url.render_as_string(hide_password=True)}: {WANTED}")


def is_postgres(url: URL) -> bool:
    """Whether *url* names a PostgreSQL, under either of its names."""
    return url.get_backend_name() in {"postgresql", "postgres"}
