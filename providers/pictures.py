"""The pictures of an order as providers take them inside a request: as they are, or smaller."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from PIL import Image

from providers.contract import Order, Picture
from providers.errors import NotReady
from providers.inline import Inline

T = TypeVar("T")

_SIDES = (1920, 1600, 1280, 1024)
"""Long sides that are tried, in pixels, where a picture has to become smaller: no model makes larger clips of it."""
_QUALITY = 90
READ_SECONDS = 20.0
"""For pictures of ours. A disk that hangs must not use up the time of the paid call, which could not be told then from
one whose answer was lost."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The pictures of an order as they are sent: each an address or the picture itself."""

    first: str | Inline | None = None
    last: str | Inline | None = None


def frames_of(order: Order) -> Frames:
    """The pictures themselves: a provider need not be able to reach us."""
    return Frames(
        first=inline(order.first_frame) if order.first_frame else None,
        last=inline(order.last_frame) if order.last_frame else None,
    )


def inline(picture: Picture) -> Inline:
    """The picture as it is; nothing of it is read yet."""
    return Inline(picture.path, picture.media_type)


async def inline_within(picture: Picture, most_bytes: int) -> Inline:
    """The picture as it is, or made smaller off the loop, as a JPEG, if its file has more than *most_bytes*.

    Raises:
        NotReady: It cannot be read.
    """
    return await from_disk(lambda: _within(picture, most_bytes))


async def from_disk(read: Callable[[], T]) -> T:
    """Do something with pictures of ours off the loop, before anything is sent.

    Raises:
        NotReady: One cannot be read: nothing can have been made, and a disk may come to its senses.
    """
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await asyncio.to_thread(read)
    except OSError as trouble:
        raise NotReady(f"a picture of ours cannot be read: {trouble.strerror or type(trouble).__name__}") from trouble


def _within(picture: Picture, most_bytes: int) -> Inline:
    if picture.path.stat().st_size <= most_bytes:
        return inline(picture)
    return Inline(_smaller(picture.path, most_bytes), "image/jpeg")


def _smaller(path: Path, most_bytes: int) -> bytes:
    """The largest of the tries that is small enough, else the smallest of them."""
    content = b""
    for attempt in _attempts(path):
        content = attempt
        if len(content) <= most_bytes:
            break
    return content


def _attempts(path: Path) -> Iterator[bytes]:
    with Image.open(path) as image:
        image.draft("RGB", (_SIDES[0], _SIDES[0]))  # a large JPEG is decoded small at once
        whole = image.convert("RGB")
    for side in _SIDES:
        whole.thumbnail((side, side), Image.Resampling.LANCZOS)
        written = BytesIO()
        whole.save(written, "JPEG", quality=_QUALITY)
        yield written.getvalue()
