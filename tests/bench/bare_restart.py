"""The floor of a restart: the same rows taken by the bare driver, one sleeping coroutine each."""

import asyncio
import sqlite3
import sys
from collections.abc import Sequence

import asyncpg

from tests.bench.children import say, until_left_alone

SQLITE = "sqlite:///"
TAKE = "UPDATE jobs SET owner = owner + 1 WHERE alive RETURNING *"


def from_sqlite(path: str) -> Sequence[object]:
    connection = sqlite3.connect(path)
    with connection:
        rows = connection.execute(TAKE).fetchall()
    connection.close()
    return rows


async def from_postgres(address: str) -> Sequence[object]:
    connection = await asyncpg.connect(address)
    rows = await connection.fetch(TAKE)
    await connection.close()
    return rows


async def take(address: str) -> Sequence[object]:
    if address.startswith(SQLITE):
        return await asyncio.to_thread(from_sqlite, address.removeprefix(SQLITE))
    return await from_postgres(address)


async def main(address: str) -> None:
    rows = await take(address)
    async with asyncio.TaskGroup() as group:
        sleeping = [group.create_task(asyncio.sleep(3600, row)) for row in rows]
        await asyncio.sleep(0)
        say("all wait")
        await until_left_alone()
        for one in sleeping:
            one.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
