"""`reelbot run`: everything that is configured, until told to stop; and what can keep a command from its work."""

import asyncio
import errno
import sys

import structlog
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.app import open_house
from bot.bare_errors import bare_errors
from bot.console.printing import Refusal, sentence
from bot.core.ports import NotWelcome
from bot.core.store import StoreTrouble
from bot.folder import StrangeFolder
from bot.logs import set_up_logs
from bot.parts import Part, UnknownPart, parts_named
from bot.secret_key import UnusableSecret
from bot.settings import Settings
from bot.settings_values import LogLevel
from bot.stopping import stopped_by_signal
from storage.database import UnknownDatabase
from storage.lock import AlreadyRunning

_CANNOT_LISTEN = {
    errno.EADDRINUSE: "is taken by another program: end that one, or set LISTEN",
    errno.EADDRNOTAVAIL: "is no address of this machine: set LISTEN",
}

log = structlog.get_logger("reelbot.run")


def refusals() -> tuple[type[Exception], ...]:
    """Errors that `in_words` makes a sentence for the operator of."""
    return (
        Refusal, AlreadyRunning, StrangeFolder, UnknownPart, UnusableSecret, UnknownDatabase, StoreTrouble, NotWelcome,
        CommandError, OSError, SQLAlchemyError,
    )  # fmt: skip


def in_words(trouble: BaseException) -> str:
    """What went wrong, without the parts that only a programmer reads."""
    match trouble:
        case OSError(filename=str(name), strerror=str(words)):
            return f"{name} cannot be used: {words}."
        case DBAPIError(orig=BaseException() as cause):
            return f"The database cannot be used: {cause}."
        case CommandError():
            return f"The database belongs to another version of Reelbot: {trouble}."
        case _:
            return str(trouble)


def quiet_logs(settings: Settings) -> None:
    """Log only what went wrong: the command itself says what it does."""
    set_up_logs(level=LogLevel.ERROR, style=settings.log_format, stream=sys.stderr, secrets=settings.secrets)


async def run_until_stopped(settings: Settings, only: str) -> None:
    """Open what *only* names, or everything, say where it is, and close it in order when a signal comes.

    Raises:
        UnknownPart: *only* names a part that there is not.
        Refusal: Nobody can listen where we should.
    """
    set_up_logs(level=settings.log_level, style=settings.log_format, stream=sys.stderr, secrets=settings.secrets)
    parts = parts_named(only)
    try:
        await _run(settings, parts)
    except OSError as trouble:
        if trouble.errno not in _CANNOT_LISTEN:
            raise
        raise Refusal(f"{settings.listen} {_CANNOT_LISTEN[trouble.errno]}.") from None


async def _run(settings: Settings, parts: frozenset[Part]) -> None:
    opened = asyncio.Event()
    with stopped_by_signal() as stop, bare_errors():
        async with asyncio.TaskGroup() as group:
            living = group.create_task(_live(settings, parts, opened, stop))
            told = group.create_task(stop.wait())
            await asyncio.wait({living, told}, return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            if not opened.is_set():
                # To open may mean to wait for the database, for as long as it takes.
                living.cancel()


async def _live(settings: Settings, parts: frozenset[Part], opened: asyncio.Event, stop: asyncio.Event) -> None:
    async with open_house(settings, parts=parts) as house:
        opened.set()
        if house.server is not None:
            sentence(f"Reelbot runs at {house.server.address}. Ctrl-C ends it.")
        log.info("ready", parts=",".join(sorted(parts)), carried=house.engine.carried)
        await stop.wait()
        log.info("stopping")
