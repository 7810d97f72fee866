"""A video API in a process of its own, whose clips never get ready: `python -m tests.bench.api_process`."""

import asyncio

from tests.bench.children import say, until_left_alone
from tests.fakes.loopback import VideoApi


async def main() -> None:
    api = VideoApi(b"")
    api.ready = False
    async with api.serve() as url:
        say(f"serves {url}")
        await until_left_alone()


if __name__ == "__main__":
    asyncio.run(main())
