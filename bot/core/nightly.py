"""The books are checked once a day: what came of it is kept, and the operators are told while they do not balance."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.core.bulletins import Bulletins
from bot.core.ports import Clock
from bot.core.store import Drift, Memory, Store, StoreTrouble
from bot.core.texts import Say, Sentence

DAY = 86_400.0
"""Seconds between two checks."""
AGAIN = 600.0
"""Seconds until a check is tried again that the database did not allow."""
VERIFY_WITHIN = 600.0
"""Seconds that one check may take."""

LOGGED = 10
"""Drifts of one check that are logged."""

_PLATFORM, _KEY = "bot", "books"

log = structlog.get_logger("reelbot.nightly")


@dataclass(frozen=True, slots=True)
class Verified:
    """What the last check of the books found."""

    at: datetime
    drifts: int
    """Invariants that did not hold, place by place; 0 is as it should be."""


async def last_verified(memory: Memory) -> Verified | None:
    """What the last check found; None if there was none yet.

    Raises:
        StoreTrouble: Nobody knows.
    """
    kept = await memory.kept(_PLATFORM, _KEY)
    if kept is None:
        return None
    told = json.loads(kept)
    return Verified(datetime.fromisoformat(told["at"]), told["drifts"])


class Nightly:
    """Checks the books.

    Args:
        store: The books.
        memory: Where the result is kept.
        clock: Tells when a day has passed.
        bulletins: Tells the operators; once per check, which is once per day.
        first_in: Seconds until the first check; chosen at random, so that many bots do not do it at once.
    """

    def __init__(self, *, store: Store, memory: Memory, clock: Clock, bulletins: Bulletins, first_in: float) -> None:
        self._store = store
        self._memory = memory
        self._clock = clock
        self._bulletins = bulletins
        self._first_in = first_in

    async def run(self) -> None:
        """Check the books every day, until cancelled."""
        never = asyncio.Event()
        pause = self._first_in
        while True:
            await self._clock.wait(never, pause)
            try:
                await self.verify()
                pause = DAY
            except (StoreTrouble, TimeoutError) as trouble:
                log.warning("could not check the books", detail=repr(trouble))
                pause = AGAIN

    async def verify(self) -> Verified:
        """Check them now.

        Raises:
            StoreTrouble: They cannot be read, or the result cannot be kept.
            TimeoutError: They are too large to be read in time.
        """
        async with asyncio.timeout(VERIFY_WITHIN):
            drifts = await self._store.verify()
        found = Verified(self._clock.now(), len(drifts))
        for drift in drifts[:LOGGED]:
            log.error("the books do not balance", rule=drift.rule, place=drift.where, found=drift.found)
        await self._memory.keep(_PLATFORM, _KEY, json.dumps({"at": found.at.isoformat(), "drifts": found.drifts}))
        if drifts:
            self._bulletins.post("drift", _told(drifts))
        else:
            log.info("the books balance")
        return found


def _told(drifts: Sequence[Drift]) -> Sentence:
    first = drifts[0]
    values = {"rule": first.rule, "where": first.where, "expected": first.expected, "found": first.found}
    return Sentence(Say.OPERATOR_DRIFT, values | {"count": len(drifts)})
