"""One listener per chat, however many processes there are: whoever has the chat's seat listens, others stand by."""

import asyncio
import hashlib

import structlog

from bot.bare_errors import bare_errors
from bot.core.ports import Platform, Receive
from storage.seats import Seats

log = structlog.get_logger("reelbot.listening")


def seat_of(chat: str, token: str) -> str:
    """The name of the one seat that there is for a bot's token; the token cannot be read from it."""
    return f"{chat}-{hashlib.sha256(token.encode()).hexdigest()[:16]}"


class Listening:
    """Listens to a chat while its seat is ours.

    Args:
        platform: The chat.
        seats: Where the seat is taken.
        seat: Its name.
    """

    def __init__(self, *, platform: Platform, seats: Seats, seat: str) -> None:
        self._platform = platform
        self._seats = seats
        self._seat = seat
        self.standing_by = True
        """Whether another process listens, or none."""

    async def run(self, receive: Receive) -> None:
        """Listen whenever the seat is ours, until cancelled.

        Raises:
            NotWelcome: The network will not have us, here or anywhere else.
        """
        while True:
            log.info("waiting for the seat", chat=self._platform.name)
            async with self._seats.hold(self._seat) as seat:
                log.info("listening", chat=self._platform.name)
                self.standing_by = False
                try:
                    await self._listen(receive, seat.lost)
                finally:
                    self.standing_by = True
            log.warning("the seat is lost", chat=self._platform.name)

    async def _listen(self, receive: Receive, lost: asyncio.Event) -> None:
        """Listen until the seat is *lost*."""
        with bare_errors():
            async with asyncio.TaskGroup() as group:
                listening = group.create_task(self._platform.run(receive), name=f"chat {self._platform.name}")
                await lost.wait()
                listening.cancel()
