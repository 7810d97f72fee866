"""The terminal as a chat of its own: `reelbot make` asks through it and gets its clip as a file."""

import asyncio
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from bot.core.model import Delivery, Incoming, JobId, Note, Place, State, UserId
from bot.core.ports import PlaceGone, Receive

NAME = "terminal"
MOST_BYTES = 1 << 40


Draw = Callable[[Note], None]


def place_of(path: Path, *, many_hosts: bool = False) -> Place:
    """Where a clip goes: its file, by an absolute path, which means the same after a restart from another folder.

    Args:
        path: The file.
        many_hosts: Another machine may carry the job, where that path means nothing.
    """
    return Place(NAME, f"{socket.gethostname() if many_hosts else ''}{path.absolute()}")


class Terminal:
    """Implements `Platform`: places are files, and whoever typed a command may follow their job.

    Clips of commands that were interrupted arrive in their files all the same, whoever carries the jobs then; only on
    another machine they stay in the folder that all machines share, where the command that waits for one finds it.
    """

    def __init__(self) -> None:
        self._followers: dict[JobId, Draw] = {}
        self._last: dict[JobId, asyncio.Future[Note]] = {}
        self._brought: set[JobId] = set()

    @property
    def name(self) -> str:
        return NAME

    async def run(self, receive: Receive) -> None:  # noqa: ARG002 the command hands over its one message itself
        """Listen to nobody until cancelled."""
        await asyncio.Event().wait()

    async def acknowledge(self, incoming: Incoming) -> None:
        """Nothing to do: whoever typed the command sees it run."""

    async def show(self, place: Place, note: Note) -> str | None:  # noqa: ARG002 a file takes no notes
        self._draw(note)
        return None

    async def tell(self, place: Place, note: Note) -> str | None:  # noqa: ARG002 a file takes no notes
        self._draw(note)
        return None

    async def deliver(self, place: Place, delivery: Delivery) -> str | None:
        """Copy the clip to its file, over what is there: a second delivery changes nothing.

        Raises:
            PlaceGone: No file was named.
            OSError: It cannot be written now.
        """
        if not place.address:
            raise PlaceGone("no file was named")
        host, slash, path = place.address.partition("/")
        if host in {"", socket.gethostname()}:
            await self.bring(delivery.note.job, delivery.path, Path(slash + path))
        self._draw(delivery.note)
        return None

    async def bring(self, job: JobId, clip: Path, into: Path) -> None:
        """Copy a job's clip into a file.

        Raises:
            OSError: It cannot be written now.
        """
        await asyncio.to_thread(_copy, clip, into)
        self._brought.add(job)

    def brought(self, job: JobId) -> bool:
        """Whether this process has put the job's clip where it was to go."""
        return job in self._brought

    async def most_bytes(self, place: Place) -> int:  # noqa: ARG002 the same for every file
        return MOST_BYTES

    async def write(self, user: UserId, text: str) -> None:
        """Nobody sits here.

        Raises:
            PlaceGone: Always; the log says the same.
        """
        raise PlaceGone(f"{user} cannot be written to: {len(text)} characters")

    async def follow(self, job: JobId, draw: Draw) -> Note:
        """Draw every note of a job until there is nothing more to wait for, and return the last one.

        That is its end, or an `unsure` that may last for a day.
        """
        self._followers[job] = draw
        return await self._last_of(job)

    def _draw(self, note: Note) -> None:
        if follower := self._followers.get(note.job):
            follower(note)
        last = self._last_of(note.job)
        if (note.state.ended or note.state is State.UNSURE) and not last.done():
            last.set_result(note)

    def _last_of(self, job: JobId) -> asyncio.Future[Note]:
        return self._last.setdefault(job, asyncio.get_running_loop().create_future())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)
