"""The floor of jobs in flight: the same questions at the same rate, and nothing else: `python -m …bare_asker`."""

import asyncio
import random
import sys

import aiohttp

from tests.bench.children import say, until_left_alone


async def ask(session: aiohttp.ClientSession, url: str, every: float) -> None:
    await asyncio.sleep(random.random() * every)
    while True:
        await ask_once(session, url)
        await asyncio.sleep(every)


async def ask_once(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(url) as response:
        await response.json()


async def main(api: str, ask_every: float, jobs: int) -> None:
    connector, limit = aiohttp.TCPConnector(limit=64), aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(connector=connector, timeout=limit) as session, asyncio.TaskGroup() as group:
        asking = [group.create_task(ask(session, f"{api}/poll/bare{number:06}-1", ask_every)) for number in range(jobs)]
        say("asks")
        await until_left_alone()
        for one in asking:
            one.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
