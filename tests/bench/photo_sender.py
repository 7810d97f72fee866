"""Sends many orders with two photos at once: `python -m tests.bench.photo_sender address photo orders streamed|whole`.

Streamed is as the bot does it; whole is a bare client that makes each order's JSON before it sends it.
"""

import asyncio
import base64
import json
import sys
from collections.abc import Callable, Coroutine
from io import BytesIO
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from providers.account import Account
from providers.contract import Order, Picture
from providers.http import Connections
from providers.minimax import MinimaxProvider
from tests.bench.children import say, until_left_alone

PAY_SECONDS = 300.0
LOOKED_AT = 1.0
"""Seconds in which whoever started us looks at what we use before."""


async def streamed(url: str, photo: Path, orders: int) -> None:
    picture = Picture(photo, "image/jpeg")
    async with Connections(allow_private=True, pay_seconds=PAY_SECONDS) as connections:
        provider = MinimaxProvider(account=Account(SecretStr("a key"), url), connections=connections)

        async def order(*frames: Picture) -> None:
            await provider.submit(Order("reference", "MiniMax-H3", "a cat", 5, "2K", *frames), callback_url=None)

        await _send(order, picture, orders)


async def whole(url: str, photo: Path, orders: int) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def order(*frames: Path) -> None:
            body = BytesIO(await asyncio.to_thread(_made_whole, *frames))
            async with session.post(url, data=body) as response:
                await response.json()

        await _send(order, photo, orders)


def _made_whole(*frames: Path) -> bytes:
    urls = [f"data:image/jpeg;base64,{base64.b64encode(frame.read_bytes()).decode()}" for frame in frames]
    return json.dumps({"prompt": "a cat", "frames": urls}, ensure_ascii=False).encode()


async def _send(order: Callable[..., Coroutine[None, None, None]], frame: object, orders: int) -> None:
    """One order without photos, for what comes with the first, and then all of them together."""
    await order()
    say("stands")
    await asyncio.sleep(LOOKED_AT)
    async with asyncio.TaskGroup() as group:
        for _ in range(orders):
            group.create_task(order(frame, frame))


async def main() -> None:
    url, photo, orders, how = sys.argv[1:]
    await {"streamed": streamed, "whole": whole}[how](url, Path(photo), int(orders))
    say("sent")
    await until_left_alone()


if __name__ == "__main__":
    asyncio.run(main())
