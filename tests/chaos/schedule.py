"""When which blow falls: dealt from shuffled decks, so that no kind is left to chance, and by the seed alone."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Blow:
    """One thing that is to be done to the bot."""

    at: float
    """Seconds after the first deck was opened."""
    kind: str
    whom: float
    """From 0 to 1: which of those whom it can hit."""
    how: float
    """From 0 to 1: how long it lasts, or how far it goes."""

    def between(self, least: float, most: float) -> float:
        """How long it lasts, if it may last so long."""
        return least + self.how * (most - least)


def one_of(ones: Sequence[One], part: float) -> One:
    """The one that stands at this part of the row, from 0 to 1."""
    return ones[int(part * len(ones))]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Deck after deck, each of which holds every kind as often as its weight says."""

    kinds: Mapping[str, int]
    every: float
    """Seconds between two blows, on average: within the time of its deck, each falls at any moment."""

    @property
    def deck_seconds(self) -> float:
        return self.every * sum(self.kinds.values())

    def blows(self, luck: random.Random) -> Iterator[Blow]:
        """Without end."""
        cards = [kind for kind, weight in self.kinds.items() for _ in range(weight)]
        for number in itertools.count():
            moments = sorted(luck.uniform(0, self.deck_seconds) for _ in cards)
            for moment, kind in zip(moments, luck.sample(cards, len(cards)), strict=True):
                yield Blow(number * self.deck_seconds + moment, kind, luck.random(), luck.random())
