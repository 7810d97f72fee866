"""A host's entries in PgQueuer's queue: held while their jobs are carried, whatever becomes of a connection."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.models import Job as Entry
from pgqueuer.domain.settings import db_settings
from pgqueuer.domain.types import Channel, QueueEntrypoint, QueueManagerId
from pgqueuer.domain.types import JobId as EntryId
from pgqueuer.ports.repository import EntrypointExecutionParameter

from bot.core.model import JobId
from storage.connecting import called
from storage.queueing import ENTRYPOINT

BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What a connection raises that is good for nothing more."""
FAR = timedelta(days=10_000)
"""PgQueuer's own limit is not used: `Silence` knows whether it is the host that was silent, or the server."""

QUEUE = "queue "
"""What a host's connection to the queue is called, before the host's own name."""

GONE_FOR = timedelta(days=1)
"""A host that was not heard of for so long never comes again: a new start has a new name."""

_SETTINGS = db_settings()
_QUEUE, _CHANNEL = _SETTINGS.qualified.queue_table, Channel(_SETTINGS.channel)
_ANY = {QueueEntrypoint(ENTRYPOINT): EntrypointExecutionParameter(concurrency_limit=0)}
_OF_AN_END = '"delete"'
"""What stands in the notice of a statement after which there is nothing more to be picked up."""

DROP_ENDED = f"""
    DELETE FROM {_QUEUE} AS entry USING unnest($1::bigint[], $2::text[]) AS held (id, job)
    WHERE entry.id = held.id AND entry.queue_manager_id = $3 AND held.job IS NOT NULL
      AND NOT EXISTS (SELECT FROM jobs WHERE jobs.id = held.job AND jobs.alive)
    RETURNING entry.id
"""  # noqa: S608 - PgQueuer's names
HEARD = """
    WITH forgotten AS (DELETE FROM hosts WHERE heard_at < NOW() - $2::interval)
    INSERT INTO hosts (name, heard_at) VALUES ($1, NOW()) ON CONFLICT (name) DO UPDATE SET heard_at = NOW()
"""
DIFFERENCE = f"""
    SELECT held.id AS held, ours.id AS ours
    FROM unnest($1::bigint[]) AS held (id)
    FULL JOIN (SELECT id FROM {_QUEUE} WHERE queue_manager_id = $2 AND status = 'picked') AS ours ON ours.id = held.id
    WHERE held.id IS NULL OR ours.id IS NULL
"""  # noqa: S608
HAND_BACK = f"""
    WITH mine AS MATERIALIZED (
        SELECT id, payload FROM {_QUEUE} WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2 FOR UPDATE
    ), newest AS (
        SELECT payload, max(id) AS id FROM {_QUEUE} WHERE status IN ('queued', 'picked') GROUP BY payload
    ), outdated AS (
        SELECT mine.id FROM mine JOIN newest ON newest.payload = mine.payload WHERE newest.id > mine.id
    ), dropped AS (
        DELETE FROM {_QUEUE} WHERE id IN (SELECT id FROM outdated)
    )
    UPDATE {_QUEUE} SET status = 'queued', queue_manager_id = NULL, updated = NOW()
    WHERE id IN (SELECT id FROM mine EXCEPT SELECT id FROM outdated)
"""  # noqa: S608
FREE = f"""
    WITH silent AS (
        SELECT id FROM {_QUEUE}
        -- PgQueuer writes a heartbeat when an entry is picked up.
        WHERE status = 'picked' AND heartbeat < NOW() - $1::interval
          AND NOT EXISTS (SELECT FROM hosts WHERE name = queue_manager_id AND heard_at >= NOW() - $1::interval)
          -- By the server's clock, when this is really run: a server that was paused has heard of nobody.
          AND NOW() < $2::timestamptz + $3::interval AND NOW() >= $4::timestamptz + $5::interval
        FOR UPDATE SKIP LOCKED
    ), freed AS (
        UPDATE {_QUEUE} SET status = 'queued', queue_manager_id = NULL, updated = NOW()
        WHERE id IN (SELECT id FROM silent) RETURNING id
    )
    SELECT clock_timestamp() AS at, count(*) AS freed FROM freed
"""  # noqa: S608
INHERIT = f"""
    WITH left_behind AS (
        SELECT id FROM {_QUEUE} WHERE status = 'picked' AND queue_manager_id = ANY($1::uuid[])
          -- Where two mounts of a folder do not see each other's locks, the living would look dead.
          AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $2::text || queue_manager_id::text)
        FOR UPDATE SKIP LOCKED
    )
    UPDATE {_QUEUE} SET status = 'queued', queue_manager_id = NULL, updated = NOW()
    WHERE id IN (SELECT id FROM left_behind) RETURNING id
"""  # noqa: S608
NOTICE = """
    SELECT pg_notify($1::text, json_build_object(
        'channel', $1::text, 'operation', 'update', 'sent_at', NOW(), 'table', $2::text, 'type', 'table_changed_event'
    )::text)
"""


class Line(AsyncpgDriver):
    """One connection; whatever fails on it sets `broken`, so that nobody goes on waiting beside a dead queue."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        super().__init__(connection)
        self.broken = asyncio.get_running_loop().create_future()
        connection.add_termination_listener(lambda _: self._give_up())

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        with self._noticed():
            return await super().fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        with self._noticed():
            return await super().execute(query, *args)

    async def notify(self, channel: str, payload: str) -> None:
        with self._noticed():
            await super().notify(channel, payload)

    @contextmanager
    def _noticed(self) -> Iterator[None]:
        try:
            yield
        except BROKEN:
            self._give_up()
            raise

    def _give_up(self) -> None:
        if not self.broken.done():
            self.broken.set_result(None)


@dataclass(frozen=True, slots=True)
class Difference:
    """What the queue says otherwise than this host believes."""

    taken: frozenset[EntryId]
    """Entries that we hold and that are no longer ours."""
    unknown: frozenset[EntryId]
    """Entries that are ours without our knowing."""


class Entries:
    """The queue's entries as one host sees them over one connection.

    Args:
        line: The connection.
        ours: Who we are to the queue, whatever the connection.
    """

    def __init__(self, line: Line, *, ours: QueueManagerId) -> None:
        self._line = line
        self._ours = ours
        self._queue = Queries(line)

    async def listen(self, heard: Callable[[], None]) -> None:
        """Call *heard* whenever an entry may wait to be picked up."""

        def noticed(payload: str | bytes | bytearray) -> None:
            if _OF_AN_END not in (payload if isinstance(payload, str) else payload.decode()):
                heard()

        await self._line.add_listener(_CHANNEL, noticed)

    async def pick_up(self, most: int) -> list[Entry]:
        """Take so many of those that wait, the oldest first: they are ours from now on."""
        return await self._queue.dequeue(most, _ANY, self._ours, None, FAR)

    async def inherit(self, dead: Collection[QueueManagerId]) -> int:
        """Free the entries of hosts that are dead, unless one is still connected; returns how many that were."""
        return len(await self._line.fetch(INHERIT, dead, called(QUEUE)))

    async def beat(self) -> None:
        """Let the others hear of this host, in one row; PgQueuer's own heartbeats are one a job."""
        await self._line.execute(HEARD, self._ours, GONE_FOR)

    async def compare(self, held: Sequence[EntryId]) -> Difference:
        """See which entries are ours, beside those that we believe to hold."""
        rows = await self._line.fetch(DIFFERENCE, held, self._ours)
        return Difference(
            taken=frozenset(cast(EntryId, row["held"]) for row in rows if row["held"] is not None),
            unknown=frozenset(cast(EntryId, row["ours"]) for row in rows if row["ours"] is not None),
        )

    async def let_go(self, held: Mapping[EntryId, JobId | None]) -> None:
        """Drop the entries of jobs that have ended, and hand back the others, as far as they are still ours.

        An entry whose job is not known to us (None) is handed back.

        A job that has come to life again meanwhile has a newer one: with two it would go to and fro between two hosts.

        Raises:
            OSError: The connection is broken; then the same can be done over the next one.
            asyncpg.PostgresError: It is.
            asyncpg.InterfaceError: It is.
        """
        ended = await self._line.fetch(DROP_ENDED, list(held), list(held.values()), self._ours)
        if left := list(held.keys() - {row["id"] for row in ended}):
            await self._line.execute(HAND_BACK, left, self._ours)
            await self._line.execute(NOTICE, _CHANNEL, _QUEUE)


class Silence:
    """Frees the entries of hosts that have fallen silent; none while the server itself was silent to us.

    After an outage every host looks silent for a moment, and whoever came back first would take the jobs of the others
    from under their hands.

    Args:
        line: Where to look.
        after: How long nothing was heard of a host that is silent.
        every: How long between two looks; twice as long without one is an outage.
    """

    def __init__(self, line: Line, *, after: timedelta, every: timedelta) -> None:
        self._line = line
        self._after = after
        self._gap = 2 * every
        self._looked: datetime | None = None
        self._since: datetime | None = None
        """Since when there was no outage."""

    async def look(self) -> int:
        """Free what is to be freed; returns how many entries that were.

        Raises:
            OSError: The connection is broken.
            asyncpg.PostgresError: It is.
            asyncpg.InterfaceError: It is.
        """
        calm = self._after / 2
        (row,) = await self._line.fetch(FREE, self._after, self._looked, self._gap, self._since, calm)
        at, freed = row["at"], row["freed"]
        assert isinstance(at, datetime)  # noqa: S101 - tells the type checker what the statement says
        assert isinstance(freed, int)  # noqa: S101
        if self._looked is None or at - self._looked >= self._gap:
            self._since = at
        self._looked = at
        if freed:
            await self._line.execute(NOTICE, _CHANNEL, _QUEUE)
        return freed
