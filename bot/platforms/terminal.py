"""The terminal as a chat of its own: `reelbot make` asks through it and gets its clip as a file."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from bot.core.model import Delivery, Incoming, Note, Place
from bot.core.ports import Receive

NAME = "terminal"
MOST_BYTES = 1 << 40


class Terminal:
    """Implements `Platform` for one person at one terminal.

    Args:
        into: Where the clip goes.
        draw: Is told every note, to draw it.
    """

    def __init__(self, *, into: Path, draw: Callable[[Note], None]) -> None:
        self._into = into
        self._draw = draw
        self._ended: asyncio.Future[Note] = asyncio.get_running_loop().create_future()

    @property
    def name(self) -> str:
        return NAME

    async def run(self, receive: Receive) -> None:  # noqa: ARG002 the command hands over its one message itself
        """Listen to nobody until cancelled."""
        await asyncio.Event().wait()

    async def acknowledge(self, incoming: Incoming) -> None:
        """Nothing to do: whoever typed the command sees it run."""

    async def show(self, place: Place, note: Note) -> str | None:  # noqa: ARG002 there is one place
        self._draw(note)
        return None

    async def tell(self, place: Place, note: Note) -> str | None:  # noqa: ARG002 there is one place
        self._draw(note)
        if note.state.ended:
            self._end(note)
        return None

    async def deliver(self, place: Place, delivery: Delivery) -> str | None:  # noqa: ARG002 there is one place
        await asyncio.to_thread(_copy, delivery.path, self._into)
        self._draw(delivery.note)
        self._end(delivery.note)
        return None

    async def most_bytes(self, place: Place) -> int:  # noqa: ARG002 there is one place
        return MOST_BYTES

    async def ending(self) -> Note:
        """Wait for the note that ends the job."""
        return await self._ended

    def _end(self, note: Note) -> None:
        if not self._ended.done():
            self._ended.set_result(note)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)
