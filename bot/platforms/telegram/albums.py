"""Albums: each picture comes by itself, without a count or an end, so that only a pause tells that all are there."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.core.ports import Clock
from bot.core.texts import Say
from bot.platforms.telegram.hearing import Said
from bot.platforms.telegram.places import NAME

IDLE_SECONDS = 1.5
MOST_SECONDS = 10.0
PICTURES_MOST = 2
"""First frame and last frame; more need not be fetched to be refused."""
CLOSED_REMEMBERED = 1_000


@dataclass(slots=True)
class _Album:
    """Pieces so far, by the letters they came in."""

    pieces: dict[str, Said] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Whole:
    """An album as one wish, and the letters that it came in."""

    said: Said | None
    """None if none of its pieces was meant for us."""
    letters: tuple[str, ...]


class Albums:
    """Puts albums together.

    Args:
        clock: Tells the pauses.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, _Album] = {}
        self._closed: OrderedDict[str, None] = OrderedDict()

    async def whole(self, piece: Said, letter: str) -> Whole | None:
        """The whole album, for whoever brings its first piece; None for the others, who have nothing more to do."""
        name = f"{NAME}:{piece.address.chat}:album{piece.album}"
        if name in self._open:
            self._open[name].pieces[letter] = piece
            self._open[name].news.set()
            return None
        if name in self._closed:
            # Too late: the wish has been answered without this piece.
            return Whole(None, (letter,))
        album = self._open[name] = _Album({letter: piece})
        try:
            await self._wait(album)
        finally:
            del self._open[name]
        self._close(name)
        return Whole(_joined(name, list(album.pieces.values())), tuple(album.pieces))

    async def _wait(self, album: _Album) -> None:
        """Wait until nothing has come for a while; the time runs from arrival, whatever a download takes later."""
        end = self._clock.now() + timedelta(seconds=MOST_SECONDS)
        while (left := (end - self._clock.now()).total_seconds()) > 0:
            album.news.clear()
            if not await self._clock.wait(album.news, min(IDLE_SECONDS, left)):
                return

    def _close(self, name: str) -> None:
        self._closed[name] = None
        if len(self._closed) > CLOSED_REMEMBERED:
            self._closed.popitem(last=False)


def _joined(name: str, pieces: list[Said]) -> Said | None:
    """All pictures in the order they were sent, with the words of the one that has some."""
    pieces.sort(key=lambda piece: piece.message)
    addressed = [piece for piece in pieces if piece.text is not None]
    if not addressed:
        return None
    spoken = next((piece for piece in addressed if piece.text), addressed[0])
    unusable: Say | None = next((piece.unusable for piece in pieces if piece.unusable), None)
    photos = tuple(photo for piece in pieces for photo in piece.photos)
    if unusable is None and len(photos) > PICTURES_MOST:
        unusable = Say.TOO_MANY_PICTURES
    return replace(spoken, key=name, photos=photos, unusable=unusable)
