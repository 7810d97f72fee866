"""What is wrong for a while and then well again: a server that is away, a gateway that is deaf, a token revoked."""

import random
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from tests.chaos.outside import Outside
from tests.fakes.discord import trouble
from tests.fakes.telegram import faults

UNHEARD_SECONDS = (72.0, 78.0)
"""The library gives a connection up that has been silent for 60 s, and looks every 10 s."""
HEARTBEAT_MS = 10_000
FOR_GOOD = (4004, 4010, 4011, 4012, 4013, 4014)
"""After these nobody may connect as before (D88)."""
ALL = 1_000
"""Connections that are refused in one spell, and more."""


@dataclass(frozen=True)
class Spell:
    """Something that is wrong for as long as a block runs."""

    name: str
    weight: int
    """How often it is in a deck."""
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


@asynccontextmanager
async def token_revoked(outside: Outside) -> AsyncGenerator[None]:
    """Discord knows the token no more, until the operator has put that right."""
    discord = outside.discord
    token = discord.token
    with outside.unwelcome.noted():
        discord.revoke_token()
        try:
            yield
        finally:
            discord.token = discord.gateway.token = token


@asynccontextmanager
async def closed_for_good(outside: Outside, code: int) -> AsyncGenerator[None]:
    """The gateway ends every connection, and takes none."""
    gateway = outside.discord.gateway
    with outside.unwelcome.noted():
        gateway.refuses_with = [code] * ALL
        gateway.drop(code=code)
        try:
            yield
        finally:
            gateway.refuses_with = []


SPELLS = (
    Spell("an API away", 18, (5.0, 30.0), lambda outside, luck: away(luck.choice(list(outside.apis.values())))),
    Spell("telegram away", 6, (2.0, 15.0), lambda outside, _: away(outside.telegram)),
    Spell("discord away", 6, (2.0, 15.0), lambda outside, _: away(outside.discord)),
    Spell(
        "telegram out of order", 6, (3.0, 15.0),
        lambda outside, luck: out_of_order(outside.telegram, faults.page(luck.choice([500, 502, 503, 504]))),
    ),
    Spell(
        "discord out of order", 6, (3.0, 15.0),
        lambda outside, luck: out_of_order(
            outside.discord.troubles, trouble.broken(luck.choice([500, 502, 503, 504, 524]))
        ),
    ),
    Spell("gateway loses events", 3, (1.0, 5.0), lambda outside, _: deaf(outside.discord.gateway)),
    Spell(
        "gateway unheard", 1, UNHEARD_SECONDS, lambda outside, _: deaf(outside.discord.gateway, to_heartbeats=True)
    ),
    Spell("names cannot be resolved", 6, (2.0, 15.0), lambda outside, _: outside.names.losing()),
    Spell("discord revokes the token", 3, (2.0, 10.0), lambda outside, _: token_revoked(outside)),
    Spell(
        "discord closes for good", 3, (2.0, 10.0),
        lambda outside, luck: closed_for_good(outside, luck.choice(FOR_GOOD)),
    ),
    Spell(
        "telegram refuses the token", 3, (2.0, 15.0),
        lambda outside, _: out_of_order(outside.telegram, faults.unauthorized()),
    ),
)  # fmt: skip
"""One at a time."""


def dealt(luck: random.Random) -> Iterator[Spell]:
    """Without end, deck after deck: in the time of one, which is half an hour, none is left out."""
    deck = [spell for spell in SPELLS for _ in range(spell.weight)]
    while True:
        yield from luck.sample(deck, len(deck))
