"""Learned durations: when to ask a provider next, and how long a clip will still take.

Asking costs, and asking late delays the clip. For a task that will be ready at an unknown moment, the asks that give
the shortest delay for their number lie as dense as the square root of the chance that it becomes ready just now, given
that it has not been so far (the hazard). So intervals are long while a clip cannot be ready, short when it is about
to be, and grow again for one that is far later than all the others were.
"""

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.ports import Store

LEARNED_FROM = 5
"""Below this many known durations the schedule asks at steady intervals."""
REMEMBERED = 200
"""Durations kept per offer: older ones no longer say how fast the provider is today."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of how long an offer's tasks take; all times in seconds."""

    known: tuple[float, ...]
    """Durations seen so far, sorted."""
    steady: float = 10.0
    """Interval while nothing has been learned."""
    least: float = 5.0
    """Shortest polite interval (the provider's)."""
    most: float = 60.0

    @classmethod
    def of(cls, durations: Sequence[float], *, least: float = 5.0) -> "Estimate":
        """Learn from *durations*, in any order."""
        return cls(known=tuple(sorted(durations)), least=least, steady=max(10.0, least), most=max(60.0, least))

    @property
    def learned(self) -> bool:
        return len(self.known) >= LEARNED_FROM

    def next_ask(self, elapsed: float) -> float:
        """How long to wait before asking again about a task submitted *elapsed* seconds ago."""
        if not self.learned:
            return self.steady
        earliest = self._quantile(0.02) * 0.9
        if elapsed < earliest:
            return self._bounded(earliest - elapsed)
        return self._bounded(self._interval(elapsed))

    def remaining(self, elapsed: float) -> float | None:
        """How long a task of this age will probably still take; None if nobody can say."""
        later = self.known[bisect.bisect_right(self.known, elapsed) :]
        if not self.learned or not later:
            return None
        return later[len(later) // 2] - elapsed

    def typical(self) -> float | None:
        """The median duration; None while nothing has been learned."""
        return self._quantile(0.5) if self.learned else None

    def percent(self, elapsed: float) -> float | None:
        """How far a task of this age probably is, 0 to 97: only the clip itself is a hundred."""
        remaining = self.remaining(elapsed)
        if remaining is None:
            return None
        return min(97.0, 100.0 * elapsed / (elapsed + remaining)) if elapsed > 0 else 0.0

    def _quantile(self, share: float) -> float:
        return self.known[min(len(self.known) - 1, int(share * len(self.known)))]

    def _interval(self, elapsed: float) -> float:
        """One over the square root of the hazard, scaled so that a typical clip is asked about some eight times."""
        width = max(self._quantile(0.9) - self._quantile(0.1), self._quantile(0.5) * 0.2, 1.0)
        window = width / 4
        at_risk = len(self.known) - bisect.bisect_left(self.known, elapsed - window / 2)
        ends = bisect.bisect_right(self.known, elapsed + window / 2) - bisect.bisect_left(
            self.known, elapsed - window / 2
        )
        overdue = elapsed - self.known[-1]
        if overdue > 0:
            return self.least + overdue / 4
        hazard = (ends + 0.5) / ((at_risk + 1.0) * window)
        return 0.25 * math.sqrt(width) / math.sqrt(hazard)

    def _bounded(self, seconds: float) -> float:
        return min(max(seconds, self.least), self.most)


class Estimates:
    """The estimates of all offers, read once each and kept up to date as clips become ready."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._known: dict[str, list[float]] = {}
        self._drawn: dict[str, Estimate] = {}

    async def of(self, offer: str, *, least: float) -> Estimate:
        """The estimate for an offer whose provider may be asked every *least* seconds."""
        if offer not in self._known:
            self._known[offer] = list(await self._store.durations(offer))
        drawn = self._drawn.get(offer)
        if drawn is None or drawn.least != least:
            drawn = self._drawn[offer] = Estimate.of(self._known[offer], least=least)
        return drawn

    async def learn(self, offer: str, seconds: float) -> None:
        """A clip of this offer became ready *seconds* after its submit."""
        await self._store.learn(offer, seconds)
        known = self._known.setdefault(offer, [])
        known.append(seconds)
        del known[:-REMEMBERED]
        self._drawn.pop(offer, None)
