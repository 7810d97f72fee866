"""What is done to the bot's own processes and their hosts, at random moments, a few at a time."""

import asyncio
import random
from collections import Counter

from tests.chaos.fleet import Fleet, Member

KINDS = {
    "kill": 6,
    "kill with children": 3,
    "pause": 4,
    "polite restart": 1,
    "disk full": 2,
    "clock step": 3,
    "database": 3,
}
"""What is done, with how often."""
STEPS = (-3600, -600, -60, -5, 5, 60, 600, 3600, 7200)
"""Seconds by which a clock may be off."""


class Fire:
    """Burns until cancelled."""

    def __init__(self, fleet: Fleet, luck: random.Random, *, every: float):
        self._fleet = fleet
        self._luck = luck
        self._every = every
        self.burnt: Counter[str] = Counter()

    async def burn(self) -> None:
        """One thing after another, each in its own time."""
        async with asyncio.TaskGroup() as group:
            while True:
                await asyncio.sleep(self._luck.expovariate(1 / self._every))
                kind = self._luck.choices(list(KINDS), list(KINDS.values()))[0]
                group.create_task(self._hurt(kind, self._luck.choice(self._fleet.members)))

    async def _hurt(self, kind: str, member: Member) -> None:
        if await self._done(kind, member):
            self.burnt[kind] += 1

    async def _done(self, kind: str, member: Member) -> bool:
        match kind:
            case "kill" | "kill with children":
                return member.kill(with_children=kind != "kill")
            case "pause":
                return await member.pause(self._luck.uniform(0.2, self._fleet.pause_most))
            case "polite restart":
                return member.ask_to_stop()
            case "disk full":
                return await member.fill_disk(self._luck.uniform(0.5, 6.0))
            case "clock step":
                member.dial.turn(self._luck.choice(STEPS) if member.dial.step == 0 else 0)
                return True
        self.burnt[await self._fleet.hurt_database(self._luck)] += 1
        return False
