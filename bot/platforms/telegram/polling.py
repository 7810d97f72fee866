"""Asking Telegram for updates: the next ones are asked for, and these confirmed, only once these are saved."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.core.ports import Clock
from bot.core.store import StoreTrouble
from bot.platforms.telegram.wire import Flooded

POLL_SECONDS = 30
PATIENCE_SECONDS = 60.0
"""A poll that is silent for longer than this has died, whatever the connection says."""
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds after the first, second … failure in a row."""
HEARD = ("message", "callback_query", "my_chat_member")
"""The updates that we ask for: left out, Telegram would go on with what was asked for last. Edits are not among
them."""

Take = Callable[[str, str], Awaitable[None]]
"""Saves one update, given its key and body."""

Updates = Sequence[Mapping[str, Any]]

log = structlog.get_logger("reelbot.telegram")


class Poller:
    """Polls until cancelled; no answer ends it.

    Args:
        bot: Asks.
        latest: What came last, raw: an update that the library cannot read must not stop those behind it.
        clock: Paces the tries.
        take: Saves what came.
    """

    def __init__(self, *, bot: Bot, latest: Callable[[], Updates], clock: Clock, take: Take) -> None:
        self._bot = bot
        self._latest = latest
        self._clock = clock
        self._take = take
        self._next: int | None = None
        self._failures = 0
        self.problem: str | None = None
        """What is wrong with listening at this moment, in words."""

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            pause = await self._turn()
            if pause > 0:
                await self._clock.wait(asyncio.Event(), pause)

    async def _turn(self) -> float:
        """Ask once and save what comes; returns how long to wait before the next time."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._bot.get_updates(
                    offset=self._next, timeout=timedelta(seconds=POLL_SECONDS), allowed_updates=HEARD
                )
        except Conflict as conflict:
            return await self._conflict(conflict)
        except Flooded as flooded:
            return flooded.after_seconds
        except InvalidToken:
            # One 401 or 404 comes from proxies and restarting servers too, so we go on asking.
            return self._failed("Telegram does not accept the token: please check TELEGRAM_TOKEN.")
        except (TelegramError, TimeoutError) as trouble:
            return self._failed(f"Telegram cannot be reached ({type(trouble).__name__}).")
        except (TypeError, ValueError, KeyError, AttributeError) as strange:
            log.warning("an update could not be read", trouble=type(strange).__name__)
        return await self._save(self._latest())

    async def _save(self, updates: Updates) -> float:
        self._healed()
        if not updates:
            # All is confirmed. After a quiet week ids begin anew at random, and a number that was named until then
            # would confirm, unseen, whatever lies below it.
            self._next = None
        for update in updates:
            try:
                await self._take(str(update["update_id"]), json.dumps(update))
            except StoreTrouble:
                return self._failed("What arrives on Telegram cannot be saved at the moment; it stays there.")
            self._next = int(update["update_id"]) + 1
        return 0.0

    async def _conflict(self, conflict: Conflict) -> float:
        if "webhook" in conflict.message.lower():
            log.warning("a webhook is set: it is taken down, for we poll")
            try:
                await self._bot.delete_webhook(drop_pending_updates=False)
            except TelegramError as trouble:
                return self._failed(f"A webhook stands in the way ({type(trouble).__name__}).")
            return 0.0
        return self._failed("Another process listens with the same TELEGRAM_TOKEN: please stop it.")

    def _failed(self, problem: str) -> float:
        if problem != self.problem:
            log.warning("not listening to Telegram", problem=problem)
        self.problem = problem
        self._failures += 1
        return PAUSES[min(self._failures, len(PAUSES)) - 1]

    def _healed(self) -> None:
        if self.problem is not None:
            log.info("listening to Telegram again")
        self.problem, self._failures = None, 0
