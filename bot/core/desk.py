"""The desk where everything that people say arrives: what answering takes, and what the operator decided."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.core.admission import Admission
from bot.core.breaker import Breaker
from bot.core.bulletins import Bulletins
from bot.core.catalog import Catalog
from bot.core.gate import Gate
from bot.core.model import JobId, UserId
from bot.core.ports import Clock, Engine, Files, Media, Platform
from bot.core.store import Messages, Store
from bot.core.using import Using

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def new_job_id() -> JobId:
    """Ten letters and digits: some 10^15 ids, so that nobody guesses another person's."""
    return JobId("".join(secrets.choice(ALPHABET) for _ in range(10)))


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decided about asking."""

    job_deadline: timedelta
    keep_days: int
    services: tuple[str, ...]
    """Names of the providers that really see prompts and photos, for `/privacy`."""
    operators: tuple[UserId, ...] = ()
    """Who runs this bot, and may grant credits and pause providers in the chat."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the intake works with."""

    store: Store
    messages: Messages
    catalog: Catalog
    media: Media
    files: Files
    engine: Engine
    admission: Admission
    breaker: Breaker
    gate: Gate
    bulletins: Bulletins
    platforms: Mapping[str, Platform]
    clock: Clock
    rules: Rules
    using: Using
    new_id: Callable[[], JobId] = new_job_id

    async def prices(self) -> Catalog:
        """What can be made, at the prices of this moment."""
        return self.catalog.repriced(await self.store.list_prices())
