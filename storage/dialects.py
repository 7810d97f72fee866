"""The few statements that SQLite and PostgreSQL spell with different classes."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")

LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("what"), 0)))


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


def padded(values: Sequence[T]) -> list[T]:
    """The values for an IN, the last one repeated up to the next power of two.

    A statement of its own for every number of values would have to be learned again and again.
    """
    missing = (1 << (len(values) - 1).bit_length()) - len(values)
    return [*values, *list(values[-1:]) * missing]


def one_at_a_time(connection: Connection, what: str) -> None:
    """Keep every other transaction that says *what* waiting from here to the end of this one.

    For what no row stands for yet: free places, a ticket, a price. SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(LOCK, {"what": what})
