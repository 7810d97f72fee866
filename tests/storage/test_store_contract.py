"""Both databases keep the contract of the store."""

import pytest

from bot.core.ports import Clock
from bot.core.store import Messages, Store
from storage.database import Database
from storage.store import SqlStore
from tests.contracts.store import StoreContract


def as_ports(database: Database, clock: Clock) -> tuple[Store, Messages]:
    """Only mypy calls this: it fails where `SqlStore` is not what the core was promised."""
    store: Store = SqlStore(database=database, clock=clock)
    messages: Messages = SqlStore(database=database, clock=clock)
    return store, messages


class TestSqlite(StoreContract):
    """The suite, on a file with write-ahead log."""


class TestPostgres(StoreContract):
    """The suite, on a real server."""

    @pytest.fixture
    def address(self, postgres_url):
        return postgres_url
