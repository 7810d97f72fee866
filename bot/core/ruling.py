"""What a server's admins and the operators decide in the chat: limits, credits, pauses; refused to all others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import structlog

from bot.core.admin_commands import (
    HERE,
    AdminCommand,
    MoveCredits,
    OperatorCommand,
    Pause,
    SetAgeRule,
    SetChannels,
    SetModels,
    ShowLimits,
)
from bot.core.admission import Admission
from bot.core.breaker import Breaker
from bot.core.catalog import Catalog
from bot.core.conversing import Answered, Asking
from bot.core.credits import caps
from bot.core.limit_changes import Difference, Setting, changed, differences, value_in_words
from bot.core.limits_page import Standing, limits_page
from bot.core.model import CommunityId, Reply, UserId
from bot.core.ports import Clock
from bot.core.store import Grant, NotEnough, Store
from bot.core.texts import Say, Sentence, say

log = structlog.get_logger("reelbot.ruling")


@dataclass(frozen=True, slots=True)
class Realm:
    """What is ruled over, and who may."""

    catalog: Catalog
    operators: Sequence[UserId]
    providers: Sequence[str]
    """Every provider that is configured, by name."""


class Ruling:
    """Obeys admins and operators: whoever the platform calls an admin at this moment, and whom the settings name."""

    def __init__(self, *, store: Store, clock: Clock, realm: Realm, breaker: Breaker, admission: Admission) -> None:
        self._store = store
        self._clock = clock
        self._realm = realm
        self._breaker = breaker
        self._admission = admission

    def is_operator(self, asking: Asking) -> bool:
        """Whether whoever asks runs this bot; an anonymous admin may be anybody."""
        return asking.user in self._realm.operators and not asking.incoming.anonymous

    async def obey(self, asking: Asking, command: AdminCommand | OperatorCommand) -> Reply:
        """Do what is wanted, once per message.

        Raises:
            Answered: It is not theirs to decide, or cannot be done.
        """
        if isinstance(command, OperatorCommand):
            return await self._operate(asking, command)
        community = self._admins_community(asking)
        match command:
            case ShowLimits():
                return await self._show(asking, community)
            case SetModels():
                return await self._set(asking, community, self._known_models(command))
            case SetChannels():
                return await self._set(asking, community, _real_channels(asking, command))
            case SetAgeRule() if asking.incoming.place.age_restricted is None:
                raise Answered(Say.NO_AGES_HERE)
            case _:
                return await self._set(asking, community, command)

    async def _operate(self, asking: Asking, command: OperatorCommand) -> Reply:
        if not self.is_operator(asking):
            raise refused(asking, Say.OPERATORS_ONLY)
        match command:
            case MoveCredits():
                return await self._move(asking, command)
            case Pause():
                return await self._pause(asking, self._meant(command.provider), command.reason)
            case _:
                return await self._resume(asking, self._meant(command.provider), command.reason)

    # ------------------------------------------------------------------------------------------ limits

    async def _show(self, asking: Asking, community: CommunityId) -> Reply:
        limits, now = await self._store.limits_of(community), self._clock.now()
        bounds = caps(limits, community, asking.user, 0, now, asking.incoming.roles)
        used = await self._store.used([cap.counter for cap in bounds])
        pool = await self._store.wallet(str(community))
        ages = asking.incoming.place.age_restricted is not None
        return Reply(text=limits_page(Standing(limits, bounds, used, pool, now, ages), asking.language), limits=limits)

    async def _set(self, asking: Asking, community: CommunityId, setting: Setting) -> Reply:
        change = partial(changed, setting=setting, community=community)
        done = await self._store.change_limits(community, change, actor_in(asking, community))
        found = list(differences(done.old or done.new, done.new))
        for one in found:
            log.info(
                "limits changed", community=str(community), actor=done.actor, limit=_name(one), old=one.old, new=one.new
            )
        lines = [_confirmed(one, asking.language) for one in found]
        return replace(Reply("\n".join(lines)) if lines else asking.reply(Say.LIMIT_UNCHANGED), limits=done.new)

    def _known_models(self, command: SetModels) -> SetModels:
        models = self._realm.catalog.models()
        for name in sorted(command.names or ()):
            if name not in models:
                raise Answered(Say.NO_SUCH_MODEL, given=name[:30], models=", ".join(models))
        return command

    def _admins_community(self, asking: Asking) -> CommunityId:
        community = asking.incoming.community
        if community is None:
            raise Answered(Say.LIMITS_ELSEWHERE)
        if not asking.incoming.admin:
            raise refused(asking, Say.ADMINS_ONLY)
        return community

    # ------------------------------------------------------------------------------------------ credits

    async def _move(self, asking: Asking, order: MoveCredits) -> Reply:
        owner, actor = _owner(asking, order.who), str(asking.user)
        before = await self._store.wallet(owner)
        gift = Grant(f"chat:{asking.user.platform}:{asking.incoming.key}", order.amount, actor, order.reason)
        try:
            wallet = await (self._store.take if order.take else self._store.grant)(owner, gift)
        except NotEnough as poor:
            raise Answered(Say.TAKE_TOO_MUCH, who=owner, balance=poor.balance) from None
        log.info(
            "credits moved",
            actor=actor,
            owner=owner,
            amount=-order.amount if order.take else order.amount,
            old=before.balance,
            new=wallet.balance,
        )
        return asking.reply(Say.CREDITS_MOVED, who=owner, balance=wallet.balance)

    # ------------------------------------------------------------------------------------------ pauses

    async def _pause(self, asking: Asking, providers: Sequence[str], reason: str) -> Reply:
        done = [name for name in providers if await self._breaker.pause(name, str(asking.user), reason)]
        self._admission.poke()
        return asking.reply(Say.PAUSED if done else Say.PAUSED_ALREADY, providers=", ".join(done or providers))

    async def _resume(self, asking: Asking, providers: Sequence[str], reason: str) -> Reply:
        done = [name for name in providers if await self._breaker.resume(name, str(asking.user), reason)]
        self._admission.poke()
        return asking.reply(Say.RESUMED if done else Say.NOT_PAUSED, providers=", ".join(done or providers))

    def _meant(self, provider: str | None) -> Sequence[str]:
        known = self._realm.providers
        if provider is None:
            return known
        if provider not in known:
            raise Answered(Say.NO_SUCH_PROVIDER, given=provider[:30], providers=", ".join(known))
        return (provider,)


def refused(asking: Asking, name: Say) -> Answered:
    """What to raise where somebody may not; it is logged."""
    log.warning(
        "refused to somebody who may not",
        who=str(asking.user),
        community=str(asking.incoming.community or ""),
        what=asking.incoming.text[:100],
    )
    return Answered(name)


def actor_in(asking: Asking, community: CommunityId) -> str:
    """What the books call whoever asks."""
    return f"an anonymous admin of {community}" if asking.incoming.anonymous else str(asking.user)


def _real_channels(asking: Asking, command: SetChannels) -> SetChannels:
    if command.names is None or HERE not in command.names:
        return command
    channel = asking.incoming.place.channel
    if not channel:
        raise Answered(Say.NO_CHANNEL_HERE)
    return SetChannels(command.names - {HERE} | {channel})


def _owner(asking: Asking, who: str) -> str:
    match who:
        case "me":
            return str(asking.user)
        case "server" if asking.incoming.community is None:
            raise Answered(Say.NO_SERVER_HERE)
        case "server":
            return str(asking.incoming.community)
        case _:
            return who


def _name(one: Difference) -> str:
    return f"{one.limit} of {one.who}" if one.who else one.limit


def _confirmed(one: Difference, language: str) -> str:
    old, new = (value_in_words(one.limit, value, language) for value in (one.old, one.new))
    name = say(Sentence(Say.LIMIT_OF, {"limit": one.limit, "who": one.who}), language) if one.who else one.limit
    return say(Sentence(Say.LIMIT_CHANGED, {"limit": name, "old": old, "new": new}), language)
