"""The few statements that SQLite and PostgreSQL spell with different classes."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Executable, func, select
from sqlalchemy.dialects import postgresql, sqlite

ADMISSION_LOCK = 7_302_001
"""Any number that nothing else in the database locks."""


class Upsert:
    """An INSERT with ON CONFLICT, built once per dialect so that its compiled form is found again.

    Args:
        build: Builds it from the dialect's own `insert`; both offer the same methods under the same names.
    """

    def __init__(self, build: Callable[[Any], Executable]) -> None:
        self._built = {"sqlite": build(sqlite.insert), "postgresql": build(postgresql.insert)}

    def on(self, connection: Connection) -> Executable:
        """The statement as this connection's database understands it."""
        return self._built[connection.dialect.name]


def one_admission_at_a_time(connection: Connection) -> None:
    """Keep a second host from counting the same free places; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(ADMISSION_LOCK)))
