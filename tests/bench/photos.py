"""What twenty orders with two of the largest photos each do to memory that are sent together to a slow API."""

import asyncio
import os
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from PIL import Image

from bot.core.media import MOST_LONG_SIDE
from bot.media.pictures import QUALITY
from tests.bench.children import python
from tests.bench.figures import Row, at_most, row
from tests.bench.sizes import Sizes
from tests.fakes.serving import serving

NAME = "photos"
PIECE = 2**18
PAUSE = 0.05
"""Seconds between two pieces: an order with 10 MB takes two seconds at least."""


class SlowApi:
    """Takes orders piece by piece, from all who send at the same time, and says that it has them."""

    def __init__(self) -> None:
        self.bytes = 0

    @asynccontextmanager
    async def serve(self):
        async with serving(web.post("/{path:.*}", self._take)) as url:
            yield url

    async def _take(self, request: web.Request) -> web.Response:
        async for piece in request.content.iter_chunked(PIECE):
            self.bytes += len(piece)
            await asyncio.sleep(PAUSE)
        return web.json_response({"task_id": f"task {self.bytes}"})


async def measure(sizes: Sizes) -> list[Row]:
    with TemporaryDirectory() as folder:
        photo = Path(folder, "photo.jpg")
        await asyncio.to_thread(_draw, photo, min(MOST_LONG_SIDE, sizes.photo_side))
        whole, _ = await _grown(photo, sizes, "whole")
        grown, size = await _grown(photo, sizes, "streamed")
    orders = f"{sizes.at_once} orders of {size / sizes.at_once / 1e6:.0f} MB at once (floor: each made whole)"
    return [row(f"{NAME}: {orders}, memory grows by", grown, "MB", at_most(32), floor=whole)]


def _draw(path: Path, side: int) -> None:
    """Noise: the largest file that a photo can become."""
    noise = Image.frombytes("RGB", (side, side), os.urandom(3 * side * side))
    noise.save(path, "JPEG", quality=QUALITY, optimize=True)


async def _grown(photo: Path, sizes: Sizes, how: str) -> tuple[float, int]:
    """By how many MB the sender's memory grows at most, and how many bytes it sent."""
    api = SlowApi()
    async with api.serve() as url, python("-m", "tests.bench.photo_sender", url, photo, sizes.at_once, how) as sender:
        await sender.says("stands")
        return await sender.grows_until("sent"), api.bytes
