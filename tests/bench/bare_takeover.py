"""The floor of a takeover: rows held by whoever was heard of lately, in the bare driver, with the bot's own intervals.

Run twice: the second one gets what the first one has held, when that is silent for as long as a host may be.
"""

import asyncio
import sys
import uuid

import asyncpg

from bot.cluster import LOOK_EVERY, LOOKS_A_BEAT, SILENT_FOR
from tests.bench.children import say, until_left_alone

TABLES = """
    CREATE TABLE IF NOT EXISTS bare_hosts (name uuid PRIMARY KEY, heard_at timestamptz NOT NULL);
    CREATE TABLE IF NOT EXISTS bare_entries (id integer PRIMARY KEY, holder uuid);
"""
ENTRIES = "INSERT INTO bare_entries (id) SELECT generate_series(1, $1) ON CONFLICT DO NOTHING"
HEARD = "INSERT INTO bare_hosts VALUES ($1, now()) ON CONFLICT (name) DO UPDATE SET heard_at = now()"
TAKE = """
    UPDATE bare_entries SET holder = $1
    WHERE holder IS NULL OR holder IN (SELECT name FROM bare_hosts WHERE heard_at < now() - $2::interval)
    RETURNING id
"""


async def hold(connection: asyncpg.Connection, jobs: int) -> None:
    """Take what nobody holds until it is everything, and say so; go on being heard of."""
    name, held, looks = uuid.uuid4(), 0, 0
    while True:
        if looks % LOOKS_A_BEAT == 0:
            await connection.execute(HEARD, name)
        looks += 1
        taken = len(await connection.fetch(TAKE, name, SILENT_FOR))
        held += taken
        if taken and held == jobs:
            say("all wait")
        elif looks == 1:
            say("serves")
        await asyncio.sleep(LOOK_EVERY.total_seconds())


async def main(address: str, jobs: int) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(TABLES)
    await connection.execute(ENTRIES, jobs)
    async with asyncio.TaskGroup() as group:
        holding = group.create_task(hold(connection, jobs))
        await until_left_alone()
        holding.cancel()
    await connection.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
