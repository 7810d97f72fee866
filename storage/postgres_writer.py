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

from bot.core.store import StoreTrouble
from storage.connecting import in_each_others_way, on_a_standby, out_of_reach, to_be_run_again
from storage.fate import Mark, leave_mark, was_committed
from storage.group_commit import Later, Outcome, Work, within_savepoint

TRIES = 8
"""How often a transaction that is alone makes way for others before its caller is told to come again later."""
STEP_ASIDE_SECONDS = 0.02
"""The longest wait before the second try; it doubles with every further one."""

MOST = 50
"""How many transactions share a commit while nobody is in the way."""
CALM_BATCHES = 20
"""So many batches in a row have to get through before the next ones are twice as big."""


class Unanswered(Exception):
    """No answer came to the COMMIT of the transaction that left *mark*; these are its outcomes if it happened."""

    def __init__(self, mark: Mark, outcomes: list[Outcome]) -> None:
        super().__init__(f"no answer to the COMMIT of {mark.writer}")
        self.mark = mark
        self.outcomes = outcomes


@dataclass(frozen=True, slots=True)
class Perhaps:
    """What one piece of work has brought if the transaction that left *mark* was committed."""

    mark: Mark
    outcome: Outcome


Found = Outcome | Perhaps
Run = Callable[[Connection, Work[Any]], Outcome]


class PostgresWriter:
    """Runs batches of transactions.

    A batch holds the locks of all its transactions until its commit, and another host's batch may hold them in another
    order. So a batch gives up as soon as somebody is in its way, and its transactions are run one by one, beside the
    batches that follow: each takes its locks in the order that all of them keep, and lets go of them at once.

    Args:
        engine: For batches; its sessions wait for a lock only a moment.
        aside: For transactions one by one; its sessions wait as long as a caller may.
        url: Where to ask after a lost answer.
    """

    def __init__(self, *, engine: AsyncEngine, aside: AsyncEngine, url: URL) -> None:
        self._engine = engine
        self._aside = aside
        self._url = url
        self._most = MOST
        self._calm = 0

    def most(self) -> int:
        """How many transactions may share a commit just now: one after somebody was in the way, and slowly more."""
        return self._most

    def _grow(self) -> None:
        self._calm += 1
        if self._calm >= CALM_BATCHES:
            self._most, self._calm = min(MOST, self._most * 2), 0

    async def together(self, works: Sequence[Work[Any]]) -> list[Outcome]:
        """Run all in one transaction; if one raises, again with a savepoint each; if that breaks, each alone.

        Raises:
            Later: Somebody is in the way, or the answer to the COMMIT got lost.
        """
        for run in (_plainly, within_savepoint):
            try:
                found = await self._once(self._engine, works, run)
            except Exception as error:  # noqa: BLE001 - whose error it is comes out below
                if in_each_others_way(error):
                    self._most, self._calm = 1, 0
                    break
                if out_of_reach(error) or len(works) == 1:
                    return [Outcome(error=error)] * len(works)
            else:
                self._grow()
                return self._sure(found)
        raise Later(lambda: self._each_alone(works))

    async def _each_alone(self, works: Sequence[Work[Any]]) -> list[Outcome]:
        found: list[Found] = []
        for work in works:
            last = await self._alone(work)
            found.append(last)
            if isinstance(last, Outcome) and last.error is not None and out_of_reach(last.error):
                # The others would wait for the same server, one after the other.
                found += [last] * (len(works) - len(found))
                break
        return await self._find_out(found)

    async def _alone(self, work: Work[Any]) -> Found:
        for attempt in range(TRIES):
            try:
                (found,) = await self._once(self._aside, [work], _plainly)
            except Exception as error:  # noqa: BLE001 - it belongs to the one who handed the work in
                if not to_be_run_again(error):
                    return Outcome(error=error)
                refusal = Outcome(error=error)
            else:
                return found
            await asyncio.sleep(random.uniform(0, STEP_ASIDE_SECONDS * 2**attempt))  # noqa: S311 - no secret
        return refusal

    def _sure(self, found: Sequence[Found]) -> list[Outcome]:
        """What was found, if it is sure already.

        Raises:
            Later: It is not.
        """
        sure = [one for one in found if isinstance(one, Outcome)]
        if len(sure) < len(found):
            raise Later(lambda: self._find_out(found))
        return sure

    async def _once(self, engine: AsyncEngine, works: Sequence[Work[Any]], run: Run) -> Sequence[Found]:
        """One transaction; once more if its connection had died before: then nothing was written."""
        try:
            return await _transaction(engine, works, run)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return await _transaction(engine, works, run)

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


async def _transaction(engine: AsyncEngine, works: Sequence[Work[Any]], run: Run) -> Sequence[Found]:
    async with engine.connect() as connection:
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


def _transact(connection: Connection, works: Sequence[Work[Any]], run: Run) -> list[Found]:
    with connection.begin() as transaction:
        outcomes = [run(connection, work) for work in works]
        mark = leave_mark(connection)
        try:
            transaction.commit()
        except Exception as error:
            if mark is None:
                raise
            raise Unanswered(mark, outcomes) from error
    return list(outcomes)
