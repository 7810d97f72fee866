"""Asking a provider how a task is doing: once, within a time limit, and without ever changing the job by a failure."""

import asyncio

import structlog

from bot.core.model import Job
from providers.contract import Finds, Progress, Provider, Ticket
from providers.errors import ProviderError

ASK_WITHIN = 30.0
"""Seconds that one question may take."""

log = structlog.get_logger("reelbot.asking")


async def ask(job: Job, provider: Provider | None) -> Progress | None:
    """Ask the provider once; None if it gave no usable answer."""
    if provider is None or job.ticket is None:
        return None
    try:
        async with asyncio.timeout(ASK_WITHIN):
            return await provider.poll(Ticket(job.ticket))
    except (ProviderError, OSError) as trouble:
        log.warning("no usable answer", provider=job.provider, detail=repr(trouble))
        return None


class NotAsked(Exception):
    """Nobody can say whether the submit arrived."""


async def find(job: Job, provider: Provider | None) -> Ticket | None:
    """Ask whether a submit whose answer was lost has arrived; None means verifiably not.

    Raises:
        NotAsked: The provider cannot be asked, or gave no usable answer.
    """
    if not isinstance(provider, Finds):
        raise NotAsked
    try:
        async with asyncio.timeout(ASK_WITHIN):
            return await provider.find(job.id)
    except (ProviderError, OSError) as trouble:
        log.warning("could not ask whether a submit arrived", provider=job.provider, detail=repr(trouble))
        raise NotAsked from trouble
