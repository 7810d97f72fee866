"""Carries everything that one database holds over to another, and makes sure of every row."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, create_engine, event, func, insert, literal, select, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool
from sqlalchemy.util import greenlet_spawn

from storage import audit, queueing
from storage.database import is_postgres, open_database, parsed
from storage.instants import to_milliseconds
from storage.lock import only_one
from storage.tables import metadata

AT_ONCE = 1_000
"""Rows in memory at a time."""

COUNTED = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
"""SQLite's manual, "Autoincrement": the highest number that was ever given out."""
COUNT_ON = (
    text("DELETE FROM sqlite_sequence WHERE name = :name"),
    text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :given)"),
)
OTHERS = """
    SELECT application_name FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'reelbot %' AND pid <> pg_backend_pid() LIMIT 1
"""


class NotMoved(Exception):
    """Nothing was carried over, and the sentence says why."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was carried over."""

    rows: dict[str, int]
    """By table."""
    living: int
    """Jobs under way, which the next start carries on."""
    drifts: int
    """Invariants of the books that did not hold before, and so do not hold now."""


async def move(
    source: str,
    target: str,
    *,
    folders: Iterable[Path] = (),
    told: Callable[[str, int], None] = lambda _name, _rows: None,
) -> Moved:
    """Copy all rows of *source* into the empty *target*, both addresses as for `open_database`.

    The source is only read, and nobody else can write to it meanwhile. On the target everything is one transaction,
    committed when every table reads there as it does here and the books balance alike.

    Args:
        source: Where everything is.
        target: Where it belongs; made if it is a file that is not there.
        folders: Data folders that no bot may be running on, beside those of the databases themselves.
        told: Hears of every table that was copied, with the number of its rows.

    Raises:
        NotMoved: A bot runs on one of them, the target is not empty, or it is the source.
        AlreadyRunning: A bot runs on one of the folders.
        UnknownDatabase: As for `open_database`.
        StoreTrouble: As for `open_database`.
    """
    old, new = parsed(source), parsed(target)
    quiet = await asyncio.to_thread(_to_be_quiet, old, new, folders)
    with ExitStack() as stack:
        for folder in quiet:
            stack.enter_context(only_one(folder))
        for url in (old, new):
            if is_postgres(url):
                await _nobody_else(url)
            async with open_database(url.render_as_string(hide_password=False)):
                pass  # It is up to date now.
        return await asyncio.to_thread(asyncio.run, _move(old, new, told))


def _to_be_quiet(old: URL, new: URL, folders: Iterable[Path]) -> set[Path]:
    """Every folder that no bot may be running on, if it makes sense at all to begin."""
    if _one(old) == _one(new):
        raise NotMoved("The source and the target are the same database.")
    if not is_postgres(old) and not Path(old.database or "").is_file():
        raise NotMoved(f"There is no database at {old.database}.")
    homes = [Path(url.database or "").resolve().parent for url in (old, new) if not is_postgres(url)]
    for folder in homes:
        folder.mkdir(parents=True, exist_ok=True)
    return {folder.resolve() for folder in (*homes, *folders)}


def _one(url: URL) -> object:
    """What two addresses of the same database have in common, as far as an address tells."""
    return (url.host, url.port, url.database, url.query) if is_postgres(url) else Path(url.database or "").resolve()


async def _nobody_else(url: URL) -> None:
    from storage.connecting import connect  # noqa: PLC0415 - its library comes with an extra
    from storage.on_postgres import start_explained  # noqa: PLC0415 - as above

    with start_explained(url):
        connection = await connect(url, name="move")
    try:
        other = await connection.fetchval(OTHERS)
    finally:
        await connection.close()
    if other is not None:
        raise NotMoved(f"{other} is connected to {url.render_as_string()}: stop the bot on every host first.")


async def _move(source: URL, target: URL, told: Callable[[str, int], None]) -> Moved:
    async with _end(source) as old, _end(target) as new:
        return await greenlet_spawn(_copy_all, old, new, told)


@asynccontextmanager
async def _end(url: URL) -> AsyncGenerator[Connection]:
    """A connection for one long transaction, in which nobody else writes."""
    if is_postgres(url):
        async with _postgres(url) as connection:
            yield connection
    else:
        with closing(_sqlite(url)) as connection:
            yield connection


def _sqlite(url: URL) -> Connection:
    engine = create_engine(url.set(drivername="sqlite+pysqlite"), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A command beside the bot that would write now waits, and writes nothing that is not carried over.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine.connect()


@asynccontextmanager
async def _postgres(url: URL) -> AsyncGenerator[Connection]:
    from storage.connecting import UNHURRIED, engine_at  # noqa: PLC0415 - its library comes with an extra

    async with engine_at(url, name="move", limits=UNHURRIED).connect() as connection:
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        await connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
        yield await connection.run_sync(lambda sync: sync)


def _copy_all(old: Connection, new: Connection, told: Callable[[str, int], None]) -> Moved:
    for table in metadata.sorted_tables:
        if new.execute(select(literal(1)).select_from(table).limit(1)).first() is not None:
            raise NotMoved(f"The target is not empty: there are rows in its table {table.name}.")
    rows = {}
    for table in metadata.sorted_tables:
        rows[table.name] = _copy(table, old, new)
        told(table.name, rows[table.name])
    drifts = audit.verify(old)
    # Each database finds them in an order of its own.
    if Counter(audit.verify(new)) != Counter(drifts):
        raise NotMoved("The books of the target do not balance as those of the source do; nothing was kept.")
    living = len(new.execute(audit.COUNTS).all())
    while queueing.enqueue_missing(new):
        pass
    if new.dialect.name == "postgresql":
        # The planner knows nothing yet of what came all at once.
        new.execute(text("ANALYZE"))
    new.commit()
    return Moved(rows, living, len(drifts))


def _copy(table: Table, old: Connection, new: Connection) -> int:
    """Copy one table, and read it again. Returns how many rows it has."""
    count, read, written = 0, hashlib.sha256(), hashlib.sha256()
    for some in _rows(table, old):
        new.execute(insert(table), [row._asdict() for row in some])
        read.update(_canonical(some))
        count += len(some)
    for some in _rows(table, new):
        written.update(_canonical(some))
    if read.digest() != written.digest():
        raise NotMoved(f"The rows of {table.name} do not read in the target as in the source; nothing was kept.")
    _count_on(table, old, new)
    return count


def _rows(table: Table, connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    """Every row, in the order of the keys, some at a time."""
    question = select(table).order_by(*table.primary_key.columns)
    return connection.execute(question, execution_options={"yield_per": AT_ONCE}).partitions()


def _canonical(rows: Sequence[Row[Any]]) -> bytes:
    """Rows as bytes that two databases share only if they hold the same."""
    plain = [[value.replace("\0", "") if isinstance(value, str) else value for value in row] for row in rows]
    return json.dumps(plain, default=_instant, sort_keys=True).encode()


def _instant(value: datetime) -> int:
    return to_milliseconds(value)


def _count_on(table: Table, old: Connection, new: Connection) -> None:
    """Let the next number of a table that counts its rows be higher than every one that was ever given out."""
    key = table.autoincrement_column
    if key is None:
        return
    given = max(_given(table, old), new.execute(select(func.coalesce(func.max(key), 0))).scalar_one())
    if given and new.dialect.name == "postgresql":
        new.execute(select(func.setval(func.pg_get_serial_sequence(table.name, key.name), given)))
    elif given and table.dialect_options["sqlite"]["autoincrement"]:
        for statement in COUNT_ON:
            new.execute(statement, {"name": table.name, "given": given})


def _given(table: Table, connection: Connection) -> int:
    """The highest number that *table* has given out, as far as the database remembers."""
    if connection.dialect.name == "sqlite":
        return connection.execute(COUNTED, {"name": table.name}).scalar_one_or_none() or 0
    sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar_one()
    last = text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608 - its own name
    return int(connection.execute(last).scalar_one())
