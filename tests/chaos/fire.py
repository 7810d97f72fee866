"""What is done to the bot's own processes and their hosts, as the schedule says, a few at a time."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence

from tests.chaos.fleet import Fleet, Member
from tests.chaos.schedule import Blow, Schedule, one_of

KINDS = {
    "kill": 6,
    "kill with children": 3,
    "pause": 3,
    "long pause": 1,
    "polite restart": 1,
    "disk full": 2,
    "clock step": 3,
}
"""What is done, with how often; each way of hurting the database comes once beside them."""
STEPS = (-3600, -600, -60, -5, 5, 60, 600, 3600, 7200)
"""Seconds by which a clock may be off."""
AGAIN_AFTER = 0.5
"""Seconds until a blow that met nobody is dealt again: a process may just be starting."""
LAST_BLOW_SECONDS = 30.0
"""How long the last blow of a deck may take to come about."""


class Fire:
    """Burns until cancelled."""

    def __init__(self, fleet: Fleet, luck: random.Random, *, every: float):
        self._fleet = fleet
        self._luck = luck
        self._schedule = Schedule(KINDS | dict.fromkeys(fleet.ways, 1), every)
        self.burnt: Counter[str] = Counter()

    def never_burnt(self, seconds: float) -> Sequence[str]:
        """The kinds that never came about, if these seconds of fire were time enough for all."""
        if seconds < self._schedule.deck_seconds + LAST_BLOW_SECONDS:
            return ()
        return [kind for kind in self._schedule.kinds if not self.burnt[kind]]

    async def burn(self) -> None:
        """One blow after another, each in its own time."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.TaskGroup() as group:
            for blow in self._schedule.blows(self._luck):
                await asyncio.sleep(began + blow.at - loop.time())
                group.create_task(self._strike(blow))

    async def _strike(self, blow: Blow) -> None:
        while True:
            if await self._done(blow):
                self.burnt[blow.kind] += 1
                return
            await asyncio.sleep(AGAIN_AFTER)

    async def _done(self, blow: Blow) -> bool:
        member = one_of(self._fleet.members, blow.whom)
        match blow.kind:
            case "kill" | "kill with children":
                return member.kill(with_children=blow.kind != "kill")
            case "pause" | "long pause":
                return await self._pause(blow, member)
            case "polite restart":
                return member.ask_to_stop()
            case "disk full":
                return await member.fill_disk(blow.between(0.5, 6.0))
            case "clock step":
                return _step(member, one_of(STEPS, blow.how))
        return await self._fleet.hurt_database(blow.kind, blow.how)

    async def _pause(self, blow: Blow, member: Member) -> bool:
        fleet = self._fleet
        if blow.kind == "pause":
            return await member.pause(blow.between(0.2, fleet.long_pause))
        carrier = one_of(fleet.carriers, blow.whom)
        return await carrier.pause(blow.between(fleet.long_pause, fleet.longest_pause))


def _step(member: Member, step: float) -> bool:
    """Set its clock wrong, or right if it was wrong."""
    member.dial.turn(step if member.dial.step == 0 else 0)
    return True
