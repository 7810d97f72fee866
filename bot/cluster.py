"""The engine of many hosts: PgQueuer hands every living job to one of them, and to another one when it falls silent."""

import asyncio
import functools
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import asyncpg
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.domain.models import Job as Entry
from pgqueuer.domain.models import TracebackRecord
from pgqueuer.domain.settings import db_settings
from pgqueuer.domain.types import JOB_STATUS, QueueManagerId
from pgqueuer.domain.types import JobId as EntryId
from sqlalchemy.engine import URL

from bot.core.carrying import Carriers
from bot.core.model import JobId
from bot.core.ports import Clock, StoreTrouble
from storage.connecting import connect
from storage.queueing import ENTRYPOINT, job_of
from storage.store import SqlStore

SILENT_FOR = timedelta(seconds=12)
"""A host that was not heard of for so long loses its jobs to the others."""
LOOK_EVERY = timedelta(seconds=2)
"""How late a silent host is noticed beyond that; new jobs are told of at once."""
AT_ONCE = 100
"""Jobs picked up by one statement."""
SWEEP_EVERY = 30.0
"""Seconds between two looks for living jobs without an entry, and for nudges whose notice was missed."""
AGAIN_AFTER = 1.0
"""Seconds until a broken connection is replaced."""
NUDGES = "reelbot_nudged"
"""The channel on which jobs are named that others have changed (a trigger of the table `jobs`)."""

QUEUE = "queue"
"""What the server calls the connections of those who carry jobs."""
_WORKERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a connection raises that is good for nothing more."""
_OURS = f"SELECT id FROM {db_settings().qualified.queue_table} WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2"  # noqa: S608

log = structlog.get_logger("reelbot.engine")


class ClusterEngine:
    """Carries what PgQueuer hands to this host, and hands back what is left at a stop.

    The queue says who should carry a job, the fence of the store who does: that an entry comes twice, or to two hosts,
    costs nothing.

    Args:
        store: The truth.
        carriers: Carry here.
        url: The database's address.
        clock: Paces the sweep.
    """

    def __init__(self, *, store: SqlStore, carriers: Carriers, url: URL, clock: Clock) -> None:
        self._store = store
        self._carriers = carriers
        self._url = url
        self._clock = clock
        self._queue: QueueManager | None = None
        self.ready = asyncio.Event()
        """Set when jobs can be handed to us."""

    @property
    def carried(self) -> int:
        """How many jobs are being carried here."""
        return self._carriers.carried

    def ensure(self, job: JobId) -> bool:
        """As the port says: whoever has a job that is not here hears of it by the notice of its change."""
        return self._carriers.ring(job)

    async def run(self) -> None:
        """Carry until `stop`."""
        async with asyncio.TaskGroup() as group:
            self._carriers.begin(group)
            working = group.create_task(self._work(), name="queue")
            sweeping = group.create_task(self._sweep(), name="sweep")
            await self._carriers.put_down()
            sweeping.cancel()
            # What was put down goes back into the queue over the connection that is still there.
            await asyncio.wait([working], timeout=SILENT_FOR.total_seconds())
            working.cancel()

    def stop(self) -> None:
        """Take nothing more, put every job down at its next wait, and let other hosts have it."""
        self._carriers.stop()
        if self._queue is not None:
            self._queue.shutdown.set()

    # ------------------------------------------------------------------------------------------ the queue

    async def _work(self) -> None:
        """Take jobs from the queue, over a new connection whenever one broke."""
        while not self._carriers.stopping:
            try:
                await self._session()
            except (*BROKEN, FailingListenerError) as trouble:
                log.warning("the queue cannot be reached", detail=repr(trouble))
            self.ready.clear()
            if not self._carriers.stopping:
                await self._clock.wait(asyncio.Event(), AGAIN_AFTER)

    async def _session(self) -> None:
        async with _line(self._url) as line:
            entries = _Entries(line)
            self._queue = queue = QueueManager(entries)
            entries.ours = queue.queue_manager_id
            queue.entrypoint(ENTRYPOINT, accepts_context=False)(functools.partial(self._carry, line))
            await line.add_listener(NUDGES, self._nudged)
            self.ready.set()
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(_shut_down_when(line.broken, queue), name="watch the queue")
                await queue.run(
                    dequeue_timeout=LOOK_EVERY,
                    batch_size=AT_ONCE,
                    heartbeat_timeout=SILENT_FOR,
                    shutdown_on_listener_failure=True,
                    log_aggregation_interval=timedelta(0),
                )
                watch.cancel()

    async def _carry(self, line: "_Line", entry: Entry) -> None:
        """Be there for as long as the job is carried here, so that this host is heard of; then let the entry go.

        Raises:
            RetryRequested: The job still has to be carried, by whoever takes it next.
        """
        job = job_of(entry.payload or b"")
        carrying = self._carriers.pick_up(job)
        if carrying is not None:
            await asyncio.wait({carrying, line.broken}, return_when=asyncio.FIRST_COMPLETED)
        if not line.broken.done() and await self._alive(job):
            raise RetryRequested

    async def _alive(self, job: JobId) -> bool:
        try:
            found = await self._store.job(job)
        except StoreTrouble:
            return True
        return found is not None and found.alive

    def _nudged(self, payload: str | bytes | bytearray) -> None:
        self._carriers.ring(JobId(payload if isinstance(payload, str) else payload.decode()))

    # ------------------------------------------------------------------------------------------ what was missed

    async def _sweep(self) -> None:
        """Find, slowly, what no notice told of."""
        never = asyncio.Event()
        seen = self._clock.now()
        while True:
            await self._clock.wait(never, SWEEP_EVERY)
            now = self._clock.now()
            try:
                if lost := await self._store.enqueue_missing():
                    log.warning("jobs without an entry in the queue were given one", jobs=len(lost))
                for job in await self._store.nudged(seen - SILENT_FOR):
                    self._carriers.ring(job)
            except StoreTrouble as trouble:
                log.warning("could not look for jobs without an entry", detail=repr(trouble))
                continue
            seen = now


async def workers(url: URL) -> int:
    """How many processes carry jobs of the database at *url* just now.

    Raises:
        StoreTrouble: The database cannot be asked.
    """
    try:
        connection = await connect(url, name="look")
        try:
            return int(await connection.fetchval(_WORKERS, f"reelbot {QUEUE}"))
        finally:
            await connection.close()
    except BROKEN as trouble:
        raise StoreTrouble(str(trouble)) from trouble


async def _shut_down_when(broken: asyncio.Future[None], queue: QueueManager) -> None:
    await asyncio.wait({broken})
    queue.shutdown.set()


@asynccontextmanager
async def _line(url: URL) -> AsyncGenerator["_Line"]:
    connection = await connect(url, name=QUEUE, command_seconds=SILENT_FOR.total_seconds())
    try:
        yield _Line(connection)
    finally:
        # A polite close waits for an answer that a dead server never gives.
        connection.terminate()


class _Line(AsyncpgDriver):
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


class _Entries(Queries):
    """The queue's entries; those that another host has taken over, or may have, are left to it."""

    def __init__(self, line: "_Line") -> None:
        super().__init__(line)
        self._line = line
        self.ours: QueueManagerId | None = None
        """Who we are to the queue."""

    async def log_jobs(self, job_status: Sequence[tuple[Entry, JOB_STATUS, TracebackRecord | None]]) -> None:
        kept = await self._ours([entry.id for entry, _, _ in job_status])
        if left := [one for one in job_status if one[0].id in kept]:
            await super().log_jobs(left)

    async def retry_job(self, job: Entry, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        if await self._ours([job.id]):
            await super().retry_job(job, delay, traceback_record)

    async def _ours(self, entries: Sequence[EntryId]) -> frozenset[EntryId]:
        if self._line.broken.done():
            return frozenset()
        found = await self._line.fetch(_OURS, list(entries), self.ours)
        return frozenset(entry for row in found for entry in entries if entry == row["id"])
