"""One connection to PostgreSQL as the bot wants it: with time limits at both ends, and errors by what they mean."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from asyncpg import Connection

CONNECT_SECONDS = 5.0
WAIT_SECONDS = 10.0
"""How long to wait for a connection of the pool."""
COMMAND_SECONDS = 30.0
"""How long to wait for an answer; longer than the server's own limits, for a server that does not answer at all."""
SETTINGS: Mapping[str, str] = {
    "statement_timeout": "20s",
    "lock_timeout": "5s",
    # A host that is cut off in the middle of a transaction keeps nobody waiting for its locks.
    "idle_in_transaction_session_timeout": "15s",
    # The server lets go of a host that fell silent after about 20 seconds.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    # A session may sort and count; a compiled plan never pays for questions this short.
    "jit": "off",
}

UNHURRIED = {"statement_timeout": "0", "lock_timeout": "0", "idle_in_transaction_session_timeout": "0"}
"""For what a whole database is gone through for: revisions, and carrying it over."""
UNHURRIED_SECONDS = 3600.0
STATEMENTS_KEPT = 500
"""Statements that a connection has prepared; there are some hundred different ones."""

OUT_OF_REACH = ("08", "53", "57P", "58", "XX000")
"""Beginnings of SQLSTATEs (PostgreSQL's appendix A): no connection, no resources, shut down, a broken disk, and what
the server has no other name for, such as a quota that is used up, or a file that may not grow."""
AT_ONCE_AGAIN = ("40001", "40P01")
"""Serialization failure and deadlock: somebody has to make way, and then the same will do."""
WAITED_TOO_LONG = ("55P03", "57014")
READ_ONLY = "25006"
"""A write on a server that has become a standby; what it was replaced by takes a moment to be found."""


async def connect(
    url: URL, *, name: str, settings: Mapping[str, str] = MappingProxyType({}), command_seconds: float | None = None
) -> "Connection":
    """Connect to the database at *url*, which may say all that libpq understands.

    Args:
        url: `postgresql://…`, whatever driver it names.
        name: Who connects, as the server shows it among its sessions.
        settings: Of the server, over the ones above.
        command_seconds: How long to wait for the answer to a command; `COMMAND_SECONDS` if not said.

    Raises:
        OSError: Nobody answers.
        TimeoutError: Not in time.
        asyncpg.PostgresError: The server refuses.
    """
    import asyncpg  # noqa: PLC0415 - comes with the extra [postgres]

    return await asyncpg.connect(
        libpq(url),
        timeout=CONNECT_SECONDS,
        command_timeout=command_seconds or COMMAND_SECONDS,
        server_settings={"application_name": called(name), **SETTINGS, **settings},
    )


def called(name: str) -> str:
    """What the server shows of a connection of ours with this *name* (`application_name`)."""
    return f"reelbot {name}"


def engine_at(
    url: URL,
    *,
    name: str | Callable[[], str],
    limits: Mapping[str, str] = MappingProxyType({}),
    most: int | None = None,
) -> AsyncEngine:
    """An engine for the database at *url*.

    Args:
        url: As for `connect`.
        name: As for `connect`; each connection has one of its own where they are to be told apart.
        limits: Settings of the server; `UNHURRIED` for as long as it takes.
        most: How many connections it keeps open; None opens one each time.
    """
    pool: dict[str, Any] = {"poolclass": NullPool}
    if most is not None:
        pool = {"pool_size": most, "max_overflow": 0, "pool_timeout": WAIT_SECONDS}
    seconds = UNHURRIED_SECONDS if limits is UNHURRIED else None

    async def opened() -> "Connection":
        who = name if isinstance(name, str) else name()
        return await connect(url, name=who, settings=limits, command_seconds=seconds)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=opened,
        connect_args={"prepared_statement_cache_size": STATEMENTS_KEPT},
        **pool,
    )
    event.listen(engine.sync_engine, "before_cursor_execute", _without_nought, retval=True)
    return engine


def _without_nought(*said: Any) -> tuple[str, Any]:  # noqa: ANN401 - SQLAlchemy's event hands over what the driver takes
    """Leave out U+0000, which people can type in some chats, and no text of PostgreSQL can hold."""
    _connection, _cursor, statement, parameters, _context, many = said
    return statement, [_clean(row) for row in parameters] if many else _clean(parameters)


def _clean(row: Any) -> Any:  # noqa: ANN401 - what the driver takes
    if not any(isinstance(value, str) and "\0" in value for value in row):
        return row
    return tuple(value.replace("\0", "") if isinstance(value, str) else value for value in row)


def libpq(url: URL) -> str:
    """The address as every other PostgreSQL program reads it. It holds the password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def state_of(error: BaseException) -> str:
    """The SQLSTATE that came with an error; empty where none did."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    return getattr(origin, "sqlstate", None) or ""


def out_of_reach(error: BaseException) -> bool:
    """Whether it is the server or the way to it that is in trouble, not what was asked."""
    if isinstance(error, (OSError, TimeoutError, NoFreeConnection)):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = state_of(error)
    return state.startswith(OUT_OF_REACH)


def on_a_standby(error: BaseException) -> bool:
    """Whether it was told to a server that only reads: for a write, a server to leave."""
    return state_of(error) == READ_ONLY


def in_each_others_way(error: BaseException) -> bool:
    """Whether another transaction was in the way."""
    return state_of(error) in AT_ONCE_AGAIN + WAITED_TOO_LONG


def to_be_run_again(error: BaseException) -> bool:
    """Whether the same transaction may do at once."""
    return state_of(error) in AT_ONCE_AGAIN


def in_words(error: BaseException) -> str:
    """What the server or the system says, without the statement and the driver's names."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return str(cause.__cause__ or cause) or type(cause).__name__
