"""What a wish would meet, found out before anything begins: its price for whoever writes it, or what is against it."""

from dataclasses import dataclass, replace

import structlog

from bot.core import answers, commands
from bot.core.catalog import Unfit, Wish
from bot.core.commands import BadCommand
from bot.core.conversing import Answered
from bot.core.desk import Desk
from bot.core.model import Account, CommunityId, Incoming, JobId
from bot.core.store import NotEnough, OverLimit, StoreTrouble
from bot.core.terms import Terms, admit_place
from bot.core.texts import Say, Sentence, say

log = structlog.get_logger("reelbot.foreseeing")
SOMETHING = "…"
"""Stands for the words of a wish that are still to come."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a wish would cost at this moment."""

    sentence: str
    """What to tell whoever writes it."""
    price: int | None = None
    """In credits; None if it cannot be made like that."""
    balance: int | None = None
    """What the person has."""

    @property
    def enough(self) -> bool:
        """Whether the person could have it made."""
        return self.price is not None and self.balance is not None and self.balance >= self.price


class Foresight:
    """Looks, and changes nothing; what is decided is decided when the message is received."""

    def __init__(self, *, desk: Desk) -> None:
        self._desk = desk
        self._terms = Terms(store=desk.store, clock=desk.clock)

    async def foresee(self, incoming: Incoming, pictures: int) -> str | None:
        """What would be refused of a wish, as the person would read it; None if nothing speaks against it.

        Args:
            incoming: What was said, without its pictures.
            pictures: How many of them are still to come.
        """
        language = incoming.user.language
        try:
            grants = self._desk.catalog.tariff.grants(incoming.user.id, self._desk.clock.now())
            account = await self._desk.store.welcome(incoming.user, () if incoming.anonymous else grants)
            language = account.language
            await self._look(incoming, account, pictures)
        except (BadCommand, Unfit, Answered) as refusal:
            return say(refusal.sentence, language)
        except NotEnough as poor:
            values = {"price": poor.price, "balance": poor.balance, "user": incoming.user.id}
            return say(Sentence(Say.NOT_ENOUGH, values), language)
        except OverLimit as over:
            return say(answers.over_limit(over, self._desk.clock.now()), language)
        except StoreTrouble as trouble:
            log.warning("nothing foreseen", detail=repr(trouble))
        return None

    async def quote(self, incoming: Incoming, pictures: int) -> Quote | None:
        """What a wish would cost its person, who may still be writing; None if it is none or nobody can tell now.

        Args:
            incoming: What is written so far, without its pictures.
            pictures: How many of them there are.
        """
        language = incoming.user.language
        try:
            grants = self._desk.catalog.tariff.grants(incoming.user.id, self._desk.clock.now())
            account = await self._desk.store.welcome(incoming.user, grants)
            language = account.language
            video = commands.parse(incoming.text)
            if not isinstance(video, commands.Video):
                return None
            frames = min(2, pictures) or await self._frames_of(account, video.photo)
            return self._quoted(account, await self._price(replace(video, prompt=video.prompt or SOMETHING), frames))
        except (BadCommand, Unfit) as refusal:
            return Quote(say(refusal.sentence, language))
        except StoreTrouble as trouble:
            log.warning("no price could be told", detail=repr(trouble))
            return None

    async def _frames_of(self, account: Account, earlier: JobId | None) -> int:
        """How many pictures an earlier video of the same person began with."""
        job = await self._desk.store.job(earlier) if earlier is not None else None
        if job is None or job.user != account.user:
            return 0
        return sum(name is not None for name in (job.request.first_frame, job.request.last_frame))

    async def _price(self, video: commands.Video, frames: int) -> int:
        moves = commands.moves_in(video.prompt)
        wish = Wish(video.prompt, frames, moves, video.model, video.seconds, video.resolution)
        breaker = self._desk.breaker
        return (await self._desk.prices()).choose(wish, closed=breaker.closed(), barred=breaker.shut()).price

    def _quoted(self, account: Account, price: int) -> Quote:
        balance = account.wallet.balance
        asked = price > self._desk.catalog.tariff.confirm_above
        name = Say.PRICE_AHEAD_ASKED if asked else Say.PRICE_AHEAD
        if balance < price:
            name = Say.PRICE_AHEAD_TOO_MUCH
        return Quote(say(Sentence(name, {"price": price, "balance": balance}), account.language), price, balance)

    async def _look(self, incoming: Incoming, account: Account, pictures: int) -> None:
        video = commands.parse(incoming.text)
        if not isinstance(video, commands.Video) or video.photo is not None:
            return
        if incoming.anonymous:
            raise Answered(Say.ANONYMOUS)
        gate = self._desk.gate
        await gate.admit(account.user, incoming.community)
        limits = await self._terms.limits(incoming.community)
        admit_place(limits, incoming.place)
        moves = commands.moves_in(video.prompt)
        wish = Wish(video.prompt, min(2, pictures), moves, video.model, video.seconds, video.resolution)
        breaker = self._desk.breaker
        choice = (await self._desk.prices()).choose(
            wish, closed=breaker.closed(), barred=breaker.shut(), allowed=limits.models
        )
        await gate.read(video.prompt, account.user, incoming.community)
        await self._pay(incoming, account, choice.price, pool=limits.pool)

    async def _pay(self, incoming: Incoming, account: Account, price: int, *, pool: bool) -> None:
        caps = await self._terms.caps(incoming.community, account.user, price, incoming.roles)
        used = await self._desk.store.used([cap.counter for cap in caps if cap.counter])
        for cap in caps:
            if used.get(cap.counter, 0) + cap.amount > cap.most:
                raise OverLimit(cap, used.get(cap.counter, 0))
        if account.wallet.balance < price and not (pool and await self._pool_has(incoming.community, price)):
            raise NotEnough(price, account.wallet.balance)

    async def _pool_has(self, community: CommunityId | None, price: int) -> bool:
        return community is not None and (await self._desk.store.wallet(str(community))).balance >= price
