"""Prices and limits as pure arithmetic: what a clip costs, and which counters it has to pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from bot.core.model import Cap, CommunityId, LimitSet, UserId
from bot.core.ports import Grant


@dataclass(frozen=True, slots=True)
class Tariff:
    """How the operator turns list prices into credits, and what people are given."""

    credit_usd: Decimal
    margin: Decimal
    starting_credits: int
    daily_credits: int
    confirm_above: int

    def price(self, list_price_usd: Decimal) -> int:
        """A clip's price in whole credits: list price times margin, rounded up."""
        return int((list_price_usd * self.margin / self.credit_usd).to_integral_value(rounding=ROUND_CEILING))

    def grants(self, user: UserId, now: datetime) -> tuple[Grant, ...]:
        """What this person is given on being seen: once, and once each UTC day."""
        grants = []
        if self.starting_credits:
            grants.append(Grant(f"starting:{user}", self.starting_credits, "reelbot", "welcome"))
        if self.daily_credits:
            day = now.astimezone(UTC).date().isoformat()
            grants.append(Grant(f"daily:{user}:{day}", self.daily_credits, "reelbot", "daily refill", up_to=True))
        return tuple(grants)


def day_end(now: datetime) -> datetime:
    """The next 00:00 UTC, when daily limits start afresh."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def month_end(now: datetime) -> datetime:
    """00:00 UTC on the first of the next month."""
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def caps(limits: LimitSet, community: CommunityId | None, user: UserId, price: int, now: datetime) -> Sequence[Cap]:
    """The counters that a clip of this price has to pass in its community, in a fixed order.

    The day and the month are part of a counter's name, so a new period simply begins a new counter.
    """
    if community is None:
        return ()
    day = now.astimezone(UTC).date().isoformat()
    rows = (
        ("per_video", "", price, limits.per_video, None),
        ("member_running", f"member_running:{community}:{user}", 1, limits.member_running, None),
        ("member_daily", f"member_daily:{community}:{user}:{day}", price, limits.member_daily, day_end(now)),
        ("server_daily", f"server_daily:{community}:{day}", price, limits.server_daily, day_end(now)),
        ("server_monthly", f"server_monthly:{community}:{day[:7]}", price, limits.server_monthly, month_end(now)),
    )
    return tuple(
        Cap(limit=name, counter=counter, amount=amount, most=most, resets_at=resets)
        for name, counter, amount, most, resets in rows
        if most is not None
    )
