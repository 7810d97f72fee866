"""Where providers call when a video moves on: a hint for one job, believed only as far as our own signature goes."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.core.model import JobId
from bot.core.ports import Clock
from bot.core.signing import BadSignature, Signer
from bot.web.refusals import refuse
from providers.contract import CallsBack, LearnsSecret, Provider, Ticket
from providers.errors import UnexpectedReply

MOST_BYTES = 64 * 1024
READ_SECONDS = 10.0
HEAR_SECONDS = 10.0
REMEMBERED = 10_000
"""Callbacks that are told apart from repeated ones."""
LIFETIME = timedelta(days=7)
"""Longer than any job lives, the day of a lost answer included."""

Hear = Callable[[str, JobId, Ticket | None], Awaitable[bool]]
"""Takes a hint: the provider that called, the job that it is about, and a task if the callback named one.

True if the same hint is wanted again later."""


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
        self._heard = _Heard()

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
            return refuse(request, 404, "refused_nothing_here")
        try:
            job = JobId(self._signer.open(_purpose(name), request.match_info["signed"], self._clock.now()))
            body = await _read(request)
            # Only here, behind our own signature: a stranger cannot make us ask.
            if isinstance(caller, LearnsSecret):
                await caller.learn_secret()
            news = caller.read_callback(request.headers, body)
        except BadSignature:
            return refuse(request, 404, "refused_nothing_here")
        except UnexpectedReply:
            return refuse(request, 400, "refused_callback_unreadable")
        except TimeoutError:
            return refuse(request, 408, "refused_callback_slow")
        if news.answer:
            # A handshake says nothing about the job, and is answered at once: MiniMax waits 3 s for it.
            return web.Response(body=news.answer, content_type="application/json")
        hint = _Hint(name, job, news.ticket)
        return await self._once(request, f"{job} {hashlib.sha256(body).hexdigest()}", hint)

    async def _once(self, request: web.Request, callback: str, hint: "_Hint") -> web.Response:
        """Pass a callback on, unless it is a repeated one.

        It is remembered only once it was heard: one that met a database in trouble has to be new when it comes again,
        and one that comes again while it is still listened to must not be called heard.
        """
        if callback in self._heard:
            return web.Response(status=204)
        if await self._wanted_again(hint):
            return refuse(request, 503, "refused_callback_later", {"Retry-After": "30"})
        self._heard.add(callback)
        return web.Response(status=204)

    async def _wanted_again(self, hint: "_Hint") -> bool:
        """Pass a callback on; whether its provider is to call once more."""
        try:
            async with asyncio.timeout(HEAR_SECONDS):
                return await self._hear(hint.provider, hint.job, hint.ticket)
        except TimeoutError:
            return True


@dataclass(frozen=True, slots=True)
class _Hint:
    """What one callback says."""

    provider: str
    job: JobId
    ticket: Ticket | None


class _Heard:
    """Remembers the latest callbacks, so that one that is repeated wakes nobody a second time."""

    def __init__(self) -> None:
        self._latest: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, callback: str) -> bool:
        return callback in self._latest

    def add(self, callback: str) -> None:
        self._latest[callback] = None
        if len(self._latest) > REMEMBERED:
            self._latest.popitem(last=False)


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
