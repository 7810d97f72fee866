"""Learned durations: when to ask a provider next, and how long a clip will still take.

Asking costs, and asking late delays the clip. How dense the asks lie follows the chance that a task becomes ready just
now, given that it has not been so far (the hazard): with the square root of it, a given number of asks makes the delay
shortest on average; with the hazard itself, shortest for most clips, while a few wait long. We go between the two. So
intervals are long while a clip cannot be ready, short when it is about to be, and grow again for one that is far later
than all the others were.
"""

import asyncio
import bisect
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.store import Store
from providers.contract import Pace

LEARNED_FROM = 5
"""Below this many known durations the schedule asks at steady intervals."""
REMEMBERED = 200
"""Durations kept per offer: older ones no longer say how fast the provider is today."""
STEADY_MOST = 10.0
"""Seconds between two questions while nothing has been learned, or twice the provider's least if that is shorter."""
QUESTIONS = 10
"""A learned schedule asks as often as a steady one of `STEADY_MOST` would, but of a short clip at least this often."""
SILENT_MOST = 60.0
"""Seconds without a question at the most, however sure it is that no clip is ready: it may have failed."""
FRESH = 5.0
"""Seconds: a job submitted longer ago was picked up again, perhaps together with thousands of others."""
BINS = 40
BESIDE = 2
"""Bins on either side that a bin's density is smoothed over."""
SHARPNESS = 0.7
"""The power of the hazard that questions follow: a half keeps the mean delay shortest, one the geometric mean."""


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
        """Learn from *durations*, in any order; what no task can have taken is passed over."""
        known = tuple(sorted(seconds for seconds in durations if _says_something(seconds)))
        most = max(SILENT_MOST, least)
        steady = max(least, min(STEADY_MOST, 2 * least))
        if len(known) < LEARNED_FROM:
            return cls(known, least, most, steady)
        knots = _knots(known)
        mean = sum(known) / len(known)
        usual = max(least, min(STEADY_MOST, mean / QUESTIONS))
        early = math.ceil(knots[0] / most) - 0.5
        return cls(known, least, most, steady, knots, _intervals(knots, max(2.0, mean / usual - early)))

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

    def first_ask(self, elapsed: float, chance: float) -> float:
        """Like `next_ask`, for a job that was just picked up; *chance*, from 0 to 1, spreads thousands of old ones."""
        pause = self.next_ask(elapsed)
        return pause if elapsed < FRESH else pause * (0.3 + 0.7 * chance)

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


def _says_something(seconds: float) -> bool:
    """Whether a task can have taken so long: less than nothing is what a clock says that was set back meanwhile."""
    return seconds >= 0


def _knots(known: Sequence[float]) -> tuple[float, ...]:
    """Edges of equally likely bins; the first lies a little below the shortest duration seen."""
    bins = min(BINS, len(known) - 1)
    edges = [known[round(number * (len(known) - 1) / bins)] for number in range(bins + 1)]
    edges[0] *= 0.95
    return tuple(edges)


def _intervals(knots: Sequence[float], asks: float) -> tuple[float, ...]:
    """The interval inside each bin: one over a power of the hazard, scaled to *asks* questions a task."""
    bins = len(knots) - 1
    alive = [1 - (number + 0.5) / bins for number in range(bins)]
    rates = [(_density(knots, number) / alive[number]) ** SHARPNESS for number in range(bins)]
    widths = (after - before for before, after in itertools.pairwise(knots))
    expected = sum(left * width * rate for left, width, rate in zip(alive, widths, rates, strict=True))
    return tuple(expected / asks / rate for rate in rates)


def _density(knots: Sequence[float], number: int) -> float:
    """The share of all tasks that become ready per second around this bin."""
    bins = len(knots) - 1
    first, end = max(0, number - BESIDE), min(bins, number + BESIDE + 1)
    return (end - first) / bins / (knots[end] - knots[first] + 0.1)


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
        if not _says_something(seconds):
            return
        await self._store.learn(offer, seconds)
        known = self._known.setdefault(offer, [])
        known.append(seconds)
        del known[:-REMEMBERED]
        self._drawn.pop(offer, None)
