"""Finds out whether a transaction was committed whose COMMIT got no answer, by a mark that it left before.

Its number would not do: after a crash the server gives numbers out again that nobody had written down, and another
transaction of the same number is then found to be committed. A mark is a row, and shares the fate of all other rows,
through a crash, and through a standby that takes over without having heard of the last commits.
"""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from storage.connecting import connect

ASK_AGAIN_SECONDS = 1.0

TABLE = """
    CREATE TABLE IF NOT EXISTS commits (
        writer text COLLATE "C" PRIMARY KEY, mark bigint NOT NULL, at timestamptz NOT NULL DEFAULT now()
    ) WITH (fillfactor = 10)
"""
"""One row a writing connection, changed in place by each of its transactions."""
FORGET = "DELETE FROM commits WHERE at < now() - interval '7 days'"
LEAVE = """
    INSERT INTO commits AS old (writer, mark) SELECT $1, $2 WHERE pg_current_xact_id_if_assigned() IS NOT NULL
    ON CONFLICT (writer) DO UPDATE SET mark = excluded.mark, at = excluded.at RETURNING mark
"""
"""Leaves no mark where nothing was written."""
LOOK = """
    INSERT INTO commits AS old (writer, mark) VALUES ($1, 0)
    ON CONFLICT (writer) DO UPDATE SET mark = old.mark RETURNING mark
"""
"""A write, so that it waits for a transaction of this writer that has not ended yet."""
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
"""A session whose client is gone may not know it yet, and would hold its locks until it does."""
A_MOMENT = {"lock_timeout": "300ms"}


@dataclass(frozen=True, slots=True)
class Mark:
    """What one transaction has left behind, if it was committed."""

    writer: str
    """The connection, as the server knows it among its sessions; no other one is ever called so."""
    number: int


def new_writer(kind: str) -> str:
    """A name for a connection that no other one ever has."""
    return f"{kind} {secrets.token_hex(8)}"


def leave_mark(connection: Connection) -> Mark | None:
    """Leave a mark in this transaction, the last thing that it does; None if it has written nothing."""
    mark = Mark(_writer(connection), secrets.randbits(62))
    left = connection.exec_driver_sql(LEAVE, (mark.writer, mark.number)).one_or_none()
    return None if left is None else mark


def _writer(connection: Connection) -> str:
    if "writer" not in connection.info:
        plain: Any = connection.connection.driver_connection
        connection.info["writer"] = plain.get_settings().application_name
    return str(connection.info["writer"])


async def was_committed(url: URL, mark: Mark) -> bool:
    """Whether the transaction that left *mark* was committed. Asks until the server is there again and knows."""
    while True:
        fate = await _fate(url, mark)
        if fate is not None:
            return fate
        await asyncio.sleep(ASK_AGAIN_SECONDS)


async def _fate(url: URL, mark: Mark) -> bool | None:
    """As `was_committed`; None if nobody can say yet."""
    import asyncpg  # noqa: PLC0415 - comes with the extra [postgres]

    try:
        connection = await connect(url, name="fate", settings=A_MOMENT)
        try:
            return bool(await connection.fetchval(LOOK, mark.writer) == mark.number)
        except asyncpg.LockNotAvailableError:
            await connection.execute(END, mark.writer)
            return None
        finally:
            await connection.close()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        # Also a standby that does not take writes, and may not have heard of the commit yet.
        return None
