"""Staying connected to Discord: asks how many connections it wants, opens them, and says clearly when that is over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import discord
import structlog
from discord.gateway import DiscordWebSocket
from pydantic import SecretStr
from yarl import URL

from bot.core.moves import growing
from bot.core.ports import Clock, NotWelcome
from bot.platforms.discord.listener import Listener

ASK_SECONDS: Final = 20.0
LOG_IN_SECONDS: Final = 60.0
CANCEL_SECONDS: Final = 0.2
CLOSE_SECONDS: Final = 5.0
FIRST_PAUSE, LAST_PAUSE = 2.0, 120.0
INTENTS_CODE: Final = 4014
_REFUSED_CODES: Final = frozenset({4012, 4013, INTENTS_CODE})
"""The gateway will never take us like this (Discord, "Gateway Close Event Codes")."""
AGENT: Final = "DiscordBot (https://github.com/reelbot/reelbot, 1)"
log = structlog.get_logger("reelbot.discord")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What Discord says about connecting."""

    url: str
    shards: int
    sessions_left: int
    reset_seconds: float


class Gateway:
    """Keeps a listener connected.

    Args:
        token: The bot's.
        api_base: Where to ask.
        gateway_url: Where to connect; None lets Discord say it.
        make: Makes a listener with so many connections.
        prepare: Done once each listener has logged in, beside its listening.
        clock: Waits between tries.
    """

    def __init__(
        self,
        *,
        token: SecretStr,
        api_base: str,
        gateway_url: str | None,
        make: Callable[[int], Listener],
        prepare: Callable[[Listener], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._token = token
        self._api_base = api_base.rstrip("/")
        self._gateway_url = gateway_url
        self._make = make
        self._prepare = prepare
        self._clock = clock

    async def listen(self) -> None:
        """Listen until cancelled.

        Raises:
            NotWelcome: The token is not accepted any more, or never was.
        """
        pauses = growing(FIRST_PAUSE, LAST_PAUSE)
        while True:
            try:
                await self._session(await self._invited())
                pauses = growing(FIRST_PAUSE, LAST_PAUSE)
            except discord.LoginFailure as failure:
                raise _token_refused() from failure
            except discord.PrivilegedIntentsRequired as refusal:
                raise _closed_for_good(INTENTS_CODE) from refusal
            except discord.ConnectionClosed as closed:
                _stop_if_refused(closed)
                log.warning("Discord closed the connection", code=closed.code)
            except (discord.DiscordException, aiohttp.ClientError, OSError) as trouble:
                log.warning("Discord cannot be reached", detail=f"{type(trouble).__name__}: {trouble}"[:300])
            await self._clock.wait(asyncio.Event(), next(pauses))

    async def _session(self, invitation: Invitation) -> None:
        """One log-in and everything the library makes of it: it reconnects and resumes by itself."""
        if invitation.sessions_left < invitation.shards:
            # Each connection is one, and one too many would make Discord reset the token.
            log.error("too many log-ins today; waiting until Discord allows more", seconds=invitation.reset_seconds)
            await self._clock.wait(asyncio.Event(), invitation.reset_seconds)
        DiscordWebSocket.DEFAULT_GATEWAY = URL(invitation.url)
        listener = self._make(invitation.shards)
        try:
            async with asyncio.timeout(LOG_IN_SECONDS):
                await listener.login(self._token.get_secret_value())
            async with asyncio.TaskGroup() as group:
                beside = group.create_task(self._begin(listener), name="discord commands")
                connecting = group.create_task(_connected(listener), name="discord connection")
                try:
                    await asyncio.wait([connecting])
                finally:
                    beside.cancel()
                    await _ended(connecting)
            # Raised only here: the group would wrap it.
            if (trouble := connecting.result()) is not None:
                raise trouble
        finally:
            await _closed(listener)

    async def _begin(self, listener: Listener) -> None:
        await self._prepare(listener)

    async def _invited(self) -> Invitation:
        """Ask how to connect (Discord, "Get Gateway Bot")."""
        headers = {"Authorization": f"Bot {self._token.get_secret_value()}", "User-Agent": AGENT}
        timeout = aiohttp.ClientTimeout(total=ASK_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{self._api_base}/gateway/bot", headers=headers) as response,
        ):
            if response.status == 401:  # noqa: PLR2004 RFC 9110
                raise _token_refused()
            if response.status == 404 and self._gateway_url is not None:  # noqa: PLR2004 RFC 9110
                # A private Discord that does not know about sharding: we were told where it is.
                return Invitation(self._gateway_url, 1, 1, 0.0)
            response.raise_for_status()
            return _invitation(await response.json(content_type=None), self._gateway_url)


async def _connected(listener: Listener) -> Exception | None:
    try:
        await listener.connect()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as trouble:
        return trouble
    return None


async def _ended(connecting: "asyncio.Task[Exception | None]") -> None:
    """Cancel it until it is over: while it reconnects, the library takes a cancellation for a lost connection."""
    while not connecting.done():
        connecting.cancel()
        await asyncio.wait([connecting], timeout=CANCEL_SECONDS)


async def _closed(listener: Listener) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await listener.close()
    except TimeoutError:
        # It must not stand in for whatever ended the listening.
        log.warning("the connection to Discord did not close in time")


def _invitation(said: dict[str, Any], gateway_url: str | None) -> Invitation:
    limit = said.get("session_start_limit", {})
    shards = max(1, int(said.get("shards", 1)))
    return Invitation(
        url=gateway_url or str(said["url"]),
        shards=shards,
        sessions_left=int(limit.get("remaining", shards)),
        reset_seconds=int(limit.get("reset_after", 0)) / 1000,
    )


def _stop_if_refused(closed: discord.ConnectionClosed) -> None:
    if closed.code == 4004:  # noqa: PLR2004 Discord: authentication failed
        raise _token_refused() from closed
    if closed.code in _REFUSED_CODES:
        raise _closed_for_good(closed.code) from closed


def _closed_for_good(code: int) -> NotWelcome:
    return NotWelcome(f"Discord closed the connection for good (code {code}).")


def _token_refused() -> NotWelcome:
    return NotWelcome("Discord does not accept DISCORD_TOKEN. Reset it in the developer portal and set the new one.")
