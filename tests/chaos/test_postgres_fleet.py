"""A PostgreSQL whose disk is full takes nothing, and stands again with all that it had when there is room."""

import asyncio
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from tests.chaos.clock import Course
from tests.chaos.postgres_fleet import PostgresFleet

ADD = "INSERT INTO jobs VALUES (gen_random_uuid(), gen_random_uuid())"
REFUSED = "could not extend file"


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
async def hurt(fleet, way):
    """While the block runs, and for a second and a half at the most."""
    async with asyncio.TaskGroup() as group:
        hurting = group.create_task(fleet.hurt_database(way, 0.2))
        yield
    assert hurting.result()


async def refusal(fleet):
    """What is said, if anything, as soon as no job can be added."""
    async with asyncio.timeout(5):
        while (said := await ask(fleet, ADD)) == []:
            pass
        return said


@pytest.fixture
async def jobs(fleet):
    await ask(fleet, "CREATE TABLE jobs (id text, key text, more text DEFAULT repeat('x', 300))")
    assert await ask(fleet, ADD) == []


@pytest.mark.usefixtures("jobs")
async def test_full_for_everything_it_goes_down(fleet):
    async with hurt(fleet, "database disk full"):
        await refusal(fleet)
    assert await ask(fleet, ADD) == []


@pytest.mark.usefixtures("jobs")
async def test_full_for_long_tables_it_lives_on(fleet):
    async with hurt(fleet, "database tables cannot grow"):
        assert REFUSED in await refusal(fleet)
        assert await ask(fleet, "CREATE TABLE short (x text)") == []
    assert await ask(fleet, ADD) == []
    assert (await ask(fleet, "SELECT count(*) FROM jobs"))[0]["count"] < 1000
