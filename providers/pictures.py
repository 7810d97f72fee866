"""Pictures as providers take them inside a request: data URLs."""

import asyncio
import base64
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from providers.contract import Order, Picture

_SIDES = (1920, 1600, 1280, 1024)
"""Long sides that are tried, in pixels, where a picture has to become smaller: no model makes larger clips of it."""
_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Frames:
    """The pictures of an order as they are sent: each an address or a data URL."""

    first: str | None = None
    last: str | None = None


async def frames_of(order: Order) -> Frames:
    """The pictures themselves: a provider need not be able to reach us."""
    return Frames(
        first=await data_url(order.first_frame) if order.first_frame else None,
        last=await data_url(order.last_frame) if order.last_frame else None,
    )


async def data_url(picture: Picture, *, most_bytes: int | None = None) -> str:
    """The picture itself, base64 in a `data:` URL; read and encoded off the loop.

    Args:
        picture: On our disk.
        most_bytes: What is larger as a file is sent smaller, as a JPEG.
    """
    return await asyncio.to_thread(_encoded, picture, most_bytes)


def _encoded(picture: Picture, most_bytes: int | None) -> str:
    content, media_type = picture.path.read_bytes(), picture.media_type
    if most_bytes is not None and len(content) > most_bytes:
        content, media_type = _smaller(content, most_bytes), "image/jpeg"
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _smaller(content: bytes, most_bytes: int) -> bytes:
    """The largest of the tries that is small enough, else the smallest of them."""
    for attempt in _attempts(content):
        content = attempt
        if len(content) <= most_bytes:
            break
    return content


def _attempts(content: bytes) -> Iterator[bytes]:
    with Image.open(BytesIO(content)) as image:
        image.draft("RGB", (_SIDES[0], _SIDES[0]))  # a large JPEG is decoded small at once
        whole = image.convert("RGB")
    for side in _SIDES:
        whole.thumbnail((side, side), Image.Resampling.LANCZOS)
        written = BytesIO()
        whole.save(written, "JPEG", quality=_QUALITY)
        yield written.getvalue()
