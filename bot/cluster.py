"""The engine of many hosts: a queue hands every living job to one of them, and to another one when it falls silent."""

import asyncio
import itertools
import uuid
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from pgqueuer.domain.types import JobId as EntryId
from pgqueuer.domain.types import QueueManagerId
from sqlalchemy.engine import URL

from bot.bare_errors import bare_errors
from bot.core.carrying import Carriers
from bot.core.lease import Lease
from bot.core.model import Job, JobId
from bot.core.ports import Clock
from bot.core.standstill import moment
from bot.core.store import StoreTrouble
from bot.entries import BROKEN, QUEUE, Entries, Line, Silence
from bot.presence import Presence
from storage.connecting import called, connect
from storage.queueing import job_of
from storage.store import SqlStore

SILENT_FOR = timedelta(seconds=12)
"""A host that was not heard of for so long loses its jobs to the others."""
LOOK_EVERY = timedelta(seconds=2)
"""How late a silent host is noticed beyond that; new jobs are told of at once."""
LOOKS_A_BEAT = 2
"""So many looks to a heartbeat: a third of `SILENT_FOR`."""
AT_ONCE = 100
"""Jobs picked up by one statement."""
SWEEP_EVERY = 30.0
"""Seconds between two looks for living jobs without an entry, and for nudges whose notice was missed."""
AGAIN_AFTER = 1.0
"""Seconds until a broken connection is replaced."""
GATHERED_SECONDS = 0.01
"""New jobs that are told of within so short a time are picked up together."""
TOGETHER_SECONDS = 0.05
"""Entries let go of within so short a time are let go of together."""
NUDGES = "reelbot_nudged"
"""The channel on which jobs are named that others have changed (a trigger of the table `jobs`)."""
TURNS = "reelbot_turns"
"""Likewise those whose turn has come."""

_WORKERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND starts_with(application_name, $1)"
)

log = structlog.get_logger("reelbot.engine")


class ClusterEngine:
    """Carries what the queue hands to this host, and hands back what is left at a stop.

    The queue says who should carry a job, the fence of the store who does: that an entry comes twice, or to two hosts,
    costs nothing.

    Args:
        store: The truth.
        carriers: Carry here.
        url: The database's address.
        presence: Of the hosts on this machine.
        lease: Renewed when the others have heard of us.
        clock: Paces the sweep.
    """

    def __init__(
        self, *, store: SqlStore, carriers: Carriers, url: URL, presence: Presence, lease: Lease, clock: Clock
    ) -> None:
        self._store = store
        self._presence = presence
        self._lease = lease
        self._carriers = carriers
        self._url = url
        self._clock = clock
        self.name = QueueManagerId(uuid.uuid4())
        """Who we are to the queue, over whatever connection: what we carry stays ours while we look for a new one."""
        self._held: dict[JobId, EntryId] = {}
        """What is carried here, and the entries for it, which are ours over whatever connection."""
        self._done: dict[EntryId, JobId | None] = {}
        """Entries to be let go of: their jobs are carried no longer, or under a newer one."""
        self._unknown: frozenset[EntryId] = frozenset()
        """Those that a heartbeat found to be ours without our knowing; `_take` may be about to hear of them."""
        self._taking: frozenset[EntryId] = frozenset()
        """Those whose jobs are being seized, however long that takes."""
        self._look = asyncio.Event()
        """Set when an entry may wait to be picked up, or there is an end to it."""
        self._some_done = asyncio.Event()
        self._all_down = asyncio.Event()
        self.ready = asyncio.Event()
        """Set when jobs can be handed to us."""
        self._inherited = False
        """Whether we have looked, once, for what killed hosts have left."""

    @property
    def carried(self) -> int:
        """How many jobs are being carried here."""
        return self._carriers.carried

    def ensure(self, job: JobId) -> bool:
        """As the port says: whoever has a job that is not here hears of it by the notice of its change."""
        return self._carriers.ring(job)

    async def run(self) -> None:
        """Carry until `stop`."""
        async with self._presence.shown(self.name), asyncio.TaskGroup() as group:
            self._carriers.begin(group, ended=self._carried_no_longer)
            working = group.create_task(self._work(), name="queue")
            sweeping = group.create_task(self._sweep(), name="sweep")
            await self._carriers.put_down()
            self._all_down.set()
            sweeping.cancel()
            # What was put down goes back into the queue over the connection that is still there.
            await asyncio.wait([working], timeout=SILENT_FOR.total_seconds())
            working.cancel()

    def stop(self) -> None:
        """Take nothing more, put every job down at its next wait, and let other hosts have it."""
        self._carriers.stop()
        self._look.set()

    # ------------------------------------------------------------------------------------------ the queue

    async def _work(self) -> None:
        """Take jobs from the queue, over a new connection whenever one broke."""
        while not self._carriers.stopping:
            try:
                await self._session()
            except BROKEN as trouble:
                log.warning("the queue cannot be reached", detail=repr(trouble))
            self.ready.clear()
            if not self._carriers.stopping:
                await self._clock.wait(asyncio.Event(), AGAIN_AFTER)

    async def _session(self) -> None:
        async with _line(self._url, self.name) as line:
            line.broken.add_done_callback(lambda _: self._look.set())
            entries = Entries(line, ours=self.name)
            await entries.listen(self._look.set)
            await line.add_listener(NUDGES, self._nudged)
            await line.add_listener(TURNS, self._turn_came)
            await entries.beat()
            if not self._inherited:
                await self._inherit(entries)
            self._release((await entries.compare(self._known())).unknown)
            self.ready.set()
            with bare_errors():
                async with asyncio.TaskGroup() as group:
                    watch = group.create_task(self._watch(line, entries), name="heartbeat")
                    tidying = group.create_task(self._tidy(entries), name="entries of ended jobs")
                    await self._pick_up(line, entries)
                    # At a stop: to be heard of until the last job was put down.
                    down = group.create_task(self._all_down.wait())
                    await asyncio.wait({down, line.broken}, return_when=asyncio.FIRST_COMPLETED)
                    for ended in (watch, tidying, down):
                        ended.cancel()
            if self._all_down.is_set() and not line.broken.done():
                await self._let_go(entries)

    async def _inherit(self, entries: Entries) -> None:
        """Let a host that was killed be carried on by whoever starts in its place, without waiting for its silence."""
        dead = [QueueManagerId(host) for host in await self._presence.dead()]
        if dead and (left := await entries.inherit(dead)):
            log.info("jobs of killed hosts are carried on", jobs=left)
        await self._presence.forget(dead)
        self._inherited = True

    async def _pick_up(self, line: Line, entries: Entries) -> None:
        """Take what waits, until there is an end to it."""
        while not (self._carriers.stopping or line.broken.done()):
            self._look.clear()
            if taken := await entries.pick_up(AT_ONCE):
                await self._take({entry.id: job_of(entry.payload or b"") for entry in taken})
            elif await self._clock.wait(self._look, LOOK_EVERY.total_seconds()):
                # A thousand new jobs are not a thousand looks.
                await asyncio.sleep(GATHERED_SECONDS)

    async def _take(self, taken: Mapping[EntryId, JobId]) -> None:
        """Hold entries for as long as their jobs are carried here.

        PgQueuer's own manager would hold each by a coroutine, a heartbeat and more, which for ten thousand is 100 MB.
        """
        new: dict[JobId, EntryId] = {}
        for entry, job in taken.items():
            if job in self._held:
                self._keep_newer(self._held, entry, job)
                # Another host may have the job now.
                self._carriers.ring(job)
            else:
                self._keep_newer(new, entry, job)
        self._taking = frozenset(new.values())
        try:
            seized = await self._seized(list(new))
        finally:
            self._taking = frozenset()
        for named, entry in new.items():
            mine = seized.get(named) if seized is not None else None
            # The job's own string is kept: a second one each is most of a megabyte with ten thousand jobs.
            job = mine.id if mine is not None else named
            if (mine is not None or seized is None) and self._carriers.pick_up(job, mine):
                self._held[job] = entry
            else:
                self._let_go_soon(entry, job)

    async def _seized(self, jobs: Sequence[JobId]) -> Mapping[JobId, Job] | None:
        """Those of the jobs that live, seized by one statement; None if each has to be seized by its carrier."""
        try:
            return {job.id: job for job in await self._store.seize_these(jobs)} if jobs else {}
        except StoreTrouble as trouble:
            log.warning("could not seize jobs together", detail=repr(trouble))
        except Exception:
            # One row that cannot be read must not keep the others from being carried: its own carrier falls over it.
            log.exception("jobs could not be seized together")
        return None

    def _keep_newer(self, held: dict[JobId, EntryId], entry: EntryId, job: JobId) -> None:
        """Hold one entry for a job that has come to life again before its earlier entry was let go of."""
        other = held.get(job, entry)
        held[job] = max(other, entry)
        if other != entry:
            self._let_go_soon(min(other, entry), job)

    def _carried_no_longer(self, job: JobId) -> None:
        if entry := self._held.pop(job, None):
            self._let_go_soon(entry, job)

    def _let_go_soon(self, entry: EntryId, job: JobId | None) -> None:
        self._done[entry] = job
        self._some_done.set()

    async def _tidy(self, entries: Entries) -> None:
        """Let go of what is carried no longer, many at a time, until the connection breaks."""
        never = asyncio.Event()
        while True:
            await self._some_done.wait()
            await self._clock.wait(never, TOGETHER_SECONDS)
            try:
                await self._let_go(entries)
            except BROKEN:
                return

    async def _let_go(self, entries: Entries) -> None:
        """Let go of what is carried no longer; what an error leaves in doubt is let go of again."""
        self._some_done.clear()
        done, self._done = self._done, {}
        if not done:
            return
        try:
            await entries.let_go(done)
        except (*BROKEN, asyncio.CancelledError):
            self._done = done | self._done
            self._some_done.set()
            raise

    def _known(self) -> Sequence[EntryId]:
        """A list, for it is made every few seconds: a set of ten thousand is half a megabyte."""
        return [*self._held.values(), *self._done, *self._taking]

    def _release(self, unknown: Iterable[EntryId]) -> None:
        """Let go of what is ours without our knowing: the answer that brought it was lost with its connection."""
        for entry in unknown:
            self._let_go_soon(entry, None)

    async def _watch(self, line: Line, entries: Entries) -> None:
        """Let the others hear of us, and take the jobs of silent hosts from them, until the connection breaks."""
        silence = Silence(line, after=SILENT_FOR, every=LOOK_EVERY)
        never = asyncio.Event()
        for look in itertools.count():
            if line.broken.done():
                return
            try:
                if look % LOOKS_A_BEAT == 0:
                    await self._beat(entries)
                if freed := await silence.look():
                    log.warning("jobs of a silent host were taken from it", jobs=freed)
            except BROKEN as trouble:
                log.warning("could not look for silent hosts", detail=repr(trouble))
            await self._clock.wait(never, LOOK_EVERY.total_seconds())

    async def _beat(self, entries: Entries) -> None:
        """Be heard of; carriers whose job another host carries by now look, find out, and stop."""
        since = moment()
        await entries.beat()
        found = await entries.compare(self._known())
        if not found.taken:
            self._lease.renew(since)
        for job in [job for job, entry in self._held.items() if entry in found.taken]:
            log.warning("another host has taken the job over", job=job)
            self._carriers.ring(job)
        unknown = found.unknown.difference(self._known())
        # A server that was paused may hand out, after we are back, what the broken connection had asked for.
        self._release(unknown & self._unknown)
        self._unknown = unknown

    def _nudged(self, payload: str | bytes | bytearray) -> None:
        self._carriers.ring(_named(payload))

    def _turn_came(self, payload: str | bytes | bytearray) -> None:
        self._carriers.call(_named(payload))

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
                await self._store.forget_queue_log()
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
            return int(await connection.fetchval(_WORKERS, called(QUEUE)))
        finally:
            await connection.close()
    except BROKEN as trouble:
        raise StoreTrouble(str(trouble)) from trouble


def _named(payload: str | bytes | bytearray) -> JobId:
    return JobId(payload if isinstance(payload, str) else payload.decode())


@asynccontextmanager
async def _line(url: URL, host: QueueManagerId) -> AsyncGenerator[Line]:
    connection = await connect(url, name=f"{QUEUE}{host}", command_seconds=SILENT_FOR.total_seconds())
    try:
        yield Line(connection)
    finally:
        # A polite close waits for an answer that a dead server never gives.
        connection.terminate()
