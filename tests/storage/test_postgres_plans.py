"""PostgreSQL, too, looks only at the few rows that an everyday question is about, however many jobs have ended."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import SelectBase, text

from storage import admission, queueing
from storage.database import open_database
from storage.store import SqlStore
from tests.contracts.store_scene import Scene
from tests.fakes.clock import FakeClock
from tests.storage.everyday import ASKED, EVERYDAY, MOMENT
from tests.storage.filled import statements

JOBS, LIVING = 20_000, 200

LOOKED_AT = text("""
    SELECT relname, seq_scan, seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows FROM pg_stat_xact_user_tables
    WHERE relname IN ('jobs', 'attempts', 'events', 'ledger', 'wallets', 'letters', 'memories', 'messages', 'blocks',
                      'rejections', 'reports', 'durations', 'list_prices', 'users')
""")
FITTING = {
    "job": "job77", "draft_key": "message77", "user": "web:u7", "whose": "web:u7", "of": "discord:7", "at": "p1",
    "named": "task77", "in_state": "unsure", "providers": ["p0", "p1"], "since": MOMENT - timedelta(minutes=1),
    "before": MOMENT - timedelta(days=7), "given_before": MOMENT - timedelta(days=1),
}  # fmt: skip


@pytest.fixture(scope="module")
def address(postgres, prepared):
    name = postgres.fresh(prepared)

    async def fill():
        connection = await asyncpg.connect(postgres.address(name))
        for statement in statements(jobs=JOBS, now=int(MOMENT.timestamp() * 1000), living=LIVING):
            await connection.execute(statement)
        await connection.execute("VACUUM ANALYZE")
        await connection.close()

    asyncio.run(fill())
    yield postgres.address(name)
    postgres.drop(name)


@pytest.fixture(params=["auto", "force_generic_plan"])
def mode(request):
    return request.param


async def looked_at(database, mode, work):
    """How many rows of each table were looked at, and which tables were read from end to end."""

    def look(connection):
        connection.execute(text(f"SET LOCAL plan_cache_mode = {mode}"))
        before = {row.relname: row for row in connection.execute(LOOKED_AT)}
        work(connection)
        after = connection.execute(LOOKED_AT).all()
        connection.execute(text("RESET plan_cache_mode"))
        rows = {row.relname: row.rows - (before[row.relname].rows or 0) for row in after}
        whole = [row.relname for row in after if row.seq_scan > before[row.relname].seq_scan]
        raise Seen(rows, whole)

    with pytest.raises(Seen) as seen:
        await database.tx(look)
    return seen.value.args


class Seen(Exception):
    """Takes the transaction back, so that every question finds the same."""


@pytest.mark.parametrize("question", EVERYDAY)
async def test_an_everyday_question_reads_no_whole_table(database, mode, question):
    statement = EVERYDAY[question]
    asked = ASKED | FITTING
    if not isinstance(statement, SelectBase):
        asked = {name: value for name, value in asked.items() if f":{name}" in str(statement)}

    _, whole = await looked_at(database, mode, lambda c: c.execute(statement, asked))

    assert whole == []


@pytest.mark.parametrize("question", [admission.POSITIONS, admission.NEXT])
async def test_the_queue_is_made_from_the_waiting_and_the_running_alone(database, mode, question):
    rows, whole = await looked_at(database, mode, lambda c: c.execute(question, ASKED | FITTING | {"most": 10}).all())

    assert whole == []
    assert rows["jobs"] <= 5 * LIVING


async def test_living_jobs_without_an_entry_are_found_among_the_living(database, mode):
    rows, whole = await looked_at(database, mode, queueing.enqueue_missing)

    assert whole == []
    assert rows["jobs"] <= 2 * LIVING


async def test_the_whole_life_of_a_job_reads_no_whole_table(address):
    clock = FakeClock()
    async with open_database(address) as database:
        before = await whole_reads(database)
        scene = Scene(SqlStore(database=database, clock=clock), clock)
        await scene.rich()
        await scene.store.redeliver((await scene.delivered()).id)
        await scene.store.ask_cancel((await scene.queued()).id)
        after = await whole_reads(database)

    assert after == before


async def whole_reads(database):
    def count(connection):
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        found = connection.execute(text("SELECT relname, seq_scan FROM pg_stat_user_tables ORDER BY relname")).all()
        return {row.relname: row.seq_scan for row in found if row.relname in {"jobs", "ledger", "attempts", "events"}}

    await database.tx(count)
    return await database.tx(count)
