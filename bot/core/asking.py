"""Asking a provider about a job: once, within a time limit, and without ever changing the job by a failure."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.core.breaker import Breaker, barred_by
from bot.core.model import Job
from bot.core.ordering import Addresses, order_of, wire_model
from bot.core.ports import Files
from bot.core.store import Store
from providers.contract import Finds, LostCall, Progress, Provider, Ticket
from providers.errors import Misconfigured, NoSuchTicket, ProviderError, TryLater

ASK_WITHIN = 30.0
"""Seconds that one question may take."""
MISTAKES_MOST = 3
"""Questions in a row that may be refused for the operator's key before the provider is closed for new orders too."""
AROUND = timedelta(minutes=10)
"""Other jobs' calls this close to a lost one may have made the task that is looked for."""

log = structlog.get_logger("reelbot.asking")


@dataclass(frozen=True, slots=True)
class Silence:
    """A question got no answer."""

    disowned: bool = False
    """The provider says that it does not know the task."""
    wait: float = 0.0
    """Seconds for which the provider asked to be left alone."""


def _silence(trouble: ProviderError | OSError) -> Silence:
    wait = trouble.after.total_seconds() if isinstance(trouble, TryLater) and trouble.after else 0.0
    return Silence(disowned=isinstance(trouble, NoSuchTicket), wait=wait)


class NotAsked(Exception):
    """Nobody can say whether the submit arrived."""


class Asker:
    """Asks the providers' questions that cost nothing."""

    def __init__(
        self,
        *,
        providers: Mapping[str, Provider],
        store: Store,
        files: Files,
        addresses: Addresses,
        breaker: Breaker,
    ) -> None:
        self._providers = providers
        self._store = store
        self._files = files
        self._addresses = addresses
        self._breaker = breaker
        self._mistakes: dict[str, int] = {}

    async def ask(self, job: Job) -> Progress | Silence:
        """How the job's task is doing."""
        return Silence() if job.ticket is None else await self.ask_about(job, job.ticket)

    async def ask_about(self, job: Job, ticket: str) -> Progress | Silence:
        """How a task is doing that is, or may be, the job's."""
        provider = self._providers.get(job.provider)
        if provider is None:
            return Silence()
        try:
            async with asyncio.timeout(ASK_WITHIN):
                progress = await provider.poll(Ticket(ticket, wire_model=wire_model(job)))
        except (ProviderError, OSError) as trouble:
            log.warning("no usable answer", provider=job.provider, detail=repr(trouble))
            await self._note(job, trouble)
            return _silence(trouble)
        self._mistakes.pop(job.provider, None)
        return progress

    async def _note(self, job: Job, trouble: ProviderError | OSError) -> None:
        """A key that is refused again and again while asking will not pay for anything new either."""
        if not isinstance(trouble, Misconfigured):
            await self._breaker.noticed(job.provider, str(trouble) or repr(trouble))
            return
        self._mistakes[job.provider] = self._mistakes.get(job.provider, 0) + 1
        if self._mistakes[job.provider] == MISTAKES_MOST:
            await self._breaker.bar(barred_by(job, trouble), trouble)

    async def find(self, job: Job) -> Ticket | None:
        """Whether a submit whose answer was lost has arrived; None means verifiably not.

        Raises:
            NotAsked: The provider cannot be asked, or gave no usable answer.
        """
        provider = self._providers.get(job.provider)
        if not isinstance(provider, Finds):
            raise NotAsked
        lost = await self._lost_call(job)
        try:
            async with asyncio.timeout(ASK_WITHIN):
                return await provider.find(lost)
        except (ProviderError, OSError) as trouble:
            log.warning("could not ask whether a submit arrived", provider=job.provider, detail=repr(trouble))
            raise NotAsked from trouble

    async def _lost_call(self, job: Job) -> LostCall:
        neighbours = await self._store.neighbours(job, AROUND)

        async def rivals_now() -> int:
            return (await self._store.neighbours(job, AROUND)).rivals

        return LostCall(
            order=order_of(job, self._files, self._addresses),
            begun_at=job.submitted_at or job.changed_at,
            others=neighbours.tickets,
            rivals=neighbours.rivals,
            rivals_now=rivals_now,
        )
