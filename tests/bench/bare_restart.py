"""The floor of a restart: the same rows taken by bare sqlite3, one sleeping coroutine each."""

import asyncio
import sqlite3
import sys

from tests.bench.children import say, until_left_alone


def take(path: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    with connection:
        rows = connection.execute("UPDATE jobs SET owner = owner + 1 WHERE alive = 1 RETURNING *").fetchall()
    connection.close()
    return rows


async def main(path: str) -> None:
    rows = await asyncio.to_thread(take, path)
    async with asyncio.TaskGroup() as group:
        sleeping = [group.create_task(asyncio.sleep(3600, row)) for row in rows]
        await asyncio.sleep(0)
        say("all wait")
        await until_left_alone()
        for one in sleeping:
            one.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
