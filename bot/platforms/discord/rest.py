"""Discord's REST API for one bot token: logged in when first needed, with errors named after what to do next."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http import HTTPStatus

import aiohttp
import discord
import structlog
from discord.http import Route
from pydantic import SecretStr

from bot.core.ports import Clock, NotNow

TOO_LARGE_CODE = 40005
LONG_WAIT_SECONDS = 30.0
"""A rate limit that asks for more than this is left to the caller, who may have something else to do."""
LOG_IN_SECONDS = 60.0
BARRED_SECONDS = 120.0
"""Pause after a refusal without a wait of its own: Cloudflare bars an address that goes on asking."""
log = structlog.get_logger("reelbot.discord")


class Shut(Exception):
    """This way is closed for good: a dead token, a deleted message or channel, a missing right. Try the next one."""


class Dead(Shut):
    """The token of an interaction is not taken any more. Each further try counts against our address."""


class Gone(Shut):
    """The message has been deleted: it was there once, unlike a response that Discord never took."""


class TooBig(Exception):
    """The file is too large for this way; nothing was posted."""


_NAMED: Mapping[int, type[Exception]] = {
    TOO_LARGE_CODE: TooBig,
    10008: Gone,
    30046: Shut,  # an old message was edited too often, which does not get better by waiting
    50027: Dead,
}
"""What some codes mean, whatever the status."""


def point_at(api_base: str) -> None:
    """Tell the library where the API is: the one knob it has is an attribute of a class."""
    Route.BASE = api_base.rstrip("/")


class Rest:
    """One log-in, shared by everything that needs no gateway.

    Args:
        token: The bot's.
        make: Makes the client that carries the requests; it is never connected to the gateway by us.
        clock: Says when a refused token is worth another try.
    """

    def __init__(self, *, token: SecretStr, make: Callable[[], discord.Client], clock: Clock) -> None:
        self._token = token
        self._make = make
        self._clock = clock
        self._entering = asyncio.Lock()
        self._entered: discord.Client | None = None
        self._barred_until: datetime | None = None

    @asynccontextmanager
    async def client(self) -> AsyncIterator[discord.Client]:
        """The client, logged in; what the library raises inside is named anew.

        Raises:
            Shut: This way is closed for good.
            TooBig: The file is too large for this way.
            NotNow: Discord wants to be left alone for a while; nothing was done.
            OSError: It may or may not have happened.
        """
        try:
            yield self._entered or await self._enter()
        except (discord.DiscordException, aiohttp.ClientError) as error:
            raise meaning(error) from error

    async def _enter(self) -> discord.Client:
        async with self._entering:
            if self._entered is None:
                self._entered = await self._log_in()
            return self._entered

    async def _log_in(self) -> discord.Client:
        now = self._clock.now()
        if self._barred_until is not None and now < self._barred_until:
            # Ten thousand refusals in ten minutes, and Discord bars our address (Rate Limits, "Invalid Request Limit").
            raise NotNow((self._barred_until - now).total_seconds())
        client = self._make()
        try:
            async with asyncio.timeout(LOG_IN_SECONDS):
                await client.login(self._token.get_secret_value())
        except BaseException as error:
            await client.close()
            if isinstance(error, discord.LoginFailure):
                self._barred_until = now + timedelta(seconds=BARRED_SECONDS)
            raise
        return client

    async def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        client, self._entered = self._entered, None
        if client is not None:
            await client.close()


def meaning(error: Exception) -> Exception:
    """What an error of the library asks us to do next (codes: Discord, "Opcodes and Status Codes")."""
    match error:
        case discord.RateLimited():
            return NotNow(error.retry_after)
        case discord.LoginFailure():
            return NotNow(BARRED_SECONDS)
        case discord.HTTPException():
            return _refusal(error)
        case _:
            return ConnectionError(f"{type(error).__name__} on the way to Discord")


def _refusal(error: discord.HTTPException) -> Exception:
    words = f"{error.status} {error.code}: {error.text[:200]}"
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TooBig(words)
    if (named := _NAMED.get(error.code)) is not None:
        return named(words)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ConnectionError(words)
    if _closes_no_place(error):
        log.warning("Discord keeps us out", detail=words)
        return NotNow(BARRED_SECONDS)
    if error.status == HTTPStatus.BAD_REQUEST:
        log.warning("Discord does not take this request", detail=words)
    return Shut(words)


def _closes_no_place(error: discord.HTTPException) -> bool:
    """Whether we as a whole are refused: too many requests, our own token, a page of the wall in front of Discord."""
    if error.status == HTTPStatus.FORBIDDEN:
        return error.text.lstrip().startswith("<")
    return error.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.UNAUTHORIZED}
