"""What the house counts: videos, credits and successes by day, model and person, and figures for those who watch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.core.model import CommunityId, Reason, State, UserId

MOST_DAYS = 90
"""Longest look back: a picture of more days cannot be read on a phone."""
SPENDERS = 8
"""How many of those who spent most are named."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose videos are counted: one person's, one community's, or everybody's if neither is named."""

    community: CommunityId | None = None
    user: UserId | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of some jobs that have ended."""

    videos: int = 0
    """Delivered."""
    failed: int = 0
    """Ended without a video though nobody cancelled: refused, broken, never came, or could not be posted."""
    credits: int = 0
    """Charged, not merely held."""

    @property
    def success(self) -> float | None:
        """The share of the videos in all that were not cancelled, 0 to 1; None if there was nothing."""
        tried = self.videos + self.failed
        return self.videos / tried if tried else None

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.videos + other.videos, self.failed + other.failed, self.credits + other.credits)


@dataclass(frozen=True, slots=True)
class Spender:
    """Somebody who spent credits, whoever's wallet paid."""

    user: UserId
    name: str
    """As the platform told it last; empty if it never did."""
    videos: int
    credits: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a scope made and spent in some days."""

    scope: Scope
    days: tuple[tuple[date, Tally], ...]
    """Every day in UTC, quiet ones too, the oldest first and today last."""
    models: tuple[tuple[str, Tally], ...]
    """The most used first."""
    spenders: tuple[Spender, ...]
    """Whoever spent most first, at most `SPENDERS`."""

    @property
    def total(self) -> Tally:
        """All days together."""
        total = Tally()
        for _, tally in self.days:
            total = total.plus(tally)
        return total


@dataclass(frozen=True, slots=True)
class OfferTimes:
    """How long the latest videos of an offer took, from the paid call to the finished clip."""

    offer: str
    videos: int
    """How many it was learned from, at most 200."""
    half_seconds: float
    """Half of them were faster (p50)."""
    most_seconds: float
    """Nineteen in twenty were faster (p95)."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Paid calls of one provider that came to the same."""

    provider: str
    outcome: State | None
    """The state that the call's answer led to (`queued`: refused, and to be tried again); None while it is awaited."""
    count: int


@dataclass(frozen=True, slots=True)
class Ends:
    """Jobs that ended in the same way."""

    state: State
    reason: Reason | None
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is counted for machines that watch over the bot, at one moment."""

    jobs: Mapping[State, int]
    oldest_queued: datetime | None
    """When the job that waits longest was asked for; None if none waits."""
    moved: Mapping[str, int]
    """Credits moved since the beginning, by the kind of ledger line: grant, take, hold, spend, release."""
    balance: int
    """Credits in all wallets."""
    held: int
    """Credits held in all wallets."""
    calls: tuple[Calls, ...]
    ends: tuple[Ends, ...]


class Statistics(Protocol):
    """Counts what the books say. Every method is one look and may raise `StoreTrouble`."""

    async def usage(self, scope: Scope, days: int) -> Usage:
        """What *scope* made and spent today and in the days before, *days* in all (1 to `MOST_DAYS`)."""
        ...

    async def offer_times(self) -> tuple[OfferTimes, ...]:
        """How long videos took, by offer, in a fixed order."""
        ...

    async def calls_since(self, moment: datetime) -> tuple[Calls, ...]:
        """Paid calls begun at or after *moment*, in a fixed order."""
        ...

    async def count_jobs(self) -> Mapping[State, int]:
        """How many jobs are in each state."""
        ...

    async def oldest_queued(self) -> datetime | None:
        """When the job that waits longest for its turn was asked for; None if none waits."""
        ...

    async def figures(self) -> Figures:
        """Everything for the machines that watch."""
        ...
