"""A store over a real PostgreSQL, and people with credits in it."""

import pytest

from bot.clock import SystemClock
from storage.database import open_database
from storage.store import SqlStore
from tests.contracts.store_scene import Scene


@pytest.fixture
async def store(postgres_url):
    async with open_database(postgres_url) as database:
        yield SqlStore(database=database, clock=SystemClock())


@pytest.fixture
async def scene(store):
    scene = Scene(store, SystemClock())
    await scene.rich()
    return scene
