"""Prices and limits as pure arithmetic: what a clip costs, and which counters it has to pass."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from bot.core.model import EVERYWHERE, Cap, CommunityId, Job, LimitSet, UserId
from bot.core.store import Grant


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


NO_LIMIT = 10**15
"""What a counter may rise to where its limit is off: it counts all the same, for the day somebody sets one."""


def caps(
    limits: LimitSet,
    community: CommunityId | None,
    user: UserId,
    price: int,
    now: datetime,
    roles: Sequence[str] = (),
) -> Sequence[Cap]:
    """The counters that a clip of this price has to pass in its community, in a fixed order.

    The day and the month are part of a counter's name, so a new period simply begins a new counter. In a community
    what is spent counts though its limit is off, so that one set at noon knows of the morning; `EVERYWHERE` counts
    for its limits alone.

    Args:
        limits: What the community may spend.
        community: Where it is asked for; None is a private chat.
        user: Who asks.
        price: In credits.
        now: Decides day and month.
        roles: The roles of *user* there, highest first.
    """
    if community is None:
        return ()
    day = now.astimezone(UTC).date().isoformat()
    daily = member_daily(limits, community, user, roles)
    rows = (
        ("per_video", "", price, limits.per_video, None),
        ("member_running", f"member_running:{community}:{user}", 1, limits.member_running, None),
        ("member_daily", f"member_daily:{community}:{user}:{day}", price, daily, day_end(now)),
        ("server_daily", f"server_daily:{community}:{day}", price, limits.server_daily, day_end(now)),
        ("server_monthly", f"server_monthly:{community}:{day[:7]}", price, limits.server_monthly, month_end(now)),
    )
    everywhere = community == EVERYWHERE
    return tuple(
        Cap(name, counter, amount, NO_LIMIT if most is None else most, resets, everywhere=everywhere)
        for name, counter, amount, most, resets in rows
        if most is not None or (counter and not everywhere)
    )


def member_daily(limits: LimitSet, community: CommunityId, user: UserId, roles: Sequence[str]) -> int | None:
    """What this member may spend a day: their own limit, else that of their highest role that has one, else all's."""
    own = member_key(community, user)
    if own in limits.members:
        return limits.members[own]
    return next((limits.roles[role] for role in roles if role in limits.roles), limits.member_daily)


def member_key(community: CommunityId, user: UserId) -> str:
    """How a community's limits name one member."""
    return str(user) if community == EVERYWHERE else user.id


def caps_of_waiting(job: Job, limits: LimitSet, community: CommunityId, now: datetime) -> tuple[Cap, ...]:
    """What a waiting job has to pass if *limits* hold from now on: where it has taken from a counter, with amount 0.

    Which roles its person has is not known any more: where roles have limits and the person has none, `member_daily`
    is believed to hold.
    """
    roles_decide = limits.roles and member_key(community, job.user) not in limits.members
    wanted = caps(limits, community, job.user, job.price, now)
    return tuple(_already(cap, job) for cap in wanted if not (roles_decide and cap.limit == "member_daily"))


def _already(cap: Cap, job: Job) -> Cap:
    """The cap as it is for a job that may have taken from its counter, perhaps on an earlier day."""
    for count in job.counts:
        if _without_period(count.name, cap) == _without_period(cap.counter, cap):
            return replace(cap, counter=count.name, amount=0)
    return cap


def _without_period(counter: str, cap: Cap) -> str:
    return counter if cap.resets_at is None else counter.rpartition(":")[0]
