"""Transactions that wait together share a commit, and each still answers for itself."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from bot.core.store import StoreTrouble
from storage.database import UnknownDatabase, open_database
from storage.group_commit import Closed, run_together


def add(n):
    def work(connection):
        connection.execute(text("INSERT INTO durations (offer, seconds, at) VALUES ('o', :n, 0)"), {"n": n})
        return n

    return work


def refuse(connection):
    add(-1)(connection)
    raise LookupError("no")


def numbers(connection):
    return [int(n) for n in connection.execute(text("SELECT seconds FROM durations ORDER BY id")).scalars()]


async def test_a_hundred_that_wait_together_share_few_commits(database, monkeypatch):
    commits = []
    event.listen(engine_of(database), "commit", lambda _: commits.append(1))
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(database.tx(add(n))) for n in range(100)]

    assert [one.result() for one in waiting] == list(range(100))
    assert len(commits) <= 2
    assert await database.read(numbers) == list(range(100))


async def test_one_that_raises_among_a_hundred_fails_alone(database):
    works = [*map(add, range(50)), refuse, *map(add, range(50, 99))]
    results = await together(database, works)

    assert isinstance(results[50], LookupError)
    assert [result for result in results if isinstance(result, int)] == list(range(99))
    assert await database.read(numbers) == list(range(99))


async def test_a_statement_the_database_does_not_know_fails_alone_too(database):
    def unknown(connection):
        connection.execute(text("SELECT nothing FROM nowhere"))

    results = await together(database, [add(1), unknown, add(2), refuse])

    assert [type(result) for result in results] == [int, OperationalError, int, LookupError]
    assert await database.read(numbers) == [1, 2]


async def test_a_caller_that_gives_up_while_waiting_is_not_written_and_harms_nobody(database):
    gate = threading.Event()

    async with asyncio.TaskGroup() as group:
        first = group.create_task(database.tx(lambda _: gate.wait(10)))
        await asyncio.sleep(0.01)
        impatient = group.create_task(database.tx(add(1)))
        patient = group.create_task(database.tx(add(2)))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.sleep(0)
        gate.set()

    assert first.result()
    assert impatient.cancelled()
    assert patient.result() == 2
    assert await database.read(numbers) == [2]


async def test_a_caller_that_gives_up_while_being_written_leaves_the_batch_whole(database):
    begun, gate = threading.Event(), threading.Event()

    def slow(connection):
        begun.set()
        gate.wait(10)
        return add(1)(connection)

    async with asyncio.TaskGroup() as group:
        impatient = group.create_task(database.tx(slow))
        await asyncio.to_thread(begun.wait, 10)
        impatient.cancel()
        patient = group.create_task(database.tx(add(2)))
        gate.set()

    assert patient.result() == 2
    assert await database.read(numbers) == [1, 2]


async def test_reads_followed_by_writes_lose_no_update(database):
    def count_up(connection):
        n = connection.execute(text("SELECT used FROM counters WHERE name = 'n'")).scalar_one_or_none()
        connection.execute(text("INSERT OR REPLACE INTO counters VALUES ('n', :n, NULL, 0)"), {"n": (n or 0) + 1})

    async with asyncio.TaskGroup() as group:
        for _ in range(200):
            group.create_task(database.tx(count_up))

    assert await database.read(lambda c: c.execute(text("SELECT used FROM counters")).scalar_one()) == 200


async def test_a_read_cannot_write(database):
    with pytest.raises(OperationalError, match="readonly"):
        await database.read(add(1))


async def test_a_read_sees_every_transaction_that_ended_before(database):
    for n in range(20):
        await database.tx(add(n))
        assert (await database.read(numbers))[-1] == n


async def test_what_was_waiting_when_the_database_closes_is_still_written(address):
    async with asyncio.TaskGroup() as group, open_database(address) as database:
        waiting = [group.create_task(database.tx(add(n))) for n in range(300)]
        await asyncio.sleep(0)

    assert [one.result() for one in waiting] == list(range(300))
    async with open_database(address) as again:
        assert await again.read(numbers) == list(range(300))


async def test_what_was_waiting_is_written_even_if_the_house_falls(address):
    waiting = []

    async def fall():
        async with open_database(address) as database:
            waiting.append(asyncio.ensure_future(database.tx(add(7))))  # noqa: TID251 - awaited below
            await asyncio.sleep(0)
            raise LookupError

    with pytest.raises(LookupError):
        await fall()

    assert await waiting[0] == 7


async def test_a_closed_database_says_so(address):
    async with open_database(address) as database:
        pass

    with pytest.raises(Closed):
        await database.tx(add(1))


@pytest.mark.parametrize("address", ["sqlite://", "mysql://host/name"])
async def test_a_database_we_cannot_use_is_refused_at_once(address):
    with pytest.raises(UnknownDatabase):
        async with open_database(address):
            pass


async def test_the_journal_is_a_write_ahead_log_and_every_commit_reaches_the_disk(database):
    def pragmas(connection):
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert await database.tx(pragmas) == ["wal", 2, 1]


def test_a_database_that_cannot_even_begin_gives_everybody_the_error(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/nowhere/x.db")

    outcomes = run_together(engine, [add(1), add(2)])

    assert [type(outcome.error) for outcome in outcomes] == [OperationalError, OperationalError]
    engine.dispose()


async def together(database, works):
    async def run(work):
        try:
            return await database.tx(work)
        except (LookupError, OperationalError) as error:
            return error

    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(run(work)) for work in works]
    return [one.result() for one in waiting]


def engine_of(database):
    return database._writer._together.__closure__[0].cell_contents


async def test_a_database_held_by_another_program_is_trouble_that_passes(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.on_sqlite.BUSY_MILLISECONDS", 20)
    async with open_database(f"sqlite:///{tmp_path}/reelbot.db") as database:
        other = await asyncio.to_thread(sqlite3.connect, tmp_path / "reelbot.db", check_same_thread=False)
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        with pytest.raises(StoreTrouble, match="locked"):
            await database.tx(add(1))
        await asyncio.to_thread(other.close)

        assert await database.tx(add(2)) == 2


async def test_a_database_that_may_not_grow_is_trouble_that_passes_and_what_is_there_stays(database):
    """SQLite says of its own limit what it says of a full disk: SQLITE_FULL."""

    def limit(pages):
        return lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar_one()

    def much(connection):
        for n in range(2_000):
            add(n)(connection)

    await database.tx(add(7))
    await database.tx(limit(1))
    with pytest.raises(StoreTrouble, match="full"):
        await database.tx(much)
    assert await database.read(numbers) == [7]
    await database.tx(limit(1_000_000))
    await database.tx(much)
    assert len(await database.read(numbers)) == 2_001
