"""The terms of a purchase: which limits bind it, the operator's own above the community's, and whose wallet pays."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from bot.core.conversing import Answered
from bot.core.credits import caps, caps_of_waiting
from bot.core.model import EVERYWHERE, AgeRule, Cap, CommunityId, Job, LimitSet, Payer, Place, UserId, Wallet
from bot.core.ports import Clock
from bot.core.store import NotEnough, Store
from bot.core.texts import Say

T = TypeVar("T")


def admit_place(limits: LimitSet, place: Place) -> None:
    """Let a video be made here.

    Raises:
        Answered: The admins do not want that.
    """
    if limits.channels is not None and place.channel not in limits.channels:
        raise Answered(Say.CHANNEL_NOT_ALLOWED)
    admit_age(limits, place)


def admit_age(limits: LimitSet, place: Place) -> None:
    """Let a video be shown here, in view of channels that are for adults alone.

    Raises:
        Answered: The admins do not want that.
    """
    if not limits.age_restricted.allows(place):
        raise Answered(Say.ONLY_AGE_RESTRICTED if limits.age_restricted is AgeRule.ONLY else Say.NOT_AGE_RESTRICTED)


class Terms:
    """Reads the limits anew each time: a change holds from the next look on."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def limits(self, community: CommunityId | None) -> LimitSet:
        """What the community may spend; a private chat has no limits of its own."""
        return await self._store.limits_of(community) if community else LimitSet()

    async def caps(
        self, community: CommunityId | None, user: UserId, price: int, roles: Sequence[str] = ()
    ) -> tuple[Cap, ...]:
        """Everything that a clip of this price has to pass."""
        now = self._clock.now()
        found: list[Cap] = []
        for scope in (community, EVERYWHERE):
            found += caps(await self.limits(scope), scope, user, price, now, roles)
        return tuple(found)

    async def paid(
        self, community: CommunityId | None, own: Wallet, price: int, buy: Callable[[Payer], Awaitable[T]]
    ) -> T:
        """Buy with the community's credits where its admins want that and it has enough, else with the person's own.

        Raises:
            NotEnough: The person has less than the price.
        """
        if community is not None and (await self.limits(community)).pool:
            pool = await self._store.wallet(str(community))
            if pool.balance >= price:
                # Somebody else may take the last of it at this very moment.
                with suppress(NotEnough):
                    return await buy(Payer(pool.id, pooled=True))
        return await buy(Payer(own.id))

    async def forbidden(self, job: Job) -> str:
        """Why a job that waits may no longer be made, in words for its story; empty if it may."""
        limits = await self.limits(job.community)
        if limits.models is not None and job.request.model not in limits.models:
            return f"{job.request.model} is not allowed any more"
        if limits.channels is not None and job.place.channel not in limits.channels:
            return "the channel is not allowed any more"
        if not limits.age_restricted.allows(job.place):
            return "the channel's age restriction does not allow it any more"
        every = await self.limits(EVERYWHERE)
        return await self._passed(job, limits, job.community) or await self._passed(job, every, EVERYWHERE)

    async def _passed(self, job: Job, limits: LimitSet, community: CommunityId | None) -> str:
        bounds = caps_of_waiting(job, limits, community, self._clock.now()) if community else ()
        used = await self._store.used([cap.counter for cap in bounds]) if bounds else {}
        for cap in bounds:
            total = used[cap.counter] + cap.amount
            if total > cap.most:
                return f"{cap.limit}: {total} with it, {cap.most} at most"
        return ""
