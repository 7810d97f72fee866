"""Learned durations: when to ask a provider next, and how long a clip will still take.

Asking costs, and asking late delays the clip. For a task that will be ready at an unknown moment, the asks that give
the shortest delay for their number lie as dense as the square root of the chance that it becomes ready just now, given
that it has not been so far (the hazard). So intervals are long while a clip cannot be ready, short when it is about
to be, and grow again for one that is far later than all the others were.
"""

import asyncio
import bisect
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.ports import Store
from providers.contract import Pace

LEARNED_FROM = 5
"""Below this many known durations the schedule asks at steady intervals."""
REMEMBERED = 200
"""Durations kept per offer: older ones no longer say how fast the provider is today."""


STEADY_MOST = 10.0
"""Seconds between two questions while nothing has been learned, or twice the provider's least if that is shorter."""
BINS = 12


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of how long an offer's tasks take; all times in seconds."""

    known: tuple[float, ...]
    """Durations seen so far, sorted."""
    least: float
    """Shortest polite interval (the provider's)."""
    most: float
    steady: float
    """Interval while nothing has been learned."""
    knots: tuple[float, ...] = ()
    """The durations cut into bins that are equally likely; empty while nothing has been learned."""
    intervals: tuple[float, ...] = ()
    """The interval between two questions inside each bin."""

    @classmethod
    def of(cls, durations: Sequence[float], *, least: float = 5.0) -> "Estimate":
        """Learn from *durations*, in any order."""
        known = tuple(sorted(durations))
        steady = max(least, min(STEADY_MOST, 2 * least))
        knots = _knots(known) if len(known) >= LEARNED_FROM else ()
        return cls(known, least, max(60.0, least), steady, knots, _intervals(knots, steady))

    @property
    def learned(self) -> bool:
        return bool(self.knots)

    def next_ask(self, elapsed: float) -> float:
        """How long to wait before asking again about a task submitted *elapsed* seconds ago."""
        if not self.learned:
            return self.steady
        if elapsed < self.knots[0]:
            return self._bounded(self.knots[0] - elapsed)
        late = elapsed - self.knots[-1]
        if late >= 0:
            return self._bounded(self.intervals[-1] + late / 4)
        return self._bounded(self.intervals[bisect.bisect_right(self.knots, elapsed) - 1])

    def remaining(self, elapsed: float) -> float | None:
        """How long a task of this age will probably still take; None if nobody can say."""
        later = self.known[bisect.bisect_right(self.known, elapsed) :]
        if not self.learned or not later:
            return None
        return later[len(later) // 2] - elapsed

    def typical(self) -> float | None:
        """The median duration; None while nothing has been learned."""
        return self._quantile(0.5) if self.learned else None

    def from_queue(self, position: int, pace: Pace) -> float | None:
        """How long a job will take that waits as number *position* (from 1) for a provider of this *pace*.

        Those before it are let through by the minute, and each `at_once` of them take as long as a clip does.
        """
        typical = self.typical()
        if typical is None:
            return None
        by_rate = (position - 1) * 60.0 / pace.submits_per_minute
        by_places = (position - 1) / pace.at_once * typical
        return max(by_rate, by_places) + typical

    def percent(self, elapsed: float) -> float | None:
        """How far a task of this age probably is, 0 to 97: only the clip itself is a hundred."""
        remaining = self.remaining(elapsed)
        if remaining is None:
            return None
        return min(97.0, 100.0 * elapsed / (elapsed + remaining)) if elapsed > 0 else 0.0

    def _quantile(self, share: float) -> float:
        return self.known[min(len(self.known) - 1, int(share * len(self.known)))]

    def _bounded(self, seconds: float) -> float:
        return min(max(seconds, self.least), self.most)


def _knots(known: Sequence[float]) -> tuple[float, ...]:
    """Edges of equally likely bins; the first lies a little below the shortest duration seen."""
    bins = min(BINS, len(known) - 1)
    edges = [known[round(number * (len(known) - 1) / bins)] for number in range(bins + 1)]
    edges[0] *= 0.95
    return tuple(edges)


def _intervals(knots: Sequence[float], steady: float) -> tuple[float, ...]:
    """One over a multiple of the square root of the hazard, scaled so that no more is asked than at a steady pace."""
    if not knots:
        return ()
    bins = len(knots) - 1
    widths = [max(0.1, after - before) for before, after in itertools.pairwise(knots)]
    survive = [1 - (number + 0.5) / bins for number in range(bins)]
    cost = sum(math.sqrt(alive * width / bins) for alive, width in zip(survive, widths, strict=True))
    asks = max(2.0, knots[bins // 2] / steady - 1)
    hazards = (1 / (bins * width * alive) for alive, width in zip(survive, widths, strict=True))
    return tuple(cost / asks / math.sqrt(hazard) for hazard in hazards)


class Estimates:
    """The estimates of all offers, read once each and kept up to date as clips become ready."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._reading: dict[str, asyncio.Event] = {}
        self._known: dict[str, list[float]] = {}
        self._drawn: dict[str, Estimate] = {}

    async def of(self, offer: str, *, least: float) -> Estimate:
        """The estimate for an offer whose provider may be asked every *least* seconds."""
        while offer not in self._known:
            # After a restart thousands of jobs ask in the same moment: one of them reads, the others wait for it.
            await (reading.wait() if (reading := self._reading.get(offer)) else self._read(offer))
        drawn = self._drawn.get(offer)
        if drawn is None or drawn.least != least:
            drawn = self._drawn[offer] = Estimate.of(self._known[offer], least=least)
        return drawn

    async def _read(self, offer: str) -> None:
        read = self._reading[offer] = asyncio.Event()
        try:
            self._known[offer] = list(await self._store.durations(offer))
        finally:
            del self._reading[offer]
            read.set()

    async def learn(self, offer: str, seconds: float) -> None:
        """A clip of this offer became ready *seconds* after its submit."""
        await self._store.learn(offer, seconds)
        known = self._known.setdefault(offer, [])
        known.append(seconds)
        del known[:-REMEMBERED]
        self._drawn.pop(offer, None)
