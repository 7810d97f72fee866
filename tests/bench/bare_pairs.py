"""The floor of hold and settle: the very same statements in a plain loop of the driver, two commits a pair."""

import asyncio
import sqlite3
import time
from contextlib import closing
from typing import Any

import asyncpg

Transactions = list[list[tuple[str, Any]]]
"""Of one pair: statements with their parameters, as the driver got them, transaction by transaction."""


async def bare_pairs(address: str, recorded: Transactions, pairs: int) -> float:
    """Pairs per second; each for a job of its own."""
    said = [value for transaction in recorded for _, parameters in transaction for value in parameters or ()]
    job = next(value for value in said if isinstance(value, str) and value.startswith("pair"))
    names = [(job, f"bare{number:06}") for number in range(pairs)]
    begun = time.perf_counter()
    if address.startswith("sqlite"):
        await asyncio.to_thread(_on_sqlite, address.removeprefix("sqlite:///"), recorded, names)
    else:
        await _on_postgres(address, recorded, names)
    return pairs / (time.perf_counter() - begun)


def _on_sqlite(path: str, recorded: Transactions, names: list[tuple[str, str]]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        for name in names:
            for transaction in recorded:
                connection.execute("BEGIN IMMEDIATE")
                for statement, parameters in transaction:
                    connection.execute(statement, _renamed(list(parameters), *name)).fetchall()
                connection.execute("COMMIT")


async def _on_postgres(address: str, recorded: Transactions, names: list[tuple[str, str]]) -> None:
    connection = await asyncpg.connect(address)
    for name in names:
        for transaction in recorded:
            async with connection.transaction():
                for statement, parameters in transaction:
                    await connection.fetch(statement, *_renamed(list(parameters or ()), *name))
    await connection.close()


def _renamed(value: Any, old: str, new: str) -> Any:
    """The value with another job's name, however deep it stands in it."""
    match value:
        case str():
            return value.replace(old, new)
        case bytes():
            return value.replace(old.encode(), new.encode())
        case list():
            return [_renamed(one, old, new) for one in value]
        case _:
            return value
