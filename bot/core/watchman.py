"""The watchman: looks every minute for what only an operator can mend, and has them told once per cause."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.core.bulletins import Bulletins
from bot.core.model import Job, JobId, State
from bot.core.ports import Clock, Store, StoreTrouble
from bot.core.texts import Say, Sentence

EVERY = 60.0
"""Seconds between two looks."""
UNSURE_EVERY = timedelta(hours=1)
"""One message at most about the unsure jobs of a provider in this time."""
UNSURE_LOOKED_AT = 1000
"""Unsure jobs looked at, the newest first."""
GIGABYTE = 1_000_000_000
LEAST_BYTES = GIGABYTE
LEAST_PERCENT = 5
"""A disk with less than this free, or with less than `LEAST_BYTES`, is nearly full."""
MENDED = 1.2
"""It is mended with so many times as much free: one that goes back and forth is told of once."""

log = structlog.get_logger("reelbot.watchman")


@dataclass(frozen=True, slots=True)
class Room:
    """A disk, in bytes."""

    free: int
    total: int


class Disk(Protocol):
    """Where clips and database lie."""

    async def room(self) -> Room:
        """How full it is.

        Raises:
            OSError: That cannot be found out.
        """
        ...


class Watchman:
    """Watches over the disk and over paid calls whose answer was lost.

    What has been told is remembered here alone: after a restart, what still lasts is told once more.
    """

    def __init__(self, *, store: Store, disk: Disk, clock: Clock, bulletins: Bulletins) -> None:
        self._store = store
        self._disk = disk
        self._clock = clock
        self._bulletins = bulletins
        self._disk_told = False
        self._told_jobs: frozenset[JobId] = frozenset()
        self._told_at: dict[str, datetime] = {}

    async def run(self) -> None:
        """Look now and then every minute, until cancelled."""
        never = asyncio.Event()
        while True:
            try:
                await self.look()
            except (OSError, StoreTrouble) as trouble:
                log.warning("could not look around", detail=repr(trouble))
            await self._clock.wait(never, EVERY)

    async def look(self) -> None:
        """Look once.

        Raises:
            OSError: The disk cannot be looked at.
            StoreTrouble: The jobs cannot.
        """
        await self._look_at_unsure()
        await self._look_at_disk()

    async def _look_at_unsure(self) -> None:
        unsure = await self._store.jobs(state=State.UNSURE, most=UNSURE_LOOKED_AT)
        # What is settled by now is forgotten; what is told of is still unsure.
        self._told_jobs &= {job.id for job in unsure}
        fresh: defaultdict[str, list[Job]] = defaultdict(list)
        for job in unsure:
            if job.id not in self._told_jobs:
                fresh[job.provider].append(job)
        now = self._clock.now()
        for provider, jobs in fresh.items():
            told_at = self._told_at.get(provider)
            if told_at is None or now - told_at >= UNSURE_EVERY:
                self._told_at[provider] = now
                self._told_jobs |= {job.id for job in jobs}
                self._bulletins.post(f"unsure {provider}", _unsure(provider, jobs))

    async def _look_at_disk(self) -> None:
        room = await self._disk.room()
        if not room.total:
            # Some mounted disks do not say.
            return
        least = max(LEAST_BYTES, room.total * LEAST_PERCENT // 100)
        if room.free >= least * MENDED:
            self._disk_told = False
        elif room.free < least and not self._disk_told:
            self._disk_told = True
            log.error("the disk is nearly full", free_bytes=room.free, total_bytes=room.total)
            percent = 100 * room.free // room.total
            values = {"free": f"{room.free / GIGABYTE:.1f} GB", "percent": percent}
            self._bulletins.post("disk", Sentence(Say.OPERATOR_DISK, values))


def _unsure(provider: str, jobs: Sequence[Job]) -> Sentence:
    name = Say.OPERATOR_UNSURE if len(jobs) == 1 else Say.OPERATOR_UNSURE_MANY
    return Sentence(name, {"provider": provider, "job": jobs[0].id, "count": len(jobs)})
