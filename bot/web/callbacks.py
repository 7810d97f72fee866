"""Where providers call when a video moves on: a hint for one job, believed only as far as our own signature goes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

from aiohttp import web

from bot.core.model import JobId
from bot.core.ports import Clock
from bot.core.signing import BadSignature, Signer
from bot.web.refusals import refuse
from providers.contract import CallsBack, News, Provider, Ticket
from providers.errors import UnexpectedReply

MOST_BYTES = 64 * 1024
READ_SECONDS = 10.0
HEAR_SECONDS = 10.0
LIFETIME = timedelta(days=7)
"""Longer than any job lives, the day of a lost answer included."""

Hear = Callable[[JobId, Ticket | None], Awaitable[None]]
"""Takes a hint: the job that it is about, and the provider's task if the callback named one."""


class Callbacks:
    """Makes the addresses that providers call, and answers there.

    Args:
        providers: Those that can call back are found by name.
        signer: Signs the job into the address.
        clock: Tells when an address is over.
        public_url: How the internet reaches us; None if it does not, and then there are no addresses.
        hear: Is told of every callback that our own signature vouches for.
    """

    def __init__(
        self, *, providers: Iterable[Provider], signer: Signer, clock: Clock, public_url: str | None, hear: Hear
    ) -> None:
        self._callers = {provider.name: provider for provider in providers if isinstance(provider, CallsBack)}
        self._signer = signer
        self._clock = clock
        self._public_url = public_url.rstrip("/") if public_url else None
        self._hear = hear

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/callbacks/{provider}/{signed}", self._answer)]

    def callback_url(self, provider: str, job: JobId) -> str | None:
        """Where *provider* may call about *job*; None if it does not call, or cannot reach us."""
        if self._public_url is None or provider not in self._callers:
            return None
        signed = self._signer.sign(_purpose(provider), job, self._clock.now() + LIFETIME)
        return f"{self._public_url}/callbacks/{provider}/{signed}"

    async def _answer(self, request: web.Request) -> web.Response:
        name = request.match_info["provider"]
        caller = self._callers.get(name)
        if caller is None:
            return refuse(404, "There is nothing here.")
        try:
            job = JobId(self._signer.open(_purpose(name), request.match_info["signed"], self._clock.now()))
            news = caller.read_callback(request.headers, await _read(request))
        except BadSignature:
            return refuse(404, "There is nothing here.")
        except UnexpectedReply:
            return refuse(400, "This callback cannot be read.")
        except TimeoutError:
            return refuse(408, "The callback took too long to arrive.")
        return await self._pass_on(job, news)

    async def _pass_on(self, job: JobId, news: News) -> web.Response:
        try:
            async with asyncio.timeout(HEAR_SECONDS):
                await self._hear(job, news.ticket)
        except TimeoutError:
            return refuse(503, "Not now: please call again.", {"Retry-After": "30"})
        if not news.answer:
            return web.Response(status=204)
        return web.Response(body=news.answer, content_type="application/json")


async def _read(request: web.Request) -> bytes:
    body = bytearray()
    async with asyncio.timeout(READ_SECONDS):
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > MOST_BYTES:
                raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(body))
    return bytes(body)


def _purpose(provider: str) -> str:
    return f"callback:{provider}"
