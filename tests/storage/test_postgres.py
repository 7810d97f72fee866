"""What PostgreSQL adds to the promises of the database: servers that go away, and answers that get lost."""

import asyncio
import sys

import pytest
from alembic.util import CommandError
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.util import await_only

from bot.core.store import StoreTrouble
from storage import connecting, fate, group_commit, postgres_writer
from storage.connecting import SETTINGS
from storage.database import UnknownDatabase, open_database
from storage.fate import Mark, was_committed
from tests.fakes.cutting import Cutter
from tests.fakes.postgres import Postgres

ADD = text("INSERT INTO durations (offer, seconds, at) VALUES ('o', :n, 0)")
NUMBERS = text("SELECT seconds FROM durations ORDER BY id")


def add(n):
    def work(connection):
        connection.execute(ADD, {"n": n})
        return n

    return work


def numbers(connection):
    return [int(n) for n in connection.execute(NUMBERS).scalars()]


def refuse(connection):
    add(-1)(connection)
    raise LookupError("no")


@pytest.fixture
def address(postgres_url):
    return postgres_url


@pytest.fixture
async def cutter(address):
    async with Cutter(address) as cutter:
        yield cutter


@pytest.fixture
async def behind(cutter):
    """A database that is reached through a proxy, which may cut the line."""
    async with open_database(cutter.address) as database:
        yield database


@pytest.fixture
def own_postgres():
    """A server that may be killed, and keeps its word."""
    server = Postgres("synchronous_commit=on")
    server.create()
    yield server
    server.remove()


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(fate, "ASK_AGAIN_SECONDS", 0.05)


async def together(database, works):
    """Every result or error, in order."""

    async def run(work):
        try:
            return await database.tx(work)
        except (LookupError, DBAPIError, StoreTrouble) as error:
            return error

    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(run(work)) for work in works]
    return [one.result() for one in waiting]


# ------------------------------------------------------------------------------------------------ transactions, reads


async def test_many_that_wait_together_share_commits_and_one_that_raises_fails_alone(database):
    def unknown(connection):
        connection.execute(text("SELECT nothing FROM nowhere"))

    def twice(connection):
        for _ in range(2):
            connection.execute(text("INSERT INTO counters VALUES ('c', 1, NULL, false)"))

    works = [*map(add, range(50)), refuse, *map(add, range(50, 60)), unknown, twice, *map(add, range(60, 70))]
    results = await together(database, works)

    assert [type(result) for result in results if not isinstance(result, int)] == [
        LookupError, ProgrammingError, IntegrityError,
    ]  # fmt: skip
    assert sorted(await database.read(numbers)) == list(range(70))


async def test_a_hundred_that_wait_together_share_few_commits(database):
    def mark(connection):
        return connection.execute(text("SELECT pg_current_xact_id()::text")).scalar_one()

    await together(database, [add(0), add(0)])
    marks = await together(database, [mark] * 100)

    assert len(set(marks)) <= 4


async def test_reads_followed_by_writes_lose_no_update_when_they_lock_what_they_read(database):
    def count_up(connection):
        n = connection.execute(text("SELECT used FROM counters WHERE name = 'n' FOR UPDATE")).scalar_one()
        connection.execute(text("UPDATE counters SET used = :n WHERE name = 'n'"), {"n": n + 1})

    await database.tx(lambda c: c.execute(text("INSERT INTO counters VALUES ('n', 0, NULL, false)")) and None)
    await together(database, [count_up] * 200)

    assert await database.read(lambda c: c.execute(text("SELECT used FROM counters")).scalar_one()) == 200


async def test_a_read_sees_one_moment_and_every_transaction_that_ended_before(database):
    await database.tx(add(1))
    begun, gate = asyncio.Event(), asyncio.Event()

    def twice(connection):
        before = numbers(connection)
        begun.set()
        await_only(gate.wait())
        return before, numbers(connection)

    gate.set()
    await database.read(twice)  # from now on it is known to take two statements
    gate.clear()
    begun.clear()
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(database.read(twice))
        await begun.wait()
        await database.tx(add(2))
        assert await database.read(numbers) == [1, 2]
        gate.set()

    assert reading.result() == ([1], [1])


async def test_a_read_of_one_statement_needs_no_transaction_and_sees_all_that_ended_before(database):
    def in_a_transaction(connection):
        numbers(connection)
        return connection.connection.driver_connection.is_in_transaction()

    def looked_twice(connection):
        numbers(connection)
        return in_a_transaction(connection)

    begun = [await database.read(in_a_transaction) for _ in range(2)]
    begun_for_several = [await database.read(looked_twice) for _ in range(2)]

    assert (begun, begun_for_several) == ([False, False], [True, True])
    await database.tx(add(1))
    assert await database.read(numbers) == [1]


async def test_a_read_of_several_statements_is_begun_anew_once_and_sees_one_moment_from_the_first_time(database):
    await database.tx(add(1))
    seen = []

    def twice(connection):
        seen.append(numbers(connection))
        await_only(database.tx(add(len(seen) + 1)))
        return seen[-1], numbers(connection)

    first = await database.read(twice)
    second = await database.read(twice)

    assert first == ([1, 2], [1, 2])
    assert second == ([1, 2, 3], [1, 2, 3])
    assert len(seen) == 3


async def test_a_read_cannot_write(database):
    with pytest.raises(DBAPIError, match="read-only transaction"):
        await database.read(add(1))


async def test_what_was_waiting_when_the_database_closes_is_still_written(address):
    async with asyncio.TaskGroup() as group, open_database(address) as database:
        waiting = [group.create_task(database.tx(add(n))) for n in range(300)]
        await asyncio.sleep(0)

    assert [one.result() for one in waiting] == list(range(300))


async def test_text_is_ordered_by_its_bytes_as_sqlite_does_it(database):
    def ordered(connection):
        for key in ("b", "B", "a:2", "a1", "ä", "Z"):
            connection.execute(text("INSERT INTO counters VALUES (:key, 1, NULL, false)"), {"key": key})
        return connection.execute(text("SELECT name FROM counters ORDER BY name")).scalars().all()

    assert await database.tx(ordered) == sorted(["b", "B", "a:2", "a1", "ä", "Z"])


# ------------------------------------------------------------------------------------------------ trouble


async def test_a_commit_that_never_arrived_is_trouble_and_nothing_was_written(cutter, behind, quick):
    cutter.cut_at(b"COMMIT", after=False)

    with pytest.raises(StoreTrouble, match="has not written"):
        await behind.tx(add(1))

    assert cutter.has_cut.is_set()
    assert await behind.read(numbers) == []
    assert await behind.tx(add(2)) == 2


async def test_a_commit_whose_answer_got_lost_is_found_to_have_happened(cutter, behind, quick):
    cutter.cut_at(b"COMMIT", after=True)

    assert await behind.tx(add(1)) == 1

    assert cutter.has_cut.is_set()
    assert await behind.read(numbers) == [1]


async def test_another_transaction_of_the_same_connection_is_not_taken_for_the_lost_one(address, database):
    await database.tx(add(1))
    marks = await database.read(lambda c: c.execute(text("SELECT writer, mark FROM commits")).all())
    (left,) = [Mark(row.writer, row.mark) for row in marks]

    assert await was_committed(make_url(address), left)
    assert not await was_committed(make_url(address), Mark(left.writer, left.number + 1))
    assert not await was_committed(make_url(address), Mark("nobody", 7))


async def test_who_writes_nothing_leaves_no_mark(database):
    await database.tx(numbers)
    assert await database.read(lambda c: c.execute(text("SELECT count(*) FROM commits")).scalar_one()) == 0


async def test_all_that_shared_a_lost_commit_hear_what_became_of_it(cutter, behind, quick):
    await together(behind, [add(0), add(0)])
    cutter.cut_at(b"COMMIT", after=True)

    results = await together(behind, [add(n) for n in range(1, 100)])

    assert results == list(range(1, 100))
    assert sorted(await behind.read(numbers)) == [0, 0, *range(1, 100)]


async def test_a_transaction_whose_client_fell_silent_at_its_commit_is_ended_and_then_known(
    cutter, behind, quick, monkeypatch
):
    await behind.tx(add(0))
    await behind.read(numbers)
    monkeypatch.setattr(connecting, "COMMAND_SECONDS", 0.6)
    async with open_database(cutter.address) as hasty:
        await hasty.tx(add(1))

        def and_out(connection):
            add(2)(connection)
            cutter.hold_at(b"COMMIT")

        with pytest.raises(StoreTrouble):
            await hasty.tx(and_out)

        assert await hasty.tx(add(3)) == 3
    assert await behind.read(numbers) == [0, 1, 3]


async def test_while_nobody_can_say_what_was_written_others_are_told_to_wait(cutter, behind, quick):
    cutter.cut_at(b"COMMIT", after=True)
    cutter.refuse_from_then_on()
    async with asyncio.TaskGroup() as group:
        unsure = group.create_task(behind.tx(add(1)))
        await cutter.has_cut.wait()
        with pytest.raises(StoreTrouble):
            await behind.tx(add(2))
        assert not unsure.done()
        cutter.let_through()

    assert unsure.result() == 1
    assert await behind.read(numbers) == [1]


async def test_a_database_that_closes_without_the_answer_says_that_nobody_knows(cutter, quick, monkeypatch):
    monkeypatch.setattr(group_commit, "CLOSING_SECONDS", 0.1)
    async with asyncio.TaskGroup() as group, open_database(cutter.address) as database:
        cutter.cut_at(b"COMMIT", after=True)
        cutter.refuse_from_then_on()
        unsure = group.create_task(together(database, [add(1)]))
        await cutter.has_cut.wait()

    assert [str(error) for error in unsure.result()] == ["closed before it was known what was written"]


async def test_connections_that_died_while_they_lay_idle_are_replaced_unnoticed(cutter, behind):
    await together(behind, [add(1), add(2), add(3)])
    await behind.read(numbers)
    cutter.cut()

    assert await behind.read(numbers)
    cutter.cut()
    assert await behind.tx(add(4)) == 4


async def test_a_server_that_is_away_is_trouble_that_passes(cutter, behind):
    await behind.tx(add(1))
    cutter.refuse()
    results = await together(behind, [*map(add, range(20)), refuse])
    with pytest.raises(StoreTrouble):
        await behind.read(numbers)
    cutter.let_through()

    assert {type(result) for result in results} == {StoreTrouble}
    assert await behind.read(numbers) == [1]
    assert await behind.tx(add(2)) == 2


@pytest.mark.parametrize("state", ["53100", "58030", "XX000"], ids=["full", "broken", "quota used up"])
async def test_a_server_that_cannot_write_its_files_is_trouble_that_passes(database, state):
    def unable(connection):
        words = "could not extend file: Disk quota exceeded"
        connection.exec_driver_sql(f"DO $$ BEGIN RAISE '{words}' USING ERRCODE = '{state}'; END $$")

    for ask in (database.tx, database.read):
        with pytest.raises(StoreTrouble, match="Disk quota exceeded"):
            await ask(unable)
    await database.tx(add(1))
    assert await database.read(numbers) == [1]


async def test_a_damaged_row_is_the_trouble_of_whoever_reads_it_alone(database):
    def damaged(connection):
        connection.exec_driver_sql("DO $$ BEGIN RAISE 'invalid page' USING ERRCODE = 'XX001'; END $$")

    results = await together(database, [add(1), damaged, add(2)])
    assert [result for result in results if isinstance(result, int)] == [1, 2]
    assert isinstance(results[1], DBAPIError)
    assert await database.read(numbers) == [1, 2]


async def test_a_server_that_stops_answering_is_trouble_in_time(cutter, monkeypatch):
    monkeypatch.setattr(connecting, "COMMAND_SECONDS", 0.2)
    monkeypatch.setattr(connecting, "CONNECT_SECONDS", 0.2)
    async with open_database(cutter.address) as database:
        await database.tx(add(1))
        await database.read(numbers)
        cutter.swallow()
        async with asyncio.timeout(10):
            with pytest.raises(StoreTrouble):
                await database.tx(add(2))
            with pytest.raises(StoreTrouble):
                await database.read(numbers)
        cutter.let_through()
        assert await database.tx(add(3)) == 3
        assert await database.read(numbers) == [1, 3]


async def test_a_row_that_somebody_holds_for_long_is_trouble_that_passes(address, monkeypatch):
    monkeypatch.setattr(connecting, "SETTINGS", SETTINGS | {"lock_timeout": "400ms"})
    async with open_database(address) as database, open_database(address) as other:
        await database.tx(lambda c: c.execute(text("INSERT INTO counters VALUES ('n', 0, NULL, false)")) and None)
        count = text("UPDATE counters SET used = used + 1")
        held, gate = asyncio.Event(), asyncio.Event()

        def hold(connection):
            connection.execute(count)
            held.set()
            await_only(gate.wait())

        async with asyncio.TaskGroup() as group:
            group.create_task(other.tx(hold))
            await held.wait()
            with pytest.raises(StoreTrouble, match="lock timeout"):
                await database.tx(lambda c: c.execute(count) and None)
            assert await together(database, [add(1), add(2)]) == [1, 2]
            gate.set()
        await database.tx(lambda c: c.execute(count) and None)
        assert await database.read(lambda c: c.execute(text("SELECT used FROM counters")).scalar_one()) == 2


async def test_two_that_would_wait_for_each_other_for_ever_both_get_through(address):
    def count(*names):
        def work(connection):
            for name in names:
                connection.execute(text("UPDATE counters SET used = used + 1 WHERE name = :name"), {"name": name})
                # Time enough for the other one to lock what comes next here.
                await_only(asyncio.sleep(0.02))

        return work

    async with open_database(address) as one, open_database(address) as two:
        for name in "ab":
            await one.tx(lambda c, name=name: c.execute(text("INSERT INTO counters VALUES (:n, 0, NULL, false)"),
                                                        {"n": name}) and None)  # fmt: skip
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(one.tx(count("a", "b")))
                group.create_task(two.tx(count("b", "a")))
        used = await one.read(lambda c: c.execute(text("SELECT used FROM counters")).scalars().all())
    assert used == [8, 8]


async def test_whoever_has_to_make_way_is_run_again_a_few_times(database, monkeypatch):
    monkeypatch.setattr(postgres_writer, "STEP_ASIDE_SECONDS", 0.001)

    def made_way(times):
        left = [times]

        def work(connection):
            add(times)(connection)
            if left[0]:
                left[0] -= 1
                connection.exec_driver_sql("DO $$ BEGIN RAISE 'make way' USING ERRCODE = '40P01'; END $$")
            return times

        return work

    results = await together(database, [made_way(3), add(0), made_way(0)])
    with pytest.raises(StoreTrouble, match="make way"):
        await database.tx(made_way(1000))

    assert results == [3, 0, 0]
    assert sorted(await database.read(numbers)) == [0, 0, 3]


async def test_a_server_that_crashes_under_load_loses_nothing_that_it_said_it_had(own_postgres):
    server = own_postgres
    done, wanted = [], 400

    async def write(database, n):
        while True:
            try:
                done.append(await database.tx(add(n)))
            except StoreTrouble:
                await asyncio.sleep(0.05)
            else:
                return

    async with open_database(server.address(server.fresh())) as database, asyncio.timeout(60):
        async with asyncio.TaskGroup() as group:
            for n in range(wanted):
                group.create_task(write(database, n))
                if n in {100, 250}:
                    await asyncio.to_thread(server.stop)
                    await asyncio.to_thread(server.start)
                await asyncio.sleep(0.001)
        found = await database.read(numbers)

    assert sorted(found) == list(range(wanted))


# ------------------------------------------------------------------------------------------------ opening


async def test_many_that_start_at_once_bring_an_empty_database_up_to_date_once(bare_postgres_url):
    async def start(n):
        async with open_database(bare_postgres_url) as database:
            await database.tx(add(n))

    async with asyncio.TaskGroup() as group:
        for n in range(6):
            group.create_task(start(n))

    async with open_database(bare_postgres_url) as database:
        assert sorted(await database.read(numbers)) == list(range(6))


async def test_a_database_of_a_newer_version_is_refused(prepared, postgres):
    name = await asyncio.to_thread(postgres.fresh, prepared)
    await asyncio.to_thread(postgres.run, "UPDATE alembic_version SET version_num = '9999'", name)
    with pytest.raises(CommandError, match="9999"):
        async with open_database(postgres.address(name)):
            pass


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://postgres@/nowhere?host={folder}", 'database "nowhere" does not exist'),
        ("postgresql://nobody-we-know:secret@/x?host={folder}", 'role "nobody-we-know" does not exist'),
        ("postgresql://postgres:secret@127.0.0.1/x?sslmode=magic", "sslmode"),
        ("postgres:nonsense", "want sqlite:///"),
        ("mysql://bot:secret@host/name", "mysql://bot:\\*\\*\\*@host/name: want sqlite:///"),
    ],
)
async def test_a_wrong_address_is_told_in_one_sentence(address, sentence, postgres):
    with pytest.raises(UnknownDatabase, match=sentence) as refusal:
        async with open_database(address.format(folder=postgres.folder)):
            pass
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("template", ["template1", "ours"])
async def test_a_server_that_only_reads_is_told_in_one_sentence_at_the_start(template, prepared, postgres):
    name = await asyncio.to_thread(postgres.fresh, prepared if template == "ours" else template)
    await asyncio.to_thread(postgres.run, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(StoreTrouble, match=r"^postgresql://\S+ only reads: give the address"):
        async with open_database(postgres.address(name)):
            pass


async def test_whoever_may_make_no_tables_is_told_so_in_one_sentence(postgres):
    name = await asyncio.to_thread(postgres.fresh)
    await asyncio.to_thread(postgres.run, "CREATE ROLE guest LOGIN", name)
    address = postgres.address(name).replace("postgres@", "guest@")
    with pytest.raises(UnknownDatabase, match=r"^postgresql://\S+ cannot be used: permission denied"):
        async with open_database(address):
            pass
    await asyncio.to_thread(postgres.run, "DROP ROLE guest", name)


async def test_a_server_that_nobody_reaches_at_the_start_is_trouble_with_its_address(cutter):
    cutter.refuse()
    with pytest.raises(StoreTrouble, match=r"postgresql://postgres@127\.0\.0\.1:\d+/.* cannot be used: ."):
        async with open_database(cutter.address):
            pass


async def test_without_the_extra_it_is_said_what_to_install(address, monkeypatch):
    from storage import queueing  # noqa: PLC0415

    queueing._enqueueing.cache_clear()
    monkeypatch.setitem(sys.modules, "pgqueuer.adapters.persistence.qb", None)
    with pytest.raises(UnknownDatabase, match=r'pip install "reelbot\[postgres\]"'):
        async with open_database(address):
            pass


async def test_every_session_has_limits_of_time(database):
    def limits(connection):
        return {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in SETTINGS}

    assert (await database.read(limits))["statement_timeout"] == "20s"
    assert (await database.tx(limits))["idle_in_transaction_session_timeout"] == "15s"
