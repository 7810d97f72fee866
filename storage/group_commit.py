"""Group commit: transactions that wait together share one, and still succeed or fail each for itself."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.core.store import StoreTrouble

T = TypeVar("T")
Work = Callable[[Connection], T]
"""What happens inside a transaction. It may be run again after a rollback, so it changes nothing but the database."""

MOST_TOGETHER = 100
CLOSING_SECONDS = 10.0
"""How long the end waits for what is not known yet."""


class Closed(Exception):
    """The database is being closed: nothing was written."""


class Later(Exception):
    """What became of a batch comes out later; what waits behind it can be written meanwhile.

    Args:
        outcomes: Waits until it is known, and answers as the batch would have been answered.
    """

    def __init__(self, outcomes: "Callable[[], Awaitable[list[Outcome]]]") -> None:
        super().__init__("later")
        self.outcomes = outcomes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one piece of work, after its transaction ended."""

    result: Any = None
    error: Exception | None = None


RunTogether = Callable[[Sequence[Work[Any]]], Awaitable[list[Outcome]]]
Batch = list[tuple[Work[Any], asyncio.Future[Any]]]


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
            return [within_savepoint(connection, work) for work in works]
    except DBAPIError:
        return [_alone(engine, work) for work in works]


def within_savepoint(connection: Connection, work: Work[Any]) -> Outcome:
    """Run one piece of work so that it can fail for itself.

    Raises:
        DBAPIError: The transaction itself may be broken.
    """
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
        together: Runs a batch and answers in its order; never raises for the work itself. It may raise `Later`.
        most: How many transactions the next batch may have.
    """

    def __init__(self, *, together: RunTogether, most: Callable[[], int] = lambda: MOST_TOGETHER) -> None:
        self._together = together
        self._most = most
        self._waiting: deque[tuple[Work[Any], asyncio.Future[Any]]] = deque()
        self._later: set[asyncio.Task[None]] = set()
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
        async with asyncio.TaskGroup() as group:
            while self._waiting or not self._closed:
                self._rung.clear()
                await self._write(self._next(), group)
                if not self._waiting and not self._closed:
                    await self._rung.wait()
            if self._later:
                _, unknown = await asyncio.wait(self._later, timeout=CLOSING_SECONDS)
                for answering in unknown:
                    answering.cancel()

    def close(self) -> None:
        """Take nothing more; `carry` ends when the queue is empty."""
        self._closed = True
        self._rung.set()

    def _next(self) -> Batch:
        batch: Batch = []
        while self._waiting and len(batch) < self._most():
            work, future = self._waiting.popleft()
            if not future.cancelled():
                batch.append((work, future))
        return batch

    async def _write(self, batch: Batch, group: asyncio.TaskGroup) -> None:
        if not batch:
            return
        try:
            _answer(batch, await self._together([work for work, _ in batch]))
        except Later as later:
            answering = group.create_task(_answer_later(batch, later), name="a batch that takes longer")
            self._later.add(answering)
            answering.add_done_callback(self._later.discard)


async def _answer_later(batch: Batch, later: Later) -> None:
    try:
        outcomes = await later.outcomes()
    except asyncio.CancelledError:
        _answer(batch, [Outcome(error=StoreTrouble("closed before it was known what was written"))] * len(batch))
        raise
    _answer(batch, outcomes)


def _answer(batch: Batch, outcomes: Sequence[Outcome]) -> None:
    for (_, future), outcome in zip(batch, outcomes, strict=True):
        if future.done():
            continue
        if outcome.error is not None:
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.result)


@asynccontextmanager
async def carried(writer: GroupCommit) -> AsyncGenerator[None]:
    """Write for as long as the block lasts, and then what is still waiting."""
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        carrying = group.create_task(writer.carry(), name="group commit")
        try:
            yield
        except Exception as error:  # noqa: BLE001 - raised again below, not wrapped into a group that nobody expects
            failure = error
        finally:
            writer.close()
            # Waited for here: a group that ends with an error would cancel what others are still waiting for.
            await carrying
    if failure is not None:
        raise failure
