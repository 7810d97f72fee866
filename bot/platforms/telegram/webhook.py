"""Being told by Telegram: an address that only Telegram knows, and 200 only for what is saved."""

import asyncio
import hmac
import json

import structlog
from aiohttp import web
from telegram import Bot
from telegram.error import TelegramError

from bot.core.ports import Clock
from bot.core.signing import Signer
from bot.core.store import StoreTrouble
from bot.platforms.telegram.polling import HEARD, PAUSES, Take

HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES = 1024 * 1024
READ_SECONDS = 10.0
LOOK_SECONDS = 300.0
"""How often we look whether the webhook is still ours."""

log = structlog.get_logger("reelbot.telegram")


class Webhook:
    """Keeps the webhook set, and takes what is sent to it.

    Args:
        bot: Sets it.
        clock: Paces the looks.
        signer: Makes the secrets, the same after every restart.
        public_url: How the internet reaches us.
        take: Saves what came.
    """

    def __init__(self, *, bot: Bot, clock: Clock, signer: Signer, public_url: str, take: Take) -> None:
        self._bot = bot
        self._clock = clock
        self._take = take
        self._path = _secret(signer, "telegram webhook path")
        self._token = _secret(signer, "telegram webhook header")
        self._url = f"{public_url.rstrip('/')}/telegram/{self._path}"
        self._failures = 0
        self.problem: str | None = None
        """What is wrong with listening at this moment, in words."""

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/telegram/{secret}", self._receive)]

    async def run(self) -> None:
        """Set the webhook, and again whenever somebody has changed it, until cancelled."""
        while True:
            await self._clock.wait(asyncio.Event(), await self._look())

    async def _look(self) -> float:
        """Put the webhook right if it is not; returns how long to wait before the next look."""
        try:
            there = await self._bot.get_webhook_info()
            if there.url != self._url or set(there.allowed_updates) != set(HEARD):
                log.info("setting the webhook", was_ours=there.url == self._url)
                await self._bot.set_webhook(self._url, allowed_updates=HEARD, secret_token=self._token)
        except TelegramError as trouble:
            self._failures += 1
            self.problem = f"The webhook could not be set ({type(trouble).__name__})."
            log.warning("the webhook could not be set", trouble=type(trouble).__name__)
            return PAUSES[min(self._failures, len(PAUSES)) - 1]
        self.problem, self._failures = None, 0
        return LOOK_SECONDS

    async def _receive(self, request: web.Request) -> web.Response:
        path, token = request.match_info["secret"], request.headers.get(HEADER, "")
        # Both are compared whatever the first says, so that the time taken tells nothing.
        known = [_same(path, self._path), _same(token, self._token)]
        if not all(known):
            raise web.HTTPNotFound
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await _read(request)
                update = json.loads(body)
                await self._take(str(int(update["update_id"])), body)
        except (ValueError, KeyError, TypeError) as error:
            raise web.HTTPBadRequest from error
        except (StoreTrouble, TimeoutError) as error:
            # Telegram keeps it and brings it again.
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"}) from error
        return web.Response()


async def _read(request: web.Request) -> str:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(body))
    return body.decode()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="surrogatepass"), expected.encode())


def _secret(signer: Signer, purpose: str) -> str:
    """A text of the letters that a webhook's secret may have (Bot API, setWebhook)."""
    return signer.sign(purpose, "reelbot", None).replace(".", "-")
