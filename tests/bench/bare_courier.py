"""The floor of deliveries: a bare client that fetches clips to disk and posts them, all at once.

`python -m tests.bench.bare_courier api sink clips`
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from tests.bench.children import say, until_left_alone

PIECE = 2**18
LOOKED_AT = 1.0
"""Seconds in which whoever started us looks at what we use before."""


@asynccontextmanager
async def courier(api: str, sink: str) -> AsyncGenerator[Callable[[int], Awaitable[None]]]:
    """Gives what carries one clip."""
    limitless = aiohttp.TCPConnector(limit=0)
    with TemporaryDirectory() as folder:
        async with aiohttp.ClientSession(connector=limitless) as session:

            async def carry(number: int) -> None:
                clip = Path(folder, f"{number}.mp4")
                async with session.get(f"{api}/clip/{number}") as response:
                    with await asyncio.to_thread(clip.open, "wb") as file:
                        async for piece in response.content.iter_chunked(PIECE):
                            await asyncio.to_thread(file.write, piece)
                with await asyncio.to_thread(clip.open, "rb") as file:
                    async with session.post(sink, data={"video": file}) as answer:
                        await answer.read()

            yield carry


async def main() -> None:
    api, sink, clips = sys.argv[1:]
    async with courier(api, sink) as carry:
        say("stands")
        await asyncio.sleep(LOOKED_AT)
        async with asyncio.TaskGroup() as group:
            for number in range(int(clips)):
                group.create_task(carry(number))
        say("sent")
        await until_left_alone()


if __name__ == "__main__":
    asyncio.run(main())
