"""Which hosts of this very machine are dead for certain: each holds a lock as long as it lives, and no longer.

A connection that is gone says less: a living host may just be looking for a new one. Nor does this judge the hosts of
other machines, for a shared folder need not tell one machine of another's locks.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from io import BufferedRandom
from pathlib import Path
from uuid import UUID

import structlog

from storage.lock import locked

FOLDER = "hosts"
LOOK_WITHIN = 5.0
"""Seconds: without an answer, a dead host is found out by its silence."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

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

    @asynccontextmanager
    async def shown(self, host: UUID) -> AsyncGenerator[None]:
        """Hold the lock of *host* until the block ends, or the process; without one, its end is found out later."""
        file = await asyncio.to_thread(self._locked, host)
        try:
            yield
        finally:
            if file is not None:
                file.close()
                await self.forget([host])

    async def dead(self) -> list[UUID]:
        """Hosts that have shown themselves and whose lock nobody holds any more; none if the folder does not answer."""
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                return await asyncio.to_thread(self._dead)
        except TimeoutError:
            log.warning("nobody can say which hosts of this machine are dead")
            return []

    async def forget(self, hosts: Collection[UUID]) -> None:
        """Let nobody look at them again."""
        await asyncio.to_thread(self._forget, hosts)

    def _path(self, host: UUID) -> Path:
        return self._folder / f"{self._machine()}.{host}"

    def _locked(self, host: UUID) -> BufferedRandom | None:
        if self._machine() is None:
            return None
        try:
            self._folder.mkdir(exist_ok=True)
            file = self._path(host).open("w+b")
        except OSError as trouble:
            log.warning("this host cannot show that it lives", detail=repr(trouble))
            return None
        if not locked(file.fileno()):
            file.close()  # somebody looks at it in this very moment
            return None
        return file

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
