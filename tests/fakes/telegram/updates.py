"""The queue of updates: kept until a higher offset confirms them, or pushed to a webhook until it says 2xx."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.fakes.telegram import refusals

_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
MOST_WAIT = 50
"""Seconds that a long poll is held at most."""


@dataclass
class Webhook:
    """Where updates are pushed to."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    last_error: tuple[int, str] | None = None
    """When, and what went wrong last."""


@dataclass
class Updates:
    """What the bot has not confirmed yet, and who is waiting for it."""

    now: Callable[[], int]
    check: Callable[[dict[str, Any]], None]
    """Looks at every update before it is offered."""
    pending: list[dict[str, Any]] = field(default_factory=list)
    confirmed: list[dict[str, Any]] = field(default_factory=list)
    """In the order in which they were confirmed."""
    allowed: tuple[str, ...] | None = None
    """None is the default: all but a few."""
    webhook: Webhook = field(default_factory=Webhook)
    retry_seconds: float = 0.05
    """How soon a push that failed is made again."""
    offsets: list[int | None] = field(default_factory=list)
    """The offset of every poll that came."""
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(700_000_001))
    _came: asyncio.Event = field(default_factory=asyncio.Event)
    _poller: object | None = None

    def announce(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Offer an update; None if the bot did not want this kind."""
        wanted = kind not in _NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed
        if not wanted:
            return None
        update = {"update_id": next(self._numbers), kind: body}
        self.check(update)
        self.pending.append(update)
        self._wake()
        return update

    def replay(self, most: int = 1) -> None:
        """Offer the last confirmed updates once more, as they were: their confirmation got lost.

        A poller that names a higher offset confirms them anew; one that starts without any gets them.
        """
        again = self.confirmed[-most:]
        del self.confirmed[-most:]
        self.pending = again + self.pending
        self._wake()

    def duplicate(self) -> None:
        """Offer the newest update, which is still on its way, a second time."""
        self.pending.append(self.pending[-1])
        self._wake()

    def _wake(self) -> None:
        self._came.set()
        self._came = asyncio.Event()

    def allow(self, kinds: list[str] | None) -> None:
        """An empty list is the default again; None keeps what was set."""
        if kinds is not None:
            self.allowed = tuple(kinds) or None

    # ------------------------------------------------------------------------------------------- polling

    async def poll(self, offset: int | None, limit: int, seconds: int) -> list[dict[str, Any]]:
        """The pending updates from *offset* on; waits up to so many seconds for the first.

        Raises:
            Refusal: A webhook is set, or another poll came meanwhile: the older one ends.
        """
        self._check_no_webhook()
        self.offsets.append(offset)
        self._confirm(offset)
        me = self._poller = object()
        self._wake()  # whoever was waiting sees that somebody else is polling
        try:
            async with asyncio.timeout(min(seconds, MOST_WAIT)):
                while not self.pending:
                    await self._came.wait()
                    self._check_alone(me)
        except TimeoutError:
            self._check_alone(me)
        return self.pending[:limit]

    def _confirm(self, offset: int | None) -> None:
        if offset is None or offset == 0:
            return
        # A negative offset counts from the end and forgets everything before.
        first = self.pending[offset:][0]["update_id"] if offset < 0 and self.pending else offset
        self._mark_confirmed([update for update in self.pending if update["update_id"] < first])

    def _mark_confirmed(self, updates: list[dict[str, Any]]) -> None:
        self.confirmed += updates
        self.pending = [update for update in self.pending if update not in updates]

    def _check_no_webhook(self) -> None:
        if self.webhook.url:
            raise refusals.conflict(refusals.WEBHOOK_ACTIVE)

    def _check_alone(self, me: object) -> None:
        if self.webhook.url:
            raise refusals.conflict("terminated by setWebhook request")
        if self._poller is not me:
            raise refusals.conflict(refusals.OTHER_POLLER)

    @property
    def is_polled(self) -> bool:
        """Whether anybody has polled at all."""
        return bool(self.offsets)

    # ------------------------------------------------------------------------------------------- webhook

    def set_webhook(self, webhook: Webhook, *, drop: bool) -> None:
        if drop:
            self._mark_confirmed(list(self.pending))
        self.webhook = webhook
        self._wake()

    def webhook_info(self) -> dict[str, Any]:
        """The `WebhookInfo`."""
        body: dict[str, Any] = {
            "url": self.webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if self.webhook.url:
            body["max_connections"] = self.webhook.connections
        if self.webhook.last_error is not None:
            body["last_error_date"], body["last_error_message"] = self.webhook.last_error
        return body | ({"allowed_updates": list(self.allowed)} if self.allowed else {})

    async def push(self) -> None:
        """Hand every update to the webhook while there is one, until cancelled; what is not taken comes again."""
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                came = self._came
                if not self.webhook.url or not self.pending:
                    await came.wait()
                    continue
                update = self.pending[0]
                if await self._push_one(session, update):
                    if self.pending and self.pending[0] is update:
                        self.confirmed.append(self.pending.pop(0))
                else:
                    await asyncio.sleep(self.retry_seconds)

    async def _push_one(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        webhook = self.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            async with session.post(webhook.url, json=update, headers=headers) as answer:
                if answer.ok:
                    return True
                words = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except aiohttp.ClientError:
            words = "Connection refused"
        except TimeoutError:
            words = "Read timeout expired"
        webhook.last_error = (self.now(), words)
        return False
