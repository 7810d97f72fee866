"""What is wrong for a while and then well again: a server that is away or out of order, a gateway that is deaf."""

import random
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from tests.chaos.outside import Outside
from tests.fakes.discord import trouble
from tests.fakes.telegram import faults

UNHEARD_SECONDS = (72.0, 78.0)
"""The library gives a connection up that has been silent for 60 s, and looks every 10 s."""
HEARTBEAT_MS = 10_000


@dataclass(frozen=True)
class Spell:
    """Something that is wrong for as long as a block runs."""

    name: str
    weight: float
    seconds: tuple[float, float]
    """In real time; the bot's own goes 20 times as fast."""
    over: Callable[[Outside, random.Random], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def away(server) -> AsyncGenerator[None]:
    """Nobody listens at its address."""
    await server.go_away()
    try:
        yield
    finally:
        # The fire may end in the middle of this.
        await server.come_back()


@asynccontextmanager
async def out_of_order(place, fault) -> AsyncGenerator[None]:
    """Every call there meets the same fault."""
    place.outage = fault
    try:
        yield
    finally:
        place.outage = None


@asynccontextmanager
async def deaf(gateway, *, to_heartbeats: bool = False) -> AsyncGenerator[None]:
    """Events are lost on their way, as if nobody had done anything."""
    gateway.mute, gateway.answers_heartbeats = True, not to_heartbeats
    try:
        yield
    finally:
        gateway.mute, gateway.answers_heartbeats = False, True


SPELLS = (
    Spell("an API away", 6, (5.0, 30.0), lambda outside, luck: away(luck.choice(list(outside.apis.values())))),
    Spell("telegram away", 2, (2.0, 15.0), lambda outside, _: away(outside.telegram)),
    Spell("discord away", 2, (2.0, 15.0), lambda outside, _: away(outside.discord)),
    Spell(
        "telegram out of order", 2, (3.0, 15.0),
        lambda outside, luck: out_of_order(outside.telegram, faults.page(luck.choice([500, 502, 503, 504]))),
    ),
    Spell(
        "discord out of order", 2, (3.0, 15.0),
        lambda outside, luck: out_of_order(
            outside.discord.troubles, trouble.broken(luck.choice([500, 502, 503, 504, 524]))
        ),
    ),
    Spell("gateway loses events", 1, (1.0, 5.0), lambda outside, _: deaf(outside.discord.gateway)),
    Spell(
        "gateway unheard", 0.3, UNHEARD_SECONDS, lambda outside, _: deaf(outside.discord.gateway, to_heartbeats=True)
    ),
)  # fmt: skip
"""One at a time."""


def any_spell(luck: random.Random) -> Spell:
    return luck.choices(SPELLS, [spell.weight for spell in SPELLS])[0]
