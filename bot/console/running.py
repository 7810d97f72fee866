"""`reelbot run`: everything that is configured, until told to stop; and what can keep a command from its work."""

import sys

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.app import open_house
from bot.console.printing import Refusal, sentence
from bot.logs import set_up_logs
from bot.secret_key import UnusableSecret
from bot.settings import Settings
from bot.settings_values import LogLevel
from bot.stopping import stopped_by_signal
from storage.database import UnknownDatabase
from storage.lock import AlreadyRunning

PARTS = frozenset({"web", "worker"})

log = structlog.get_logger("reelbot.run")


def refusals() -> tuple[type[Exception], ...]:
    """Errors whose text is a sentence for the operator."""
    return (Refusal, AlreadyRunning, UnusableSecret, UnknownDatabase, OSError, SQLAlchemyError)


def quiet_logs(settings: Settings) -> None:
    """Log only what went wrong: the command itself says what it does."""
    set_up_logs(level=LogLevel.ERROR, style=settings.log_format, stream=sys.stderr, secrets=settings.secrets)


async def run_until_stopped(settings: Settings, only: str) -> None:
    """Open everything, say where it is, and close it in order when a signal comes.

    Raises:
        Refusal: *only* names a part that there is not.
    """
    set_up_logs(level=settings.log_level, style=settings.log_format, stream=sys.stderr, secrets=settings.secrets)
    parts = {part.strip() for part in only.split(",") if part.strip()} or PARTS
    if unknown := parts - PARTS:
        raise Refusal(f"--only names {', '.join(sorted(unknown))}. There is: {', '.join(sorted(PARTS))}.")
    if "worker" not in parts:
        raise Refusal("With SQLite one process does everything: --only has to include worker.")
    with stopped_by_signal() as stop:
        async with open_house(settings, serve="web" in parts) as house:
            if house.server is not None:
                sentence(f"Reelbot runs at {house.server.address}. Ctrl-C ends it.")
            log.info("ready", carried=house.carriers.carried)
            await stop.wait()
            log.info("stopping")
