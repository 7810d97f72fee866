"""Which hosts of this very machine look dead: each holds a lock as long as it lives, and no longer.

Neither this nor a connection that is gone is enough by itself: two mounts of a folder need not see each other's locks,
and a living host may just be looking for a new connection. Hosts of other machines are not judged, for a shared folder
need not tell one machine of another's locks.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from io import BufferedRandom
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID

import structlog

from storage.lock import locked

FOLDER = "hosts"
ANSWERS_WITHIN = 5.0
"""Seconds; a folder that does not answer keeps nobody from working, and a dead host is found out by its silence."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger("reelbot.engine")


def this_machine() -> str | None:
    """What tells this machine, from its last start on, from every other one, in containers too (Linux, random(4)).

    None where there is no such thing: then nobody is known to be dead.
    """
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return None


class Presence:
    """Shows that a host lives, and knows which ones live no more.

    Args:
        folder: What the hosts of this machine share.
        machine: Names it, off the loop.
    """

    def __init__(self, folder: Path, machine: Callable[[], str | None] = this_machine) -> None:
        self._folder = folder / FOLDER
        self._machine = machine
        self._locks: dict[UUID, BufferedRandom] = {}

    @asynccontextmanager
    async def shown(self, host: UUID) -> AsyncGenerator[None]:
        """Hold the lock of *host* until the block ends, or the process; where none can be had, nobody is judged."""
        await self._answer(self._show, host)
        try:
            yield
        finally:
            await self._answer(self._hide, host)

    async def dead(self) -> list[UUID]:
        """Hosts that have shown themselves and whose lock nobody holds any more; none if the folder does not answer."""
        return await self._answer(self._dead) or []

    async def forget(self, hosts: Collection[UUID]) -> None:
        """Let nobody look at them again."""
        await self._answer(self._forget, hosts)

    async def _answer(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What the folder answers; None if it does not, in time."""
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                return await asyncio.to_thread(ask, *args, **kwargs)
        except OSError as trouble:
            log.warning("nobody can say which hosts of this machine live", detail=repr(trouble))
            return None

    def _path(self, host: UUID) -> Path:
        return self._folder / f"{self._machine()}.{host}"

    def _show(self, host: UUID) -> None:
        if self._machine() is None:
            return
        self._folder.mkdir(exist_ok=True)
        # Nobody looks at it before it is locked: it would be dead to them while it lives.
        unseen = self._folder / f".{host}"
        file = unseen.open("w+b")
        try:
            if not locked(file.fileno()):
                raise BlockingIOError(unseen)
            unseen.rename(self._path(host))
        except OSError:
            file.close()
            unseen.unlink(missing_ok=True)
            raise
        self._locks[host] = file

    def _hide(self, host: UUID) -> None:
        self._forget([host])
        if (lock := self._locks.pop(host, None)) is not None:
            lock.close()

    def _dead(self) -> list[UUID]:
        found = []
        for path in self._folder.glob(f"{self._machine()}.*"):
            # Not everything that lies in a shared folder is ours.
            with suppress(OSError, ValueError), path.open("r+b") as file:
                if locked(file.fileno()):
                    found.append(UUID(path.name.rpartition(".")[2]))
        return found

    def _forget(self, hosts: Collection[UUID]) -> None:
        for host in hosts:
            with suppress(OSError):
                self._path(host).unlink()
