"""What arrives is saved before it is confirmed or worked on, and worked on until it is answered, over any restart."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.core.ports import Clock
from bot.core.store import Inbox, StoreTrouble
from bot.platforms.telegram.places import NAME

PAUSES = (0.5, 2.0, 5.0, 15.0)
LOOK_SECONDS = 1.0
"""How often we look for letters that another process took in: a balancer knows not which of them listens."""
KNOWN_MOST = 10_000
"""Letters remembered as begun here; what is looked at may have been read before it was answered."""

Answer = Callable[[str, str], Awaitable[Sequence[str]]]
"""Answers a letter, given its key and body; returns the keys of all letters that this has answered."""

log = structlog.get_logger("reelbot.telegram")


class Arrivals:
    """Between the network, which repeats itself and forgets, and the core, which must hear everything once.

    Args:
        inbox: Saves letters.
        clock: Paces the tries.
        answer: Works on one letter; it raises nothing.
    """

    def __init__(self, *, inbox: Inbox, clock: Clock, answer: Answer) -> None:
        self._inbox = inbox
        self._clock = clock
        self._answer = answer
        self._group: asyncio.TaskGroup | None = None
        self._known: OrderedDict[str, None] = OrderedDict()

    async def work(self, group: asyncio.TaskGroup) -> None:
        """Begin to take letters, those first that nobody has answered before we were ended."""
        for letter in await self._left_behind():
            self._begin(group, letter[0], letter[1])
        self._group = group

    async def keep_looking(self) -> None:
        """Take letters, too, that another process has saved, until cancelled."""
        never = asyncio.Event()
        while True:
            await self._clock.wait(never, LOOK_SECONDS)
            for key, body in await self._left_behind():
                if self._group is not None and key not in self._known:
                    self._begin(self._group, key, body)

    async def take(self, key: str, body: str) -> None:
        """Save a letter and begin to work on it; once this has returned, it may be confirmed.

        Raises:
            StoreTrouble: It is not saved: let the network bring it again.
        """
        group = self._group
        if group is None:
            raise StoreTrouble("not listening")
        if await self._inbox.put(NAME, key, body):
            self._begin(group, key, body)

    def _begin(self, group: asyncio.TaskGroup, key: str, body: str) -> None:
        self._known[key] = None
        if len(self._known) > KNOWN_MOST:
            self._known.popitem(last=False)
        work = self._work(key, body)
        try:
            group.create_task(work, name=f"telegram {key}")
        except RuntimeError:
            # Listening has ended while it was saved: whoever listens next finds it.
            work.close()

    async def _work(self, key: str, body: str) -> None:
        for answered in await self._answer(key, body):
            await self._done(answered)

    async def _done(self, key: str) -> None:
        for pause in (*PAUSES, None):
            try:
                await self._inbox.done(NAME, key)
            except StoreTrouble as trouble:
                log.warning("a letter could not be put away", detail=repr(trouble))
            else:
                return
            if pause is not None:
                await self._clock.wait(asyncio.Event(), pause)

    async def _left_behind(self) -> list[tuple[str, str]]:
        while True:
            try:
                return [(letter.key, letter.body) for letter in await self._inbox.waiting(NAME)]
            except StoreTrouble as trouble:
                log.warning("the inbox could not be read", detail=repr(trouble))
            await self._clock.wait(asyncio.Event(), PAUSES[-1])
