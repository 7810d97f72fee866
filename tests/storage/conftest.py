"""A fresh SQLite database for each test, copied from one that was brought up to date once."""

import asyncio
import shutil

import pytest

from storage.database import open_database
from storage.store import SqlStore
from tests.contracts.store_scene import Scene
from tests.fakes.clock import FakeClock


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    path = tmp_path_factory.mktemp("empty") / "reelbot.db"

    async def make():
        async with open_database(f"sqlite:///{path}"):
            pass

    asyncio.run(make())
    return path


@pytest.fixture
def address(empty_database, tmp_path):
    shutil.copy(empty_database, tmp_path / "reelbot.db")
    return f"sqlite:///{tmp_path}/reelbot.db"


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def database(address):
    async with open_database(address) as database:
        yield database


@pytest.fixture
def store(database, clock):
    return SqlStore(database=database, clock=clock)


@pytest.fixture
def scene(store, clock):
    return Scene(store, clock)
