"""A PostgreSQL whose disk is full takes nothing, and stands again with all that it had when there is room."""

import asyncio
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from tests.chaos.clock import Course
from tests.chaos.postgres_fleet import SEGMENT_BYTES, PostgresFleet

SHORT, LONG = "INSERT INTO short VALUES ('x')", "INSERT INTO long SELECT repeat('x', 200) FROM generate_series(1, 50)"


@pytest.fixture
async def fleet(tmp_path, postgres):
    made = PostgresFleet(tmp_path, {}, Course(1.0))
    async with made.prepared():
        yield made


async def ask(fleet, statement):
    """What it answers; None if it is not there, the error's words if it cannot do it."""
    try:
        connection = await asyncpg.connect(fleet.database_url)
    except (OSError, asyncpg.PostgresError):
        return None
    try:
        return await connection.fetch(statement)
    except asyncpg.PostgresError as error:
        return str(error)
    finally:
        with suppress(asyncpg.InterfaceError, OSError):
            connection.terminate()


@asynccontextmanager
async def full(fleet):
    """While the block runs, and for a second and a half at the most."""
    async with asyncio.TaskGroup() as group:
        filling = group.create_task(fleet.hurt_database("database disk full", 0.2))
        yield
    assert filling.result()


async def refusal(fleet, statement):
    """What is said, if anything, as soon as it cannot be done."""
    async with asyncio.timeout(5):
        while (said := await ask(fleet, statement)) == []:
            pass
        return said


async def test_full_for_everything_it_goes_down_and_full_for_long_tables_it_lives_on(fleet):
    await ask(fleet, "CREATE TABLE short (x text)")
    await ask(
        fleet, f"CREATE TABLE long AS SELECT repeat('x', 200) AS x FROM generate_series(1, {SEGMENT_BYTES // 200})"
    )

    async with full(fleet):
        await refusal(fleet, SHORT)
    assert await ask(fleet, SHORT) == []

    async with full(fleet):
        assert "could not extend file" in await refusal(fleet, LONG)
        assert await ask(fleet, SHORT) == []
    assert await ask(fleet, LONG) == []
