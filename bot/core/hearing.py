"""What a provider's callback is good for: it wakes the job's carrier, and names a task whose answer was lost."""

import asyncio

import structlog

from bot.core.asking import Asker, Silence
from bot.core.model import Job, JobId, State
from bot.core.ports import Engine
from bot.core.store import Store
from providers.contract import Ticket

ASK_WITHIN = 5.0
"""Seconds that the provider may take to confirm the task: whoever called back waits meanwhile."""

log = structlog.get_logger("reelbot.hearing")


class Ears:
    """Hears what callbacks say; our own signature has vouched for the job, nobody for the ticket."""

    def __init__(self, *, store: Store, asker: Asker, engine: Engine) -> None:
        self._store = store
        self._asker = asker
        self._engine = engine

    async def hear(self, provider: str, id: JobId, ticket: Ticket | None) -> bool:
        """Take a hint: it can make the next question sooner, and give a ticket to a job that has none.

        Returns:
            Whether it is wanted again: it may become true, for some providers show a new task only after a while.
        """
        job = await self._store.job(id)
        if job is None or job.state.ended or job.provider != provider:
            # Over, or on its way at another provider by now.
            return False
        denied = False
        if ticket is not None and job.state in {State.SUBMITTING, State.UNSURE}:
            denied = not await self._adopted(job, ticket.id)
        if not self._engine.ensure(id):
            await self._store.nudge(id)
        return denied

    async def _adopted(self, job: Job, ticket: str) -> bool:
        """While the paid call is under way its own answer says more; afterwards the provider is asked first."""
        if job.state is State.UNSURE and await self._denied(job, ticket):
            log.warning("a callback named a task that its provider does not know", job=job.id, provider=job.provider)
            return False
        await self._store.adopt(job.id, ticket)
        return True

    async def _denied(self, job: Job, ticket: str) -> bool:
        try:
            async with asyncio.timeout(ASK_WITHIN):
                answer = await self._asker.ask_about(job, ticket)
                return isinstance(answer, Silence) and answer.disowned
        except TimeoutError:
            return False
