"""Seats that only one process of an installation has at a time: whoever listens for a bot, whoever keeps house."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Protocol

from storage.database import is_postgres, parsed
from storage.lock import locked

TRY_AGAIN_SECONDS = 1.0
"""How often a standby looks whether a seat is free."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat that is held, until its block ends or it is lost."""

    name: str
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody else may have the seat from now on: stop at once what only its holder may do."""


class Seats(Protocol):
    """Seats by their names."""

    def hold(self, name: str) -> AbstractAsyncContextManager[Seat]:
        """Wait until the seat *name* is free, and hold it until the block ends or it is lost."""
        ...


class FileSeats:
    """Seats of the processes that share a folder of one machine; what a killed process held is free at once.

    Args:
        folder: The data folder, which exists.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncGenerator[Seat]:
        """As `Seats.hold` says; such a seat is never lost."""
        path = self._folder / f"listener-{re.sub('[^A-Za-z0-9_-]', '-', name)}.lock"
        file = await asyncio.to_thread(_open, path)
        try:
            while True:
                if locked(file.fileno()):
                    break
                await asyncio.sleep(TRY_AGAIN_SECONDS)
            yield Seat(name)
        finally:
            file.close()


def _open(path: Path) -> FileIO:
    # The file stays behind, as the lock of the folder does: see there.
    return path.open("a+b", buffering=0)


def seats_at(address: str, folder: Path) -> Seats:
    """The seats of an installation: in its PostgreSQL, or in its data folder.

    Args:
        address: Of the database, as for `open_database`.
        folder: The data folder, which exists.

    Raises:
        UnknownDatabase: As for `open_database`.
    """
    url = parsed(address)
    if is_postgres(url):
        from storage.postgres_seats import PostgresSeats  # noqa: PLC0415 - its library comes with an extra

        return PostgresSeats(url)
    return FileSeats(folder)
