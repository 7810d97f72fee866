"""Who carries which job when one process carries all of them, and what is left to do where none is carried."""

import asyncio
from datetime import timedelta
from typing import Protocol

import structlog

from bot.core.carrying import Carriers
from bot.core.model import JobId
from bot.core.ports import Clock, Engine
from bot.core.store import Store, StoreTrouble

log = structlog.get_logger("reelbot.engine")

LOOK_EVERY = 1.0
"""Seconds between two looks for jobs that another process (the command line, a chat's own) has changed."""
LOOK_BACK = timedelta(seconds=5)
"""Overlap of two looks: a nudge stamped before a commit becomes visible only after it."""
LOOK_FAR_BACK = timedelta(minutes=10)
FAR_BACK_EVERY = 30
"""Now and then a look goes further back: another process may have waited long for the database, or clocks were set."""


class RunningEngine(Engine, Protocol):
    """An engine, and what whoever opens it needs of it."""

    ready: asyncio.Event
    """Set when everything unfinished has been picked up again, by whoever carries it."""

    @property
    def carried(self) -> int:
        """How many jobs are being carried here."""
        ...

    async def run(self) -> None:
        """Carry until `stop`, then let every step under way end within the grace."""
        ...

    def stop(self) -> None:
        """Put every job down at its next wait."""
        ...


class EmbeddedEngine:
    """The only carrier of its database: everything unfinished is carried again at start.

    Args:
        store: The truth.
        carriers: Carry here.
        clock: Time.
    """

    def __init__(self, *, store: Store, carriers: Carriers, clock: Clock) -> None:
        self._store = store
        self._carriers = carriers
        self._clock = clock
        self.ready = asyncio.Event()
        """Set when everything unfinished has been picked up again."""

    @property
    def carried(self) -> int:
        """How many jobs are being carried."""
        return self._carriers.carried

    def ensure(self, job: JobId) -> bool:
        """As the port says."""
        return self._carriers.ring(job) or self._carriers.pick_up(job)

    async def run(self) -> None:
        """Pick up everything unfinished, and carry until `stop`."""
        async with asyncio.TaskGroup() as group:
            self._carriers.begin(group)
            for job in await self._store.seize_all():
                self._carriers.pick_up(job.id, job)
            watch = group.create_task(self._watch(), name="watch for nudges")
            self.ready.set()
            await self._carriers.put_down()
            watch.cancel()

    def stop(self) -> None:
        """Put every job down at its next wait."""
        self._carriers.stop()

    async def _watch(self) -> None:
        never = asyncio.Event()
        seen, looks = self._clock.now(), 0
        while True:
            await self._clock.wait(never, LOOK_EVERY)
            now, looks = self._clock.now(), looks + 1
            back = LOOK_BACK if looks % FAR_BACK_EVERY else LOOK_FAR_BACK
            try:
                nudged = await self._store.nudged(min(seen, now) - back)
            except StoreTrouble as trouble:
                log.warning("could not look for changed jobs", detail=repr(trouble))
                continue
            for job in nudged:
                # What was seen before need not be rung for again: only what nobody carries is of interest far back.
                if back is LOOK_BACK or not self._carriers.carries(job):
                    self.ensure(job)
            seen = now


class Elsewhere:
    """The engine of a process that carries nothing: whatever it changes nudges the one that does, by the job's row."""

    def __init__(self) -> None:
        self._stop = asyncio.Event()
        self.ready = asyncio.Event()
        """Set at once."""
        self.ready.set()

    @property
    def carried(self) -> int:
        """None here."""
        return 0

    def ensure(self, job: JobId) -> bool:  # noqa: ARG002 no job is carried here
        """As the port says."""
        return False

    async def run(self) -> None:
        """Wait for `stop`."""
        await self._stop.wait()

    def stop(self) -> None:
        """Let `run` end."""
        self._stop.set()
