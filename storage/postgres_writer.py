"""Writes batches of transactions to PostgreSQL, and finds out what became of a batch whose COMMIT got no answer."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.core.ports import StoreTrouble
from storage.connecting import in_each_others_way, on_a_standby, out_of_reach, to_be_run_again
from storage.fate import was_committed
from storage.group_commit import MOST_TOGETHER, NotYetKnown, Outcome, Work, within_savepoint

MARK = "SELECT pg_current_xact_id_if_assigned()::text"
"""The number of this transaction; none while it has written nothing."""
TAKE_TIME = "SET LOCAL lock_timeout = '5s'"
"""Said by a transaction that is alone; a batch gives up long before."""

TRIES = 8
"""How often a transaction that is alone makes way for others before its caller is told to come again later."""
STEP_ASIDE_SECONDS = 0.02
"""The longest wait before the second try; it doubles with every further one."""


class Unanswered(Exception):
    """The COMMIT of transaction *mark* was sent, and no answer came; if it happened, these are the outcomes."""

    def __init__(self, mark: str, outcomes: list[Outcome]) -> None:
        super().__init__(f"no answer to the COMMIT of transaction {mark}")
        self.mark = mark
        self.outcomes = outcomes


@dataclass(frozen=True, slots=True)
class Perhaps:
    """What one piece of work has brought if transaction *mark* was committed."""

    mark: str
    outcome: Outcome


Found = Outcome | Perhaps
Run = Callable[[Connection, Work[Any]], Outcome]


class PostgresWriter:
    """Runs batches of transactions.

    A batch holds the locks of all its transactions until its commit, and another host's batch may hold them in another
    order. So a batch gives up as soon as somebody is in its way, and its transactions are run one by one: each takes
    its locks in the order that all of them keep, and lets go of them at once. The next batches are small.

    Args:
        engine: With as many connections as batches are written side by side.
        url: Where to ask after a lost answer.
    """

    def __init__(self, *, engine: AsyncEngine, url: URL) -> None:
        self._engine = engine
        self._url = url
        self._most = MOST_TOGETHER

    def most(self) -> int:
        """How many transactions may share a commit just now: few after batches were in each other's way."""
        return self._most

    async def together(self, works: Sequence[Work[Any]]) -> list[Outcome]:
        """Run all in one transaction; if one raises, again with a savepoint each; if that breaks, each alone.

        Raises:
            NotYetKnown: The answer to a COMMIT got lost.
        """
        found = await self._found(works)
        sure = [one for one in found if isinstance(one, Outcome)]
        if len(sure) < len(found):
            raise NotYetKnown(lambda: self._find_out(found))
        return sure

    async def _found(self, works: Sequence[Work[Any]]) -> Sequence[Found]:
        if len(works) == 1:
            return await self._each_alone(works)
        for run in (_plainly, within_savepoint):
            try:
                found = await self._once(works, run)
            except Exception as error:  # noqa: BLE001 - whose error it is comes out below
                if out_of_reach(error):
                    return [Outcome(error=error)] * len(works)
                if in_each_others_way(error):
                    self._most = max(1, self._most // 4)
                    break
            else:
                self._most = min(MOST_TOGETHER, self._most + 1)
                return found
        return await self._each_alone(works)

    async def _each_alone(self, works: Sequence[Work[Any]]) -> Sequence[Found]:
        found: list[Found] = []
        for work in works:
            found.append(await self._alone(work))
            if isinstance(last := found[-1], Outcome) and last.error is not None and out_of_reach(last.error):
                # The others would wait for the same server, one after the other.
                return [*found, *[last] * (len(works) - len(found))]
        return found

    async def _alone(self, work: Work[Any]) -> Found:
        for attempt in range(TRIES):
            try:
                return (await self._once([work], _taking_time))[0]
            except Exception as error:  # noqa: BLE001 - it belongs to the one who handed the work in
                if not to_be_run_again(error) or attempt == TRIES - 1:
                    return Outcome(error=error)
            await asyncio.sleep(random.uniform(0, STEP_ASIDE_SECONDS * 2**attempt))  # noqa: S311 - no secret
        raise AssertionError

    async def _once(self, works: Sequence[Work[Any]], run: Run) -> Sequence[Found]:
        """One transaction; once more if its connection had died before: then nothing was written."""
        try:
            return await self._transaction(works, run)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return await self._transaction(works, run)

    async def _transaction(self, works: Sequence[Work[Any]], run: Run) -> Sequence[Found]:
        async with self._engine.connect() as connection:
            try:
                return await connection.run_sync(_transact, works, run)
            except Unanswered as lost:
                await connection.invalidate()
                return [Perhaps(lost.mark, outcome) for outcome in lost.outcomes]
            except (TimeoutError, DBAPIError) as error:
                # Nobody knows what the one would still bring, and the other leads to the wrong server.
                if isinstance(error, TimeoutError) or on_a_standby(error):
                    await connection.invalidate()
                raise

    async def _find_out(self, found: Sequence[Found]) -> list[Outcome]:
        marks = {one.mark for one in found if isinstance(one, Perhaps)}
        committed = {mark: await was_committed(self._url, mark) for mark in marks}
        lost = Outcome(error=StoreTrouble("the database was lost in the moment of writing, and has not written"))
        return [
            one if isinstance(one, Outcome) else one.outcome if committed[one.mark] else lost
            for one in found
        ]  # fmt: skip


def _plainly(connection: Connection, work: Work[Any]) -> Outcome:
    return Outcome(work(connection))


def _taking_time(connection: Connection, work: Work[Any]) -> Outcome:
    connection.exec_driver_sql(TAKE_TIME)
    return Outcome(work(connection))


def _transact(connection: Connection, works: Sequence[Work[Any]], run: Run) -> list[Found]:
    with connection.begin() as transaction:
        outcomes = [run(connection, work) for work in works]
        mark: str | None = connection.exec_driver_sql(MARK).scalar_one_or_none()
        try:
            transaction.commit()
        except Exception as error:
            if mark is None:
                raise
            raise Unanswered(mark, outcomes) from error
    return list(outcomes)
