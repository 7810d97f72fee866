"""Where interactions come in: saved, acknowledged within three seconds, then worked on; always in that order.

Nothing is started before Discord took our acknowledgement: what the bot can no longer answer costs nobody anything. A
repeated interaction finds its letter in the inbox and goes no further. After a crash, what had been acknowledged is
worked on again, and what had not is too old to be answered and is forgotten.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import discord
import structlog
from pydantic import ValidationError

from bot.core.model import Incoming, Reply
from bot.core.ports import Clock, Receive
from bot.core.store import Inbox, Letter, StoreTrouble
from bot.core.texts import Say, Sentence, say
from bot.platforms.discord.acknowledging import UNSURE, Taken, TooLate, acknowledge, refuse
from bot.platforms.discord.asked import Asked, Manner
from bot.platforms.discord.markdown import plain, timed
from bot.platforms.discord.places import NAME
from bot.platforms.discord.working import Worker

SAVE_WITHIN: Final = 1.5
"""Seconds for the inbox: of the three that Discord gives, the rest belongs to the acknowledgement."""
FORESEE_WITHIN: Final = 0.7
"""Seconds: without an answer by then, a refusal is made private afterwards."""
Foresee = Callable[[Incoming, int], Awaitable[str | None]]
"""What the core would refuse of this, with so many pictures still to come; None if nothing speaks against it."""
SWEEP_SECONDS: Final = 60.0
TROUBLE_PAUSE: Final = 5.0
log = structlog.get_logger("reelbot.discord")


class Fleeting(Protocol):
    """Keeps things for some minutes, each with a letter that reminds us to erase it."""

    async def sweep(self) -> None:
        """Erase whatever has had its time."""

    async def remind(self, reminder: str) -> None:
        """The letter *reminder* outlived a stop: erase its thing now, or when its time has come."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """What there is while the door is open."""

    receive: Receive
    group: asyncio.TaskGroup


class Door:
    """Takes interactions in while it is open.

    Args:
        inbox: Where they are saved.
        kept: What is swept out meanwhile, by what its reminders begin with.
        worker: Does what was asked.
        clock: Paces the sweeping.
        foresee: Says what would be refused, before the public is told that something begins.
    """

    def __init__(
        self,
        *,
        inbox: Inbox,
        kept: Mapping[str, Fleeting],
        worker: Worker,
        clock: Clock,
        foresee: Foresee | None = None,
    ) -> None:
        self._inbox = inbox
        self._kept = kept
        self._worker = worker
        self._clock = clock
        self._foresee = foresee
        self._opened: _Opened | None = None

    @asynccontextmanager
    async def open(self, receive: Receive) -> AsyncIterator[None]:
        """Take interactions in until the block ends; begins with those that a crash left behind."""
        async with asyncio.TaskGroup() as group:
            self._opened = opened = _Opened(receive, group)
            aside = [
                group.create_task(self._resume(opened), name="discord letters"),
                group.create_task(self._sweep(), name="discord sweeping"),
            ]
            try:
                yield
            finally:
                self._opened = None
                for one in aside:
                    one.cancel()

    async def enter(self, interaction: discord.Interaction[Any], asked: Asked) -> None:
        """Save and acknowledge an interaction, and leave the rest to a task of our own."""
        if self._opened is None or not await self._saved(interaction, asked):
            return
        if (refusal := await self._foreseen(asked)) is not None:
            await refuse(interaction, timed(plain(refusal)))
            await self._worker.forget(asked)
            return
        try:
            taken = await acknowledge(interaction, asked.manner)
        except TooLate as late:
            log.info("an interaction cannot be answered any more: nothing is started", key=asked.key, detail=str(late))
            await self._worker.forget(asked)
            return
        if self._opened is not None:
            self._begin(self._opened, asked, taken, self._clock.now())

    async def hear(self, asked: Asked) -> Reply | None:
        """What the core says to something that starts nothing; None while the door is closed."""
        opened = self._opened
        return await opened.receive(asked.incoming(asked.spot, ())) if opened is not None else None

    async def _saved(self, interaction: discord.Interaction[Any], asked: Asked) -> bool:
        try:
            async with asyncio.timeout(SAVE_WITHIN):
                new = await self._inbox.put(NAME, asked.key, asked.model_dump_json())
        except (StoreTrouble, TimeoutError) as trouble:
            log.warning("an interaction could not be written down", detail=repr(trouble))
            await refuse(interaction, say(Sentence(Say.TROUBLE), asked.language))
            # It may have been saved after all: what was called not started must not start after a restart.
            await self._worker.forget(asked)
            return False
        if not new:
            log.info("an interaction came again", key=asked.key)
        return new

    async def _foreseen(self, asked: Asked) -> str | None:
        """What the core would refuse, as long as that can still be said to the person alone."""
        if self._foresee is None or asked.manner is not Manner.PUBLIC:
            return None
        try:
            async with asyncio.timeout(FORESEE_WITHIN):
                return await self._foresee(asked.incoming(asked.spot, ()), len(asked.attached))
        except (StoreTrouble, TimeoutError) as trouble:
            log.info("nothing can be foreseen", detail=repr(trouble))
            return None

    def _begin(self, opened: _Opened, asked: Asked, taken: Taken, arrived: datetime) -> None:
        work = self._worker.work(asked, taken, arrived=arrived, receive=opened.receive)
        opened.group.create_task(work, name=asked.key)

    # ------------------------------------------------------------------------------------------ in the background

    async def _resume(self, opened: _Opened) -> None:
        """Go on where a crash interrupted us."""
        for letter in await self._left_behind():
            try:
                await self._open_again(opened, letter)
            except StoreTrouble as trouble:
                log.warning("a letter waits for the next start", key=letter.key, detail=repr(trouble))

    async def _open_again(self, opened: _Opened, letter: Letter) -> None:
        kept = next((kept for begins, kept in self._kept.items() if letter.key.startswith(begins)), None)
        if kept is not None:
            await kept.remind(letter.key)
        elif (asked := _read(letter)) is not None:
            self._begin(opened, asked, UNSURE, letter.at)
        else:
            await self._inbox.done(NAME, letter.key)

    async def _left_behind(self) -> list[Letter]:
        while True:
            try:
                return await self._inbox.waiting(NAME)
            except StoreTrouble as trouble:
                log.warning("the inbox cannot be read", detail=repr(trouble))
                await self._clock.wait(asyncio.Event(), TROUBLE_PAUSE)

    async def _sweep(self) -> None:
        while True:
            await self._clock.wait(asyncio.Event(), SWEEP_SECONDS)
            for kept in self._kept.values():
                try:
                    await kept.sweep()
                except StoreTrouble as trouble:
                    log.warning("what is over is erased later", detail=repr(trouble))


def _read(letter: Letter) -> Asked | None:
    try:
        return Asked.model_validate_json(letter.body)
    except ValidationError:
        # An earlier version wrote it; by now nobody waits for its answer.
        log.warning("a letter cannot be read", key=letter.key)
        return None
