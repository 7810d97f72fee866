"""Group commit: transactions that wait together share one, and still succeed or fail each for itself."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

T = TypeVar("T")
Work = Callable[[Connection], T]
"""What happens inside a transaction. It may be run again after a rollback, so it changes nothing but the database."""

MOST_TOGETHER = 100


class Closed(Exception):
    """The database is being closed: nothing was written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one piece of work, after its transaction ended."""

    result: Any = None
    error: Exception | None = None


RunTogether = Callable[[Sequence[Work[Any]]], Awaitable[list[Outcome]]]


def run_together(engine: Engine, works: Sequence[Work[Any]]) -> list[Outcome]:
    """Run all in one transaction; if one raises, again with a savepoint each; if the transaction breaks, each alone.

    The first way is the fast one. The second costs two statements more a piece but still one commit. The third is for
    a database in trouble (disk full, a statement it does not know), which may have rolled back more than a savepoint.
    """
    try:
        with engine.begin() as connection:
            return [Outcome(work(connection)) for work in works]
    except Exception as error:  # noqa: BLE001 - whose error it is comes out below
        if len(works) == 1:
            return [Outcome(error=error)]
    try:
        with engine.begin() as connection:
            return [_within_savepoint(connection, work) for work in works]
    except DBAPIError:
        return [_alone(engine, work) for work in works]


def _within_savepoint(connection: Connection, work: Work[Any]) -> Outcome:
    try:
        with connection.begin_nested():
            return Outcome(work(connection))
    except Exception as error:
        if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError):
            raise
        return Outcome(error=error)


def _alone(engine: Engine, work: Work[Any]) -> Outcome:
    try:
        with engine.begin() as connection:
            return Outcome(work(connection))
    except Exception as error:  # noqa: BLE001 - it belongs to the one who handed the work in
        return Outcome(error=error)


class GroupCommit:
    """A queue of transactions and the loop that empties it, up to a hundred at a time.

    Args:
        together: Runs a batch and answers in its order; never raises for the work itself.
    """

    def __init__(self, *, together: RunTogether) -> None:
        self._together = together
        self._waiting: deque[tuple[Work[Any], asyncio.Future[Any]]] = deque()
        self._rung = asyncio.Event()
        self._closed = False

    async def run(self, work: Work[T]) -> T:
        """Run *work* in a transaction and return once it is on disk.

        A caller that is cancelled while waiting takes its work out; one that is cancelled while it is being written
        does not stop it.

        Raises:
            Closed: Too late.
        """
        if self._closed:
            raise Closed
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        self._rung.set()
        return await future

    async def carry(self) -> None:
        """Write until closed, and then what is still waiting."""
        while self._waiting or not self._closed:
            self._rung.clear()
            await self._write(self._next())
            if not self._waiting and not self._closed:
                await self._rung.wait()

    def close(self) -> None:
        """Take nothing more; `carry` ends when the queue is empty."""
        self._closed = True
        self._rung.set()

    def _next(self) -> list[tuple[Work[Any], asyncio.Future[Any]]]:
        batch: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        while self._waiting and len(batch) < MOST_TOGETHER:
            work, future = self._waiting.popleft()
            if not future.cancelled():
                batch.append((work, future))
        return batch

    async def _write(self, batch: list[tuple[Work[Any], asyncio.Future[Any]]]) -> None:
        if not batch:
            return
        outcomes = await self._together([work for work, _ in batch])
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if future.cancelled():
                continue
            if outcome.error is not None:
                future.set_exception(outcome.error)
            else:
                future.set_result(outcome.result)
