"""Reads from PostgreSQL, each of which sees one moment: one statement does by itself, several share a snapshot."""

from types import CodeType

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.group_commit import T, Work

READING = {"default_transaction_read_only": "on"}
"""What the server refuses to the sessions of readers, with a transaction or without."""
_SAID = "statements of this read"


class _SecondStatement(Exception):
    """It would see another moment than the first one."""


class PostgresReader:
    """Runs reads.

    A transaction around one statement is two round trips more than the statement. So a read begins without one; if it
    turns out to take several statements it is run again in a transaction, and every later time at once: reads change
    nothing, and are the same functions again and again.

    Args:
        engine: For reads, which see one moment each.
        unhurried: For the long ones.
    """

    def __init__(self, *, engine: AsyncEngine, unhurried: AsyncEngine) -> None:
        self._alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._several = _snapshots(engine)
        self._unhurried = _snapshots(unhurried)
        self._in_parts: set[CodeType] = set()
        event.listen(self._alone.sync_engine, "before_cursor_execute", _only_one)

    async def run(self, work: Work[T], *, long: bool) -> T:
        """What *work* finds; *long* for one that takes minutes."""
        if long:
            return await _look(self._unhurried, work)
        code = getattr(work, "__code__", None)
        if code is not None and code not in self._in_parts:
            try:
                return await _look(self._alone, lambda connection: work(_fresh(connection)))
            except _SecondStatement:
                self._in_parts.add(code)
        return await _look(self._several, work)


def _fresh(connection: Connection) -> Connection:
    connection.info[_SAID] = 0
    return connection


def _only_one(connection: Connection, *_said: object) -> None:
    connection.info[_SAID] += 1
    if connection.info[_SAID] > 1:
        raise _SecondStatement


def _snapshots(engine: AsyncEngine) -> AsyncEngine:
    """The engine, each transaction of which sees one moment and cannot write."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


async def _look(engine: AsyncEngine, work: Work[T]) -> T:
    async with engine.connect() as connection:
        try:
            return await connection.run_sync(work)
        except TimeoutError:
            # Nobody knows what it would still bring.
            await connection.invalidate()
            raise
