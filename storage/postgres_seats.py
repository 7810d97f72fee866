"""Seats among all hosts at a PostgreSQL: an advisory lock on a connection of its own, watched from both ends."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog
from sqlalchemy.engine import URL

from storage.connecting import connect
from storage.seats import TRY_AGAIN_SECONDS, Seat

PING_SECONDS = 2.0
"""Between two signs of life, and how long to wait for the answer to one."""
SILENT_MOST = "8s"
"""The server takes a seat back from a host that was paused or cut off so long; a host that runs has noticed by then."""

TRY = "SELECT pg_try_advisory_lock(hashtextextended('reelbot seat ' || $1, 0))"
# The last one: it was closed by the server while this host was paused, and asyncpg has only half noticed.
TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

log = structlog.get_logger("reelbot.seats")


class PostgresSeats:
    """Seats by their names, for every process that uses this database.

    Args:
        url: Of the database.
    """

    def __init__(self, url: URL) -> None:
        self._url = url

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncGenerator[Seat]:
        """As `Seats.hold` says. While the database is out of reach, the seat is not free."""
        connection = await self._taken(name)
        seat, failure = Seat(name), None
        try:
            async with asyncio.TaskGroup() as group:
                connection.add_termination_listener(lambda _: seat.lost.set())
                watch = group.create_task(_watch(connection, seat), name=f"seat {name}")
                try:
                    yield seat
                except Exception as error:  # noqa: BLE001 - raised again below, not wrapped into a group
                    failure = error
                finally:
                    watch.cancel()
        finally:
            await _left(connection)
        if failure is not None:
            raise failure

    async def _taken(self, name: str) -> asyncpg.Connection:
        """A connection that has the lock."""
        while True:
            try:
                return await self._wait_on_one_connection(name)
            except TROUBLE as trouble:
                log.warning("the seat waits for the database", seat=name, detail=repr(trouble))
            await asyncio.sleep(TRY_AGAIN_SECONDS)

    async def _wait_on_one_connection(self, name: str) -> asyncpg.Connection:
        connection = await connect(self._url, name=f"seat {name}", settings={"idle_session_timeout": SILENT_MOST})
        try:
            while True:
                if await connection.fetchval(TRY, name, timeout=PING_SECONDS):
                    return connection
                await asyncio.sleep(TRY_AGAIN_SECONDS)
        except BaseException:
            await _left(connection)
            raise


async def _watch(connection: asyncpg.Connection, seat: Seat) -> None:
    """Give signs of life until one is not answered."""
    with suppress(*TROUBLE):
        while True:
            await asyncio.sleep(PING_SECONDS)
            await connection.fetchval("SELECT 1", timeout=PING_SECONDS)
    log.warning("the seat is lost", seat=seat.name)
    seat.lost.set()


async def _left(connection: asyncpg.Connection) -> None:
    """Close the connection, and with it let go of the lock."""
    try:
        await connection.close(timeout=PING_SECONDS)
    except TROUBLE:
        connection.terminate()
