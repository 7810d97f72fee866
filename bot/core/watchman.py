"""The watchman: looks every minute for what only an operator can mend, and has them told once per cause."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.core.bulletins import Bulletins
from bot.core.model import Job, JobId, State
from bot.core.ports import Clock
from bot.core.store import Memory, Store, StoreTrouble
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

_KEY = ("bot", "watchman")

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


@dataclass(frozen=True, slots=True)
class _Told:
    """What the operators have been told of that lasts."""

    jobs: frozenset[JobId] = frozenset()
    """Unsure ones."""
    at: Mapping[str, datetime] = field(default_factory=dict)
    """When the last message about the unsure jobs of a provider was made."""
    disk: bool = False


class Watchman:
    """Watches over the disk and over paid calls whose answer was lost.

    What has been told is written down once it has arrived: killed in between, the bot tells it once more.
    """

    def __init__(self, *, store: Store, memory: Memory, disk: Disk, clock: Clock, bulletins: Bulletins) -> None:
        self._store = store
        self._memory = memory
        self._disk = disk
        self._clock = clock
        self._bulletins = bulletins
        self._told: _Told | None = None
        self._written = _Told()
        self._posted: set[str] = set()

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
            StoreTrouble: The jobs cannot, or what was told cannot be written down.
        """
        if self._told is None:
            self._told = self._written = _read(await self._memory.kept(*_KEY))
        self._told = await self._look_at_unsure(self._told)
        self._told = await self._look_at_disk(self._told)
        await self._write_down(self._told)

    async def _look_at_unsure(self, told: _Told) -> _Told:
        unsure = await self._store.jobs(state=State.UNSURE, most=UNSURE_LOOKED_AT)
        # What is settled by now is forgotten; what is told of is still unsure.
        known = told.jobs & {job.id for job in unsure}
        at = dict(told.at)
        fresh: defaultdict[str, list[Job]] = defaultdict(list)
        for job in unsure:
            if job.id not in known:
                fresh[job.provider].append(job)
        now = self._clock.now()
        for provider, jobs in fresh.items():
            if provider not in at or now - at[provider] >= UNSURE_EVERY:
                at[provider] = now
                known |= {job.id for job in jobs}
                self._post(f"unsure {provider}", _unsure(provider, jobs))
        return replace(told, jobs=known, at=at)

    async def _look_at_disk(self, told: _Told) -> _Told:
        room = await self._disk.room()
        # Some mounted disks do not say.
        least = max(LEAST_BYTES, room.total * LEAST_PERCENT // 100) if room.total else 0
        if room.free >= least * MENDED:
            return replace(told, disk=False)
        if room.free >= least or told.disk:
            return told
        log.error("the disk is nearly full", free_bytes=room.free, total_bytes=room.total)
        percent = 100 * room.free // room.total
        values = {"free": f"{room.free / GIGABYTE:.1f} GB", "percent": percent}
        self._post("disk", Sentence(Say.OPERATOR_DISK, values))
        return replace(told, disk=True)

    def _post(self, cause: str, sentence: Sentence) -> None:
        self._posted.add(cause)
        self._bulletins.post(cause, sentence)

    async def _write_down(self, told: _Told) -> None:
        """Remember it for after a restart, unless somebody still has to hear of it."""
        self._posted = {cause for cause in self._posted if self._bulletins.holds(cause)}
        if told == self._written or self._posted:
            return
        at = {provider: moment.isoformat() for provider, moment in told.at.items()}
        await self._memory.keep(*_KEY, json.dumps({"jobs": sorted(told.jobs), "at": at, "disk": told.disk}))
        self._written = told


def _read(kept: str | None) -> _Told:
    if kept is None:
        return _Told()
    told = json.loads(kept)
    at = {provider: datetime.fromisoformat(moment) for provider, moment in told["at"].items()}
    return _Told(frozenset(told["jobs"]), at, told["disk"])


def _unsure(provider: str, jobs: Sequence[Job]) -> Sentence:
    name = Say.OPERATOR_UNSURE if len(jobs) == 1 else Say.OPERATOR_UNSURE_MANY
    return Sentence(name, {"provider": provider, "job": jobs[0].id, "count": len(jobs)})
