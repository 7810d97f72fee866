"""Many hosts of a new version start at once over the PostgreSQL of an earlier one, some of whose hosts still work."""

import asyncio
import signal
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import pytest

from bot.core.model import State
from storage.database import open_database
from storage.store import SqlStore
from tests.crash.starting import ROOT
from tests.fakes.clock import FakeClock
from tests.fakes.unmeasured import unmeasured
from tests.storage.old_database import job_id, make_old_postgres

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]

OLD = "0003"
"""The next revision changes `limits`, and then `jobs`."""
WELL = (0, "The database is up to date.\n", "")
QUEUED = job_id(State.QUEUED)
NOTE = f"UPDATE jobs SET handle = 'noted late' WHERE id = '{QUEUED}'"
GIVE = """
    UPDATE wallets SET balance = balance + 7 WHERE id = 1;
    INSERT INTO ledger VALUES ('gift:late', 1, 'grant', 7, 0, 1, NULL, 'op', 'given late');
"""
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE NOT granted AND datname = current_database() AND locktype = $1
"""

Rows = Mapping[str, list[dict]]


@pytest.fixture
async def address(bare_postgres_url):
    """Of a database as an earlier version has left it."""
    await asyncio.to_thread(make_old_postgres, bare_postgres_url, OLD)
    return bare_postgres_url


@pytest.fixture
async def old_host(address):
    """A connection of a host of the earlier version, which writes as it always did."""
    connection = await asyncpg.connect(address)
    yield connection
    await connection.close()


@pytest.fixture
async def onlooker(address):
    connection = await asyncpg.connect(address)
    yield connection
    await connection.close()


@pytest.fixture
def start(tmp_path, address):
    """Start a process that brings the database up to date; gone when the block ends."""
    where = {"PYTHONPATH": str(ROOT), "DATA_DIR": str(tmp_path), "DATABASE_URL": address}

    @asynccontextmanager
    async def run():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "db", "upgrade", cwd=tmp_path, env=unmeasured() | where,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    return run


async def ended(process) -> tuple[int, str, str]:
    """Its exit code, what it said, and what it complained of."""
    said, complaint = await asyncio.wait_for(process.communicate(), 90)
    return process.returncode, said.decode(), complaint.decode()


async def all_end_well(processes) -> None:
    async with asyncio.TaskGroup() as group:
        endings = [group.create_task(ended(process)) for process in processes]
    for ending in endings:
        assert ending.result() == WELL


async def rows(connection) -> Rows:
    """Every row of every table, but for the number of the revision."""
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    names = [name for (name,) in tables if name != "alembic_version"]
    return {name: [dict(row) for row in await connection.fetch(f"SELECT * FROM {name}")] for name in names}


def written_late(before: Rows) -> Rows:
    """What the rows are after `NOTE` and `GIVE`, but for the new line in the ledger, without which no books balance."""
    jobs = [row | {"handle": "noted late"} if row["id"] == QUEUED else row for row in before["jobs"]]
    wallets = [row | {"balance": row["balance"] + 7} if row["id"] == 1 else row for row in before["wallets"]]
    return {**before, "jobs": jobs, "wallets": wallets}


async def everything_is_kept(address: str, connection, before: Rows) -> bool:
    """Whether every row is there with what it held, whatever was added to it, and the books balance."""
    after = await rows(connection)
    kept = all(any(row.items() <= now.items() for now in after[name]) for name, each in before.items() for row in each)
    async with open_database(address) as database:
        return kept and await SqlStore(database=database, clock=FakeClock()).verify() == []


async def until_waiting(onlooker, kind: str, count: int) -> None:
    """Look until so many wait for a lock of that kind."""
    async with asyncio.timeout(90):
        while await onlooker.fetchval(WAITING, kind) < count:  # noqa: ASYNC110 the doing of other processes
            await asyncio.sleep(0.02)


async def test_of_many_processes_one_runs_the_revisions_and_every_row_is_kept(address, onlooker, start):
    before = await rows(onlooker)
    async with AsyncExitStack() as stack:
        starting = [await stack.enter_async_context(start()) for _ in range(4)]
        await all_end_well(starting)

    assert await everything_is_kept(address, onlooker, before)


async def test_one_is_killed_in_the_middle_and_what_an_old_host_writes_meanwhile_is_kept(
    address, onlooker, old_host, start
):
    before = await rows(onlooker)
    async with AsyncExitStack() as stack:
        async with old_host.transaction():
            await old_host.execute(NOTE)
            killed = await stack.enter_async_context(start())
            await until_waiting(onlooker, "relation", 1)
            others = [await stack.enter_async_context(start()) for _ in range(2)]
            await until_waiting(onlooker, "advisory", 2)
            killed.send_signal(signal.SIGKILL)
            # The server has not noticed what was in the middle: the next one comes to wait beside it.
            await until_waiting(onlooker, "relation", 2)
            await old_host.execute(GIVE)
        await all_end_well(others)

    assert killed.returncode == -signal.SIGKILL
    assert await everything_is_kept(address, onlooker, written_late(before))


@pytest.mark.parametrize(("theirs", "ours"), [("10ms", "1min"), ("1min", "2s")], ids=["the old host", "the new one"])
async def test_an_old_host_and_the_revisions_wait_for_each_other_until_one_makes_way(
    address, onlooker, old_host, start, theirs, ours
):
    """PostgreSQL ends the transaction whose patience is over first; that of the old host begins once more then."""
    before = await rows(onlooker)
    name = await onlooker.fetchval("SELECT current_database()")
    await onlooker.execute(f"ALTER DATABASE {name} SET deadlock_timeout = '{ours}'")
    await old_host.execute(f"SET deadlock_timeout = '{theirs}'")

    async def write(begun=lambda: asyncio.sleep(0)):
        async with old_host.transaction():
            await old_host.execute(NOTE)
            await begun()
            await old_host.execute(f"SELECT count(*) FROM limits; {GIVE}")

    async with start() as starting:
        try:
            await write(begun=lambda: until_waiting(onlooker, "relation", 1))
        except asyncpg.DeadlockDetectedError:
            assert theirs < ours
            await write()
        await all_end_well([starting])

    assert await everything_is_kept(address, onlooker, written_late(before))
