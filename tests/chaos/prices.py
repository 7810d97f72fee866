"""What the APIs ask for: one of them is on sale at a time, each in its turn, so that every one gets its share of jobs.

An operator changes list prices while the bot runs, from the command line as here: beside the bot, in its database.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError

from bot.core.model import ListPrice
from bot.core.store import StoreTrouble
from bot.ground import open_books
from bot.media.workshop import Workshop
from bot.settings import Settings, load_settings
from bot.stocking import make_catalog, make_providers
from providers.http import Connections
from storage.database import UnknownDatabase

USUAL, ON_SALE = (24, 50), (10, 23)
"""Cents for a clip."""
SALE_SECONDS = 15.0
"""In real time: with eight APIs everybody's turn comes within three minutes."""
FEW_CLIPS = 3

TROUBLE = (StoreTrouble, UnknownDatabase, SQLAlchemyError, PostgresError, InterfaceError, OSError, ExceptionGroup)
"""What a database that is away, restarting, locked or full answers with to somebody who opens it."""

Clip = tuple[str, str, int]
"""An offer, a resolution, and seconds."""


@dataclass
class Prices:
    """The operator, who changes them."""

    settings: Settings
    clips: Mapping[str, Collection[Clip]]
    """By API: what it makes."""
    luck: random.Random
    sales: Counter[str] = field(default_factory=Counter)
    """How often which API was on sale."""

    async def begin(self) -> None:
        """Nothing is on sale yet."""
        for name in self.clips:
            await self.draw(name, USUAL)

    async def change(self) -> None:
        """One sale after another, until cancelled."""
        for name in turns(self._in_a_round(), self.luck):
            await self._insist(name, ON_SALE)
            self.sales[name] += 1
            await asyncio.sleep(SALE_SECONDS)
            await self._insist(name, USUAL)

    def _in_a_round(self) -> list[str]:
        """Whoever makes little of what people wish for comes twice."""
        twice = [name for name, clips in self.clips.items() if len(clips) <= FEW_CLIPS]
        return sorted([*self.clips, *twice])

    async def _insist(self, name: str, cents: tuple[int, int]) -> None:
        """The fire burns around the operator, too: a database in trouble is tried again."""
        while True:
            try:
                await self.draw(name, cents)
            except TROUBLE:
                await asyncio.sleep(1.0)
            else:
                return

    async def draw(self, name: str, cents: tuple[int, int]) -> None:
        """New prices for all that this API makes.

        Raises:
            StoreTrouble: Some may be new, and some old.
        """
        async with open_books(self.settings) as opened:
            for clip in self.clips[name]:
                price = ListPrice(*clip, Decimal(self.luck.randint(*cents)) / 100)
                await opened.store.set_list_price(price, "chaos")


def turns(names: Sequence[str], luck: random.Random) -> Iterator[str]:
    """Without end: all of them in one order, and then in another."""
    while True:
        yield from luck.sample(names, len(names))


async def make_prices(env: Mapping[str, str], luck: random.Random) -> Prices:
    """The operator of a bot with these variables."""
    settings = load_settings(env, None)
    clips: dict[str, list[Clip]] = {}
    async with Connections(allow_private=True) as connections:
        for offer in make_catalog(settings, make_providers(settings, Workshop(), connections)).offers:
            shapes = sorted({(one.resolution, one.seconds) for one in offer.formats})
            clips.setdefault(offer.provider, []).extend((offer.key, *shape) for shape in shapes)
    return Prices(settings, clips, luck)
