"""Finds out whether a transaction was committed whose COMMIT got no answer, by asking the server for its number."""

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy.engine import URL

from storage.connecting import connect

if TYPE_CHECKING:
    from asyncpg import Connection

ASK_AGAIN_SECONDS = 1.0

FATE = "SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE pg_xact_status($1::text::xid8) END"
"""PostgreSQL's manual, "Transaction ID and Snapshot Information": `committed`, `aborted` (a crash aborts, too) or
`in progress`. A standby may not have heard of the commit yet."""
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid = $1::text::xid8::xid"
"""A session whose client is gone may not know it yet, and would hold its locks until it does."""


async def was_committed(url: URL, mark: str) -> bool:
    """Whether transaction *mark* was committed. Asks until the server is there again and knows."""
    while True:
        fate = await _fate(url, mark)
        if fate is not None:
            return fate
        await asyncio.sleep(ASK_AGAIN_SECONDS)


async def _fate(url: URL, mark: str) -> bool | None:
    """As `was_committed`; None if nobody can say yet."""
    import asyncpg  # noqa: PLC0415 - comes with the extra [postgres]

    try:
        connection = await connect(url, name="fate")
        try:
            return await _answer(connection, mark)
        finally:
            await connection.close()
    except asyncpg.InvalidParameterValueError:
        # A number from the future: this server took over from one that had not told it of the transaction.
        return False
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None


async def _answer(connection: "Connection", mark: str) -> bool | None:
    status = await connection.fetchval(FATE, mark)
    if status == "in progress":
        await connection.execute(END, mark)
    return {"committed": True, "aborted": False}.get(status)
